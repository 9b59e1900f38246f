#include "hal/src/backends.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/fake_clock.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <string>
#include <vector>

using namespace hal;
using ppsd::app::test::FakeClock;
using ppsd::app::test::ScratchDir;

namespace {

const std::string recorded = "ppsd-recording 1 5 0\n"
                             "tick 1000\n"
                             "edge 1100 r\n"
                             "edge 1200 f 3\n"
                             "bytes 1300 ab\n"
                             "bytes 1400 \\x00\\n\n"
                             "sample pps 1 1 0 0\n"
                             "edge 1500 r\n";

constexpr MonoTime start = MonoTime::from_ns(1'000'000);

struct Fixture {
    ScratchDir dir;
    FakeClock clock{start, {}};
    std::string path = dir.file("rec", recorded);

    std::unique_ptr<PulseSource> pulses(EdgeChoice edge = EdgeChoice::automatic) {
        return open_replay_pulses("replay:" + path, path, edge, clock, start);
    }
    std::unique_ptr<ByteSource> bytes() {
        return open_replay_bytes("replay:" + path, path, clock, start);
    }
    /// Stamps of all that is there by `at` after the start.
    std::vector<std::int64_t> edges(PulseSource& source, Nanos at) {
        clock.set(start + at);
        std::vector<std::int64_t> times;
        while (const auto edge = source.read())
            times.push_back((edge->time - start).count());
        return times;
    }
};

using Times = std::vector<std::int64_t>;

} // namespace

TEST_CASE_FIXTURE(Fixture, "edges come when they are due, and not a nanosecond before") {
    const auto source = pulses();
    CHECK(edges(*source, 99ns).empty());
    CHECK(edges(*source, 100ns) == Times{100});
    CHECK(edges(*source, 100ns).empty());
    CHECK(edges(*source, 500ns) == Times{200, 500});
    CHECK(edges(*source, 1h).empty());
    CHECK_FALSE(source->error());
    CHECK(source->overflowed() == 0);
    CHECK(source->name() == "replay:" + path);
}

TEST_CASE_FIXTURE(Fixture, "an edge's polarity is the recorded one, and its clock the machine's") {
    const auto source = pulses();
    clock.set(start + 1h);
    CHECK(source->read()->polarity == Polarity::rising);
    const auto second = source->read();
    CHECK(second->polarity == Polarity::falling);
    CHECK_FALSE(second->generation);
}

TEST_CASE_FIXTURE(Fixture, "the edges that are asked for") {
    CHECK(edges(*pulses(EdgeChoice::rising), 1h) == Times{100, 500});
    CHECK(edges(*pulses(EdgeChoice::falling), 1h) == Times{200});
}

TEST_CASE_FIXTURE(Fixture, "bytes, chunk by chunk") {
    const auto source = bytes();
    clock.set(start + 299ns);
    CHECK_FALSE(source->read());
    clock.set(start + 400ns);
    const auto first = source->read();
    REQUIRE(first);
    CHECK(first->bytes == "ab");
    CHECK(first->arrival == start + 300ns);
    const auto second = source->read();
    REQUIRE(second);
    CHECK(second->bytes == std::string_view{"\0\n", 2});
    CHECK_FALSE(source->read());
    CHECK(source->name() == "replay:" + path);
    CHECK_FALSE(source->error());
}

TEST_CASE_FIXTURE(Fixture, "a run that begins later follows a second after what was before") {
    path = dir.file("rec", "ppsd-recording 1 5 0\nedge 9000 r\nedge 9100 r\n"
                           "ppsd-recording 1 5 1\nedge 9200 r\n"
                           "ppsd-recording 1 6 0\nedge 10 r\nedge 20 r\n"
                           "ppsd-recording 1 6 2\nedge 50 r\n");
    constexpr std::int64_t s = 1'000'000'000;
    CHECK(edges(*pulses(), 1h) == Times{0, 100, 200, s + 200, s + 210, s + 240});
}

TEST_CASE_FIXTURE(Fixture, "the descriptor wakes when something is due, and rests after the last") {
    clock.set(start);
    const auto source = pulses();
    pollfd p{source->fd(), POLLIN, 0};
    CHECK(::poll(&p, 1, 5000) == 1); // the start is long past on the real clock
    CHECK(edges(*source, 1h).size() == 3);
    CHECK(::poll(&p, 1, 0) == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "a recording without edges is silent; what can't be read is said at once") {
    path = dir.file("rec", "");
    CHECK(edges(*pulses(), 1h).empty());
    CHECK_FALSE(bytes()->read());
    path = dir.file("rec", recorded + "tick x\n");
    CHECK_THROWS_AS((void)pulses(), UsageError);
    CHECK_THROWS_AS((void)bytes(), UsageError);
    path = dir.path("none");
    CHECK_THROWS_AS((void)pulses(), DeviceError);
    path = "";
    CHECK_THROWS_AS((void)bytes(), UsageError);
}
