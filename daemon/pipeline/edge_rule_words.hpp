// What the log says of edge = auto: which edge it took, or why it can't tell.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "daemon/text/log.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <optional>

namespace ppsd::app {

/// A line when that changes, each time; that the pulse may be high for most of the second, once.
class EdgeRuleWords {
  public:
    /// The log must outlive it.
    explicit EdgeRuleWords(const Log& log) : log_{log} {}

    /// What the edge rule made of an edge, of that polarity. width: of the pulses, if it is known.
    void judged(discipline::Verdict verdict, hal::Polarity polarity,
                std::optional<hal::Nanos> width) noexcept;

  private:
    void tell_width(double width, hal::Polarity polarity) noexcept;

    const Log& log_;
    discipline::Verdict told_ = discipline::Verdict::undecided;
    bool falling_told_ = false;
};

} // namespace ppsd::app
