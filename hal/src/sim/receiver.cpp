#include "sim/receiver.hpp"

namespace hal::sim {
namespace {

std::int64_t whole(const Parameters& parameters, Key key) noexcept {
    return static_cast<std::int64_t>(parameters[key]);
}

} // namespace

bool Receiver::has_fix(std::int64_t index, const Parameters& parameters) noexcept {
    return index >= whole(parameters, "receiver.fix-after") && parameters.is_on("receiver.fix");
}

std::int64_t Receiver::meant_error(std::int64_t index, const Parameters& parameters) noexcept {
    const auto almanac =
        whole(parameters, "receiver.fix-after") + whole(parameters, "receiver.leap-count-for");
    const auto cold = index < almanac ? whole(parameters, "receiver.leap-count-error") : 0;
    return whole(parameters, "receiver.label-offset") + cold;
}

// Around a leap second; before and after, all styles agree with UTC.
TrueSecond Receiver::count(std::int64_t index, const Parameters& parameters) const noexcept {
    const std::int64_t leap = numbering_.leap_index();
    const auto off = whole(parameters, "receiver.leap-off");
    switch (parameters.word<LeapStyle>("receiver.leap")) {
    case LeapStyle::announced:
        break;
    case LeapStyle::repeat_59:
        if (index == leap) return {numbering_.month_end() - 1, false};
        break;
    case LeapStyle::repeat_00:
        if (index == leap) return {numbering_.month_end(), false};
        break;
    case LeapStyle::late:
        if (index >= leap && index - leap < off) return {numbering_.before_leap(index), false};
        break;
    case LeapStyle::early:
        if (index < leap && leap - index <= off) return {numbering_.after_leap(index), false};
        if (index == leap) return {numbering_.after_leap(index), false};
        break;
    }
    return numbering_.at(index);
}

Receiver::Saying Receiver::say(std::int64_t index, const Parameters& parameters) noexcept {
    Saying saying;
    saying.meant = count(index, parameters);
    const std::int64_t off = meant_error(index, parameters);
    saying.slip = saying.meant != numbering_.at(index) || off != last_off_;
    last_off_ = off;
    if (off != 0) saying.meant = {saying.meant.posix + off, false};
    saying.second = saying.meant;
    if (random_.chance(parameters["receiver.repeats"])) {
        saying.slip = true;
        saying.second = {saying.meant.posix - 1, false};
    } else if (random_.chance(parameters["receiver.skips"])) {
        saying.slip = true;
        saying.second = {saying.meant.posix + 1, false};
    } else if (random_.chance(parameters["receiver.strays"])) {
        constexpr double farthest = 3 * 3600;
        const auto by = static_cast<std::int64_t>(random_.between(1, farthest));
        saying.slip = true;
        saying.second = {saying.meant.posix + (random_.chance(0.5) ? by : -by), false};
    }
    saying.silent = parameters.is_on("nmea.silence");
    if (has_fix(index, parameters)) {
        saying.certainty = Certainty::fix;
    } else {
        const auto before = parameters.word<BeforeFix>("receiver.before-fix");
        saying.certainty =
            before == BeforeFix::rtc ? Certainty::time_without_fix : Certainty::nothing;
        saying.silent = saying.silent || before == BeforeFix::silent;
    }
    return saying;
}

} // namespace hal::sim
