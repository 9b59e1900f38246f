#include "daemon/service/line_follower.hpp"

namespace ppsd::app {

using namespace hal;

std::optional<unsigned> LineFollower::read(ByteSource& line, std::size_t bytes, MonoTime now,
                                           std::uint64_t whole) {
    using News = RateFollower::News;
    auto news = follower_.add(bytes, now, whole);
    if (news == News::followed) tell_followed();
    if (news == News::none || news == News::followed) return std::nullopt;
    const bool begins = news == News::hunting;
    bool moved = line.set_rate(rate());
    for (; !moved && news != News::nothing; moved = line.set_rate(rate()))
        news = follower_.skip(now);
    if (!moved) return std::nullopt; // it has no rate
    if (begins)
        log_.line(LogLevel::notice,
                  "nothing whole has come for {} s: the receiver may send at another rate now; "
                  "listening at others",
                  RateFollower::noise_for / 1s);
    return rate();
}

void LineFollower::tell_followed() const {
    if (rate() == baud_)
        log_.line(LogLevel::notice, "the receiver sends at {} baud again", baud_);
    else
        log_.line(LogLevel::warning,
                  "the receiver sends at {} baud now, not {}, and ppsd follows; write `baud = {}`, "
                  "or set the receiver's rate: ppsctl receiver --set time --baud {} --save",
                  rate(), baud_, rate(), baud_);
}

std::optional<unsigned> LineFollower::opened() {
    const bool other = rate() != baud_;
    follower_ = RateFollower{baud_};
    return other ? std::optional{baud_} : std::nullopt;
}

} // namespace ppsd::app
