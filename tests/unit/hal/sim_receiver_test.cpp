#include "hal/src/sim/receiver.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr std::int64_t july_2026 = 1'782'864'000;
constexpr std::int64_t leap_at = 100; // index of the second that is inserted

const Numbering inserted{UtcSecond::from_posix(july_2026 - leap_at), LeapSecond::inserted};

Parameters fixed() {
    Parameters parameters;
    parameters.set("receiver.fix-after", 0);
    return parameters;
}

/// What a receiver of that style says, less midnight.
std::int64_t said(std::int64_t index, LeapStyle style, double off = 20) {
    Parameters parameters = fixed();
    parameters.set("receiver.leap", static_cast<double>(style));
    parameters.set("receiver.leap-off", off);
    Receiver receiver{inserted, Random{1, 11}};
    return receiver.say(index, parameters).second.posix.posix() - july_2026;
}

} // namespace

TEST_CASE("a fix comes so long after power on, and is lost when the sky is") {
    Parameters parameters;
    parameters.set("receiver.fix-after", 30);
    CHECK_FALSE(Receiver::has_fix(29, parameters));
    CHECK(Receiver::has_fix(30, parameters));
    parameters.set("receiver.fix", 0);
    CHECK_FALSE(Receiver::has_fix(30, parameters));
}

TEST_CASE("what it says without a fix") {
    Parameters parameters;
    Receiver receiver{inserted, Random{1, 11}};
    parameters.set("receiver.before-fix", 0);
    CHECK(receiver.say(0, parameters).certainty == Certainty::nothing);
    parameters.set("receiver.before-fix", 1);
    CHECK(receiver.say(0, parameters).certainty == Certainty::time_without_fix);
    parameters.set("receiver.before-fix", 2);
    CHECK(receiver.say(0, parameters).silent);
    CHECK_FALSE(receiver.say(30, parameters).silent);
    CHECK(receiver.say(30, parameters).certainty == Certainty::fix);
}

TEST_CASE("the count of leap seconds is wrong until it has the almanac") {
    Parameters parameters;
    parameters.set("receiver.fix-after", 30);
    parameters.set("receiver.leap-count-error", 2);
    parameters.set("receiver.leap-count-for", 750);
    CHECK(Receiver::meant_error(779, parameters) == 2);
    CHECK(Receiver::meant_error(780, parameters) == 0);
    parameters.set("receiver.label-offset", -1);
    CHECK(Receiver::meant_error(779, parameters) == 1);
}

TEST_CASE("how it numbers an inserted second") {
    using enum LeapStyle;
    Receiver receiver{inserted, Random{1, 11}};
    CHECK(receiver.say(leap_at, fixed()).second == inserted.at(leap_at));
    CHECK(said(leap_at, repeat_59) == -1);
    CHECK(said(leap_at, repeat_00) == 0);
    CHECK(said(leap_at + 1, repeat_00) == 0);
    CHECK(said(leap_at + 19, late) == 19);
    CHECK(said(leap_at + 20, late) == 19);
    CHECK(said(leap_at - 21, early) == -21);
    CHECK(said(leap_at - 20, early) == -21);
    CHECK(said(leap_at, early) == -1);
    CHECK(said(leap_at + 1, early) == 0);
}

TEST_CASE("where it doesn't go on as before, that is a slip") {
    Receiver receiver{inserted, Random{1, 11}};
    Parameters parameters = fixed();
    CHECK_FALSE(receiver.say(1, parameters).slip);
    parameters.set("receiver.label-offset", 1);
    CHECK(receiver.say(2, parameters).slip);
    CHECK_FALSE(receiver.say(3, parameters).slip);
    parameters.set("receiver.repeats", 1);
    const auto repeated = receiver.say(4, parameters);
    CHECK(repeated.slip);
    CHECK(repeated.second == inserted.at(4)); // one ahead, and one behind
}

TEST_CASE("a label that strays names any other second within three hours") {
    Receiver receiver{inserted, Random{1, 11}};
    Parameters parameters = fixed();
    parameters.set("receiver.strays", 1);
    std::int64_t least = 0, most = 0;
    for (std::int64_t i = 0; i < 1000; ++i) {
        const auto saying = receiver.say(i, parameters);
        CHECK(saying.slip);
        const std::int64_t off = saying.second.posix - saying.meant.posix;
        CHECK(off != 0);
        least = std::min(least, off);
        most = std::max(most, off);
    }
    constexpr std::int64_t hour = 3600;
    CHECK(least >= -3 * hour);
    CHECK(most <= 3 * hour);
    CHECK(least < -2 * hour);
    CHECK(most > 2 * hour);
    parameters.set("receiver.strays", 0);
    CHECK(receiver.say(1000, parameters).second == inserted.at(1000));
}
