#include "hal/sim/truth.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr MonoTime mono(Nanos since) {
    return MonoTime::from_ns(7) + since;
}

/// Seconds 0 to `last`, a second apart, named 1000 + index.
Truth told(std::int64_t last) {
    Truth truth;
    for (std::int64_t n = 0; n <= last; ++n) {
        truth.announce(n, {UtcSecond::from_posix(1000 + n), false});
        truth.begin(n, mono(std::chrono::seconds{n}));
    }
    return truth;
}

bool well(Truth& truth, std::int64_t index) {
    return truth.find(index)->well;
}

} // namespace

TEST_CASE("the last two minutes are known, by place and time") {
    Truth truth = told(200);
    CHECK(truth.current() == 200);
    CHECK(truth.find(73)->index == 73);
    CHECK(truth.find(72) == nullptr);
    CHECK(truth.find(201) == nullptr);
    CHECK(truth.find(-1) == nullptr);
}

TEST_CASE("the nearest second") {
    Truth truth = told(10);
    CHECK(truth.nearest(mono(5s))->index == 5);
    CHECK(truth.nearest(mono(5499ms))->index == 5);
    CHECK(truth.nearest(mono(5501ms))->index == 6);
    CHECK(truth.nearest(mono(10'500ms))->index == 10);
    CHECK(truth.nearest(mono(12s)) == nullptr);
    CHECK(truth.nearest(mono(-1s)) == nullptr);
}

TEST_CASE("after a sleep the seconds before it are as long ago as they truly are") {
    Truth truth = told(10);
    for (std::int64_t n = 11; n <= 15; ++n) {
        truth.announce(n, {UtcSecond::from_posix(1000 + n), false});
        truth.begin(n, mono(10'300ms));
    }
    truth.woke(begin_of_index(15) + 400ms, mono(10'300ms), 5'100ms);
    CHECK(truth.nearest(mono(10'301ms))->index == 15);
    CHECK(truth.nearest(mono(9'399ms))->index == 14); // a stamp of before the sleep, read after it
    CHECK(truth.nearest(mono(9'401ms))->index == 15);
    CHECK(truth.nearest(mono(5s))->index == 10);
    CHECK(truth.nearest(mono(10'500ms)) == nullptr); // 16 has not begun
}

TEST_CASE("a fault takes the seconds within the grace, and those whose label is still to come") {
    Truth truth = told(10);
    truth.disturb(begin_of_index(10) + 500ms, 10s);
    CHECK(well(truth, 7));
    CHECK_FALSE(well(truth, 8)); // 2.5 s before it
    CHECK_FALSE(well(truth, 10));
    for (std::int64_t n = 11; n <= 21; ++n) {
        truth.announce(n, {UtcSecond::from_posix(1000 + n), false});
        CHECK(well(truth, n) == (n == 21)); // 20.5 s
    }
}

TEST_CASE("a second can be excused alone, before and after it is announced") {
    Truth truth = told(10);
    truth.excuse(9);
    CHECK_FALSE(well(truth, 9));
    CHECK(well(truth, 10));
    truth.excuse(12);
    for (std::int64_t n = 11; n <= 13; ++n) {
        truth.announce(n, {UtcSecond::from_posix(1000 + n), false});
        CHECK(well(truth, n) == (n == 13));
    }
}

TEST_CASE("a leap second is never due") {
    Truth truth;
    truth.announce(0, {UtcSecond::from_posix(1000), true});
    CHECK_FALSE(well(truth, 0));
}
