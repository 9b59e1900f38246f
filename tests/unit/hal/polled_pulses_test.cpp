#include "hal/src/polled_pulses.hpp"

#include "tests/unit/hal/fake_line.hpp"
#include "tests/unit/support/fake_clock.hpp"

#include <doctest/doctest.h>

#include <poll.h>

using namespace hal;
using hal::test::FakeLine;
using hal::test::Wire;
using ppsd::app::test::FakeClock;

namespace {

constexpr Nanos raw_minus_mono = 7s;

bool readable(int fd, int timeout_ms = 5000) {
    pollfd waiting{fd, POLLIN, 0};
    return ::poll(&waiting, 1, timeout_ms) == 1;
}

struct Fixture {
    Fixture() {
        clock.raw_minus_mono = [](MonoTime) { return raw_minus_mono; };
        clock.set(MonoTime{}); // no edge is overdue
        auto poller = std::make_unique<EdgePoller>([this] {
            ++wire.reads;
            return wire.level.load();
        });
        std::ignore = poller->start({.cpu = 0, .priority = 1, .must = true});
        pulses =
            std::make_unique<PolledPulses>(std::make_unique<FakeLine>(wire), EdgeChoice::automatic,
                                           clock, std::move(poller), "polled");
    }
    /// Due by this machine's own oscillator, which the thread reads.
    static OscTime soon(Nanos in) {
        timespec t{};
        ::clock_gettime(CLOCK_MONOTONIC_RAW, &t);
        return OscTime::from_ns(std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec) + in;
    }
    static MonoTime mono_of(OscTime t) { return MonoTime::from_ns((t - raw_minus_mono).ns()); }

