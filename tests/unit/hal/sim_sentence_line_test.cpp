#include "hal/src/sim/sentence_line.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

/// A receiver that has a fix at once, and delays that don't scatter. A burst takes 0.85 s at 4800
/// baud (six sentences), and a tenth of that at 48000.
struct Sentences {
    explicit Sentences(double baud) {
        scenario.base.set(Key::receiver_fix_after, 0);
        scenario.base.set(Key::nmea_delay, 0.1);
        scenario.base.set(Key::nmea_delay_jitter, 0);
        scenario.base.set(Key::nmea_baud, baud);
    }

    /// Of second `index`, whose burst is late by that, as it is on the wire.
    Nanos delay(std::int64_t index, double late_by = 0) {
        Parameters parameters = scenario.base;
        parameters.set(Key::nmea_late, late_by > 0 ? 1 : 0);
        parameters.set(Key::nmea_late_by, late_by);
        const auto luck = line.prepare(index, parameters);
        while (line.next() < begin_of_index(index + 1) - 300ms) // before the next one is made
            (void)line.take_bytes(parameters);
        return luck.delay;
    }

    Scenario scenario;
    Numbering numbering{UtcSecond::from_posix(1000), LeapSecond::none};
    SentenceLine line{scenario, numbering, Level::wire, 1};
};

} // namespace

TEST_CASE("a burst that has to wait for a late one is late as well, until the line has caught up") {
    Sentences slow{4800};
    CHECK(slow.delay(1) == 100ms);
    CHECK(slow.delay(2, 2) == 2100ms);
    const Nanos behind = slow.delay(3); // 0.85 s after the one before began, and not 1 s
    CHECK(behind > 1800ms);
    CHECK(behind < 2000ms);
    CHECK(slow.delay(4) < behind - 100ms);
    Sentences fast{48000};
    CHECK(fast.delay(2, 0.2) == 300ms);
    CHECK(fast.delay(3) == 100ms);
}
