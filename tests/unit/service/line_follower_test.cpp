#include "daemon/service/line_follower.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/sources.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

namespace {

struct Fixture {
    /// Noise for six seconds, at whatever rate; then a chunk that has so many whole lines.
    std::optional<unsigned> noise() {
        std::optional<unsigned> last;
        for (int n = 0; n < 7; ++n, now = now + 1s)
            if (const auto rate = follower.read(line, 100, now, whole)) last = rate;
        return last;
    }

    Capture err;
    Log log{LogLevel::notice, true};
    Device device;
    FakeBytes line{device};
    LineFollower follower{115200, log};
    MonoTime now = MonoTime::from_ns(1'000'000'000);
    std::uint64_t whole = 0;
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a receiver that is back at its maker's rate is followed") {
    device.can = {9600, 38400, 115200};
    CHECK(noise() == 9600);
    CHECK(device.rates == std::vector{9600U});
    CHECK(err.count("nothing whole has come for 5 s") == 1);
    now = now + 100ms;
    whole += 2;
    CHECK_FALSE(follower.read(line, 100, now, whole));
    CHECK(follower.rate() == 9600);
    CHECK(err.has("sends at 9600 baud now, not 115200, and ppsd follows; write `baud = 9600`"));

    // And back, as the option has it.
    CHECK(noise() == 38400);
    now = now + 2s;
    CHECK(follower.read(line, 100, now, whole) == 115200);
    whole += 2;
    CHECK_FALSE(follower.read(line, 100, now + 1s, whole));
    CHECK(err.count("sends at 115200 baud again") == 1);
}

TEST_CASE_FIXTURE(Fixture, "rates that the port can't do are passed over") {
    device.can = {4800, 115200};
    CHECK(noise() == 4800);
    now = now + 2s;
    CHECK(follower.read(line, 100, now, whole) == 115200); // no other is left
    CHECK(device.rates == std::vector{4800U, 115200U});
}

TEST_CASE_FIXTURE(Fixture, "a source without a rate is left alone, without a word") {
    CHECK_FALSE(noise());
    CHECK(follower.rate() == 115200);
    CHECK(err.text().empty());
}

TEST_CASE_FIXTURE(Fixture, "opened again, the line has the option's rate") {
    device.can = {9600, 115200};
    CHECK_FALSE(follower.opened());
    CHECK(noise() == 9600);
    CHECK(follower.opened() == 115200);
    CHECK(follower.rate() == 115200);
    CHECK_FALSE(follower.opened());
}