    Wire wire;
    FakeClock clock;
    std::unique_ptr<PolledPulses> pulses;
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "polled: the line's own edges as long as none is awaited") {
    wire.edges.push_back({MonoTime::from_ns(5), Polarity::falling, {}});
    const auto edge = pulses->read();
    REQUIRE(edge);
    CHECK(edge->stamping == Stamping::interrupt);
    CHECK(edge->time == MonoTime::from_ns(5));
    CHECK(pulses->awaits());
    CHECK(wire.asked.empty());
}

TEST_CASE_FIXTURE(Fixture, "polled: an edge that doesn't come is missed, and wakes the loop") {
    pulses->await({soon(5ms), 100us, Polarity::rising, AwaitedBy::polling});
    REQUIRE(readable(pulses->fd()));
    CHECK_FALSE(pulses->read());
    CHECK(pulses->missed() == 1);
    REQUIRE(wire.asked.size() == 1);
    CHECK_FALSE(wire.asked[0]); // no interrupts meanwhile
}

TEST_CASE_FIXTURE(Fixture,
                  "polled: the kernel's stamp of the edge stands in where the poll missed it") {
    const OscTime due = soon(5ms);
    pulses->await({due, 100us, Polarity::rising, AwaitedBy::polling});
    wire.edges.push_back({mono_of(due) + 3us, Polarity::falling, {}});
    wire.edges.push_back({mono_of(due) + 25ms + 1ns, Polarity::rising, {}});
    wire.edges.push_back({mono_of(due) - 2ms - 1ns, Polarity::rising, {}});
    wire.edges.push_back({mono_of(due) + 12us, Polarity::rising, {}});
    wire.edges.push_back({mono_of(due) + 20us, Polarity::rising, {}});
    REQUIRE(readable(pulses->fd()));
    const auto edge = pulses->read();
    REQUIRE(edge);
    CHECK(edge->stamping == Stamping::stand_in);
    CHECK(edge->time == mono_of(due) + 12us);
    CHECK(pulses->missed() == 1);
    CHECK_FALSE(pulses->read());
}

TEST_CASE_FIXTURE(Fixture, "polled: a stamp that comes after the last read stands in as well") {
    const OscTime due = soon(5ms);
    wire.level = 1; // it is high at the first read
    pulses->await({due, 1ms, Polarity::rising, AwaitedBy::either});
    while (wire.reads == 0 && !readable(pulses->fd(), 0)) {
    }
    wire.edges.push_back({mono_of(due) + 900us, Polarity::rising, {}});
    auto edge = pulses->read();
    if (!edge) { // the poll hasn't ended yet: the stamp is kept until then
        REQUIRE(readable(pulses->fd()));
        edge = pulses->read();
    }
    REQUIRE(edge);
    CHECK(edge->stamping == Stamping::stand_in);
    CHECK(pulses->missed() == 1);
}

TEST_CASE_FIXTURE(Fixture, "polled: interrupts are asked for where their stamp may stand in") {
    for (const auto& [by, asked] : {std::pair{AwaitedBy::either, std::optional{EdgeChoice::rising}},
                                    {AwaitedBy::polling, std::optional<EdgeChoice>{}},
                                    {AwaitedBy::interrupt, std::optional{EdgeChoice::rising}}}) {
        pulses->await({soon(10s), 100us, Polarity::rising, by});
        CHECK(wire.asked.back() == asked);
    }
}

TEST_CASE_FIXTURE(Fixture, "polled: an awaited edge by interrupt comes at once, and once") {
    const OscTime due = soon(200ms);
    pulses->await({due, 100us, Polarity::falling, AwaitedBy::interrupt});
    CHECK(wire.asked == std::vector<std::optional<EdgeChoice>>{EdgeChoice::falling});
    wire.edges.push_back({mono_of(due) - 2ms, Polarity::falling, {}});
    wire.edges.push_back({mono_of(due) + 1us, Polarity::falling, {}});
    const auto edge = pulses->read();
    REQUIRE(edge);
    CHECK(edge->stamping == Stamping::awaited);
    CHECK_FALSE(pulses->read());
}

TEST_CASE_FIXTURE(Fixture,
                  "polled: hunting asks for what it asked for at first, and forgets the edge") {
    pulses->await({soon(10s), 100us, Polarity::rising, AwaitedBy::polling});
    pulses->hunt();
    REQUIRE(wire.asked.size() == 2);
    CHECK(wire.asked[1] == EdgeChoice::automatic);
    wire.edges.push_back({MonoTime::from_ns(5), Polarity::falling, {}});
    CHECK(pulses->read());
    CHECK(pulses->missed() == 0);
}

TEST_CASE_FIXTURE(Fixture, "polled: what came of an edge that was called off wakes nobody twice") {
    pulses->await({soon(0ns), 50ms, Polarity::rising, AwaitedBy::polling});
    while (wire.reads == 0 && !readable(pulses->fd(), 0)) {
    }
    pulses->hunt();
    REQUIRE(readable(pulses->fd()));
    CHECK_FALSE(pulses->read());
    CHECK_FALSE(readable(pulses->fd(), 0));
    CHECK(pulses->missed() == 0);
}

TEST_CASE_FIXTURE(Fixture, "polled: it ends at once, whatever is awaited") {
    pulses->await({soon(3600s), 100us, Polarity::rising, AwaitedBy::polling});
    pulses.reset();
}

TEST_CASE("polled: a poller that never gets the processor loses no edge that the kernel stamped") {
    Wire wire;
    FakeClock clock;
    auto never_started = std::make_unique<EdgePoller>([] { return 0; });
    PolledPulses pulses{std::make_unique<FakeLine>(wire), EdgeChoice::automatic, clock,
                        std::move(never_started), "polled"};
    CHECK_FALSE(pulses.gives_up());
    const OscTime due = OscTime::from_ns((clock.now() + raw_minus_mono + 1s).ns());
    const MonoTime over = clock.now() + 1s + EdgePoll::last_patience;
    pulses.await({due, 100us, Polarity::rising, AwaitedBy::either});
    CHECK(pulses.gives_up() == over);
    wire.edges.push_back({clock.now() + 1s + 12us, Polarity::rising, {}});
    clock.set(over - 1ns);
    CHECK_FALSE(pulses.read());
    CHECK(pulses.missed() == 0);
    clock.set(over);
    const auto edge = pulses.read();
    REQUIRE(edge);
    CHECK(edge->stamping == Stamping::stand_in);
    CHECK(edge->time == over - EdgePoll::last_patience + 12us);
    CHECK(pulses.missed() == 1);
}

TEST_CASE_FIXTURE(Fixture, "polled: a line that can't be told which edges is not polled any more") {
    wire.refuses_none = ENXIO;
    pulses->await({soon(10s), 100us, Polarity::rising, AwaitedBy::polling});
    CHECK_FALSE(pulses->awaits());
    CHECK_FALSE(pulses->error());
    CHECK(pulses->stamped_how().starts_with("by interrupts: which edges it reports can't be"));
    CHECK(wire.asked.size() == 1); // it still reports those of before
    wire.edges.push_back({MonoTime::from_ns(5), Polarity::falling, {}});
    const auto edge = pulses->read();
    REQUIRE(edge);
    CHECK(edge->stamping == Stamping::interrupt);
}

TEST_CASE_FIXTURE(Fixture, "polled: a line that reports no edges any more is gone") {
    pulses->await({soon(10s), 100us, Polarity::rising, AwaitedBy::polling});
    wire.refuses_edges = ENODEV;
    pulses->hunt();
    CHECK_FALSE(pulses->awaits());
    CHECK(pulses->error() == std::error_code{ENODEV, std::generic_category()});
}

TEST_CASE("polled: without a poller all is as without it") {
    Wire wire;
    FakeClock clock;
    PolledPulses pulses{std::make_unique<FakeLine>(wire), EdgeChoice::rising, clock, nullptr,
                        "by interrupts: of a reason"};
    CHECK_FALSE(pulses.awaits());
    CHECK(pulses.stamped_how() == "by interrupts: of a reason");
    pulses.await({OscTime{}, 1us, Polarity::rising, AwaitedBy::polling});
    wire.edges.push_back({MonoTime::from_ns(5), Polarity::falling, {}});
    CHECK(pulses.read()->stamping == Stamping::interrupt);
    CHECK(wire.asked.empty());
}

TEST_CASE(
    "the processor that polls: as asked for, else the last that doesn't serve the interrupt") {
    const std::string_view interrupts =
        "           CPU0       CPU1       CPU2       CPU3\n"
        " 26:        100          0          0       9000  GIC 30 timer\n"
        " 45:          3          0         12        120  pl061  3 Edge  ppsd\n"
        "IPI0:        1          2          3          4  Rescheduling\n";
    CHECK(choose_cpu(interrupts, {0, 1, 2, 3}, {}) == 2);
    CHECK(choose_cpu(interrupts, {0, 1, 2, 3}, 3) == 3);
    CHECK(choose_cpu(interrupts, {3}, {}) == 3);
    CHECK(choose_cpu("", {0, 1}, {}) == 1);
    // Processor 1 is offline.
    CHECK(choose_cpu("  CPU0 CPU2 CPU3\n 45: 3 12 120 pl061 3 Edge ppsd\n", {0, 2, 3}, {}) == 2);
    CHECK(choose_cpu("  CPU0 CPU1\n 45: 0 0 pl061 3 Edge ppsd\n", {0, 1}, {}) ==
          1); // none came yet
    CHECK(choose_cpu("", {}, {}) == 0);
    // Two that run: neither's interrupt, even if another's comes last.
    const std::string_view two = "  CPU0 CPU1 CPU2\n 45: 3 0 120 pl061 3 Edge ppsd\n"
                                 " 46: 3 120 0 pl061 4 Edge ppsd\n 47: 0 0 0 pl061 5 Edge ppsd\n";
    CHECK(choose_cpu(two, {0, 1, 2}, {}) == 0);
    CHECK(choose_cpu(two, {1, 2}, {}) == 2); // there is no other
}
