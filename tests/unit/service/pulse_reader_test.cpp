#include "daemon/service/pulse_reader.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/sources.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using ppsd::discipline::Verdict;

namespace {

constexpr MonoTime start = first_mono;

struct Fixture {
    Fixture() {
        clock.set(start);
        reader.port().open_first(false, "", start);
        reader.start(loop);
        intake.begin_turn();
    }
    Port<PulseSource> port() {
        const auto open = [this]() -> std::unique_ptr<PulseSource> {
            if (!device.there) throw DeviceError("gpio:PPS", ENOENT, "is it plugged in?");
            return std::make_unique<FakePulses>(device);
        };
        return {"gpio:PPS", open, log};
    }
    /// That many, a microsecond apart.
    void edges(int count) {
        for (int i = 0; i < count; ++i)
            device.edges.push_back({clock.now() - Nanos{1000 * (count - i)}, Polarity::rising, {}});
    }
    [[nodiscard]] std::uint64_t fed() const {
        std::uint64_t all = 0;
        for (std::size_t i = 0; i < ppsd::discipline::verdict_count; ++i)
            all += pipeline.edges()[static_cast<Verdict>(i)];
        return all;
    }
    void tick(Nanos since_start) {
        clock.set(start + since_start);
        reader.tick(clock.now());
    }

    Capture err;
    Log log{LogLevel::notice, true};
    Device device;
    FakeClock clock;
    EventLoop loop;
    Pipeline pipeline{settings(), clock, {}, {}, log};
    Intake intake{pipeline, clock, nullptr, log};
    PulseReader reader{port(), intake, clock, log};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "at one wake-up no more than 1024; the rest at once") {
    edges(1025);
    device.prompt = false;
    reader.catch_up();
    CHECK(device.edges.size() == 1);
    CHECK(reader.deadline() == MonoTime{});
    tick(0s);
    CHECK(device.edges.empty());
    CHECK(fed() == 1025);
    CHECK(reader.deadline() == start + 3s);
}

TEST_CASE_FIXTURE(Fixture, "read before bytes only where the source doesn't wake the loop itself") {
    edges(1);
    reader.catch_up();
    CHECK(fed() == 0);
    device.prompt = false;
    reader.catch_up();
    CHECK(fed() == 1);
}

TEST_CASE_FIXTURE(Fixture, "quiet for 3 s: probed, and each 3 s from then on") {
    tick(3s - 1ns);
    CHECK(device.probes == 0);
    tick(3s);
    CHECK(device.probes == 1);
    CHECK(reader.deadline() == start + 6s);
    device.prompt = false;
    clock.set(start + 4s);
    edges(1);
    reader.catch_up();
    CHECK(reader.deadline() == start + 7s);
}

TEST_CASE_FIXTURE(Fixture, "a source that gives an edge up is read then") {
    device.gives_up = start + 2s;
    CHECK(reader.deadline() == start + 2s);
    edges(1);
    tick(2s - 1ns);
    CHECK(device.edges.size() == 1);
    tick(2s);
    CHECK(device.edges.empty());
    device.gives_up = start + 9s;
    CHECK(reader.deadline() == start + 5s);
    device.gives_up.reset();
    CHECK(reader.deadline() == start + 5s);
}

TEST_CASE_FIXTURE(Fixture, "gone without a word: the probe finds it, and it is opened again") {
    device.there = false;
    device.tells = false;
    tick(3s);
    CHECK_FALSE(reader.port().get());
    CHECK(reader.deadline() == start + 4s);
    device.there = true;
    tick(4s);
    CHECK(reader.port().get());
    CHECK(device.opened == 2);
    CHECK(reader.deadline() == start + 7s);
}

TEST_CASE_FIXTURE(Fixture, "a flood before it went is not read any more") {
    edges(2000);
    device.prompt = false;
    device.there = false;
    reader.catch_up();
    CHECK(reader.deadline() == start + 1s);
    tick(0s);
    CHECK(fed() == 1024);
}

TEST_CASE_FIXTURE(
    Fixture, "edges that the kernel lost are told, once a minute, and counted anew when opened") {
    device.prompt = false;
    device.lost = 5;
    reader.catch_up();
    CHECK(err.count("<4>gpio:PPS: 5 edges lost") == 1);
    device.lost = 7;
    clock.set(start + 1min - 1ns);
    reader.catch_up();
    CHECK(err.count("edges lost") == 1);
    clock.set(start + 1min);
    reader.catch_up();
    CHECK(err.count("2 edges lost") == 1);
    device.there = false;
    reader.catch_up();
    device.there = true;
    device.lost = 1;
    tick(10min);
    REQUIRE(reader.port().get());
    reader.catch_up();
    CHECK(err.count("1 edges lost") == 1);
}
