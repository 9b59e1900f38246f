#include "daemon/pipeline/clock_words.hpp"

#include "daemon/text/utc_text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace ppsd::app {

using namespace hal;
using Word = ClockCheck::Word;

namespace {

// GPS time is 18 s ahead of UTC; a receiver that knows of fewer leap seconds is ahead by the
// others.
constexpr Nanos most_leap_seconds = 20s;

double seconds(Nanos d) {
    return std::chrono::duration<double>(d).count();
}

std::string difference(Nanos ahead) {
    return fmt::format("{:.3f} s {} the system clock", seconds(std::chrono::abs(ahead)),
                       ahead < 0ns ? "ahead of" : "behind");
}

std::string both(const ClockWitness& w) {
    const std::int64_t label = w.second.posix_ns();
    return fmt::format("the receiver's second {} came at {} of the system clock, which others "
                       "synchronised: the labels are {}",
                       utc_text(label, 0), utc_text(label + w.ahead.count(), 3),
                       difference(w.ahead));
}

std::string_view consequence(Trust trust) {
    return trust == Trust::receiver ? "published all the same (trust = receiver)"
                                    : "nothing is published";
}

std::string_view advice(Trust trust) {
    switch (trust) {
    case Trust::receiver:
        return "look at what keeps the system clock, and at the receiver";
    case Trust::clock:
        return "look at the receiver's date and leap seconds; if it is the clock that is wrong, "
               "set "
               "trust = receiver";
    case Trust::neither:
        break;
    }
    return "one of the two is wrong, the receiver or the system clock";
}

std::string begins(const ClockWitness& w, Trust trust) {
    const bool may_be_leaps = w.fix_is_young && w.ahead < 0ns && w.ahead > -most_leap_seconds;
    return fmt::format("{}; {}; {}", both(w), consequence(trust),
                       may_be_leaps ? "receivers are off by some seconds until they have received "
                                      "the count of leap seconds, up to 12.5 minutes after the fix"
                                    : advice(trust));
}

} // namespace

std::string clock_line(const ClockCheck::Outcome& outcome, const ClockWitness& w, Trust trust) {
    const auto minutes = std::chrono::round<std::chrono::minutes>(outcome.lasting).count();
    switch (outcome.word) {
    case Word::none:
        break;
    case Word::begins:
        return begins(w, trust);
    case Word::goes_on:
        return fmt::format("for {} minutes: {}; {}; {}", minutes, both(w), consequence(trust),
                           advice(trust));
    case Word::agree:
        return fmt::format("the receiver and the system clock agree again, after {:.0f} s",
                           seconds(outcome.lasting));
    case Word::lapses:
        return fmt::format("the kernel no longer calls the system clock synchronised: the receiver "
                           "is believed, though its labels are {}",
                           difference(w.ahead));
    }
    return {};
}

LogLevel clock_level(Word word) noexcept {
    return word == Word::agree ? LogLevel::notice : LogLevel::warning;
}

std::string other_edge_line(Nanos ahead, Nanos width, bool rising) {
    return fmt::format("the pulses are {}, which others synchronised, and {:.3f} s wide: the "
                       "second may be on the pulse's other edge; edge = auto took the {} one; look "
                       "at the receiver's manual, and set edge = {} if it says so",
                       difference(ahead), seconds(width), rising ? "rising" : "falling",
                       rising ? "falling" : "rising");
}

} // namespace ppsd::app
