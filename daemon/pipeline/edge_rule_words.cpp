#include "daemon/pipeline/edge_rule_words.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

void EdgeRuleWords::judged(Verdict verdict, Polarity polarity,
                           std::optional<Nanos> width) noexcept {
    if (verdict == Verdict::trailing || std::exchange(told_, verdict) == verdict) return;
    if (verdict == Verdict::one_polarity)
        log_.line(LogLevel::warning,
                  "pulses: only one polarity arrives, so edge = auto can't tell which edge is on "
                  "the second; set edge = rising (most receivers) or falling");
    else if (verdict == Verdict::square)
        log_.line(LogLevel::warning,
                  "pulses: as long high as low, so edge = auto can't tell which edge is on the "
                  "second; set edge = rising (most receivers) or falling");
    else if (width)
        tell_width(std::chrono::duration<double>(*width).count(), polarity);
}

void EdgeRuleWords::tell_width(double width, Polarity polarity) noexcept {
    log_.line(LogLevel::info, "pulses: {:.6f} s wide", width);
    if (polarity == Polarity::rising || std::exchange(falling_told_, true)) return;
    log_.line(LogLevel::notice,
              "pulses: low for {:.3f} s of each second, so edge = auto takes the falling edge; a "
              "receiver whose pulse is high for most of the second needs edge = rising",
              width);
}

} // namespace ppsd::app
