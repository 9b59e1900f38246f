#include "daemon/record/intake.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/fakes.hpp"
#include "tests/unit/support/sentences.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// A turn of the loop, and what it made of the pipeline.
struct Fixture {
    Fixture() {
        clock.set(first_mono);
        intake.begin_turn();
        intake.end_turn();
    }

    void turn(const Input& input) {
        intake.begin_turn();
        intake.on(input);
        intake.end_turn();
    }
    [[nodiscard]] PulseEdge edge() { return {clock.now(), Polarity::rising, {}}; }
    [[nodiscard]] std::uint64_t edges() const {
        std::uint64_t all = 0;
        for (std::size_t i = 0; i < ppsd::discipline::verdict_count; ++i)
            all += pipeline.edges()[static_cast<ppsd::discipline::Verdict>(i)];
        return all;
    }

    Capture err;
    Log log{LogLevel::info, true};
    FakeClock clock;
    RecordingOutput pps{clock};
    Pipeline pipeline{settings(), clock, {{&pps}}, {}, log};
    Intake intake{pipeline, clock, nullptr, log};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a step is told once, when the next turn begins") {
    clock.step(2s);
    CHECK(pps.invalidations() == 0);
    intake.begin_turn();
    intake.begin_turn();
    CHECK(pps.invalidations() == 1);
    CHECK(err.count("the system clock was set") == 1);
    intake.end_turn();
    intake.begin_turn();
    CHECK(pps.invalidations() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "a suspend is told once, with its length, and that it stepped the clock") {
    clock.sleep(90s);
    intake.begin_turn();
    intake.begin_turn();
    CHECK(err.count("the machine slept 90.0 s") == 1);
    CHECK(err.count("the system clock was set") == 1);
    clock.sleep(1s);
    intake.begin_turn();
    CHECK(err.count("the machine slept 1.0 s") == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "what comes while the oscillator can't be read is dropped, with a warning") {
    turn(edge());
    CHECK(edges() == 1);
    const auto readable = std::exchange(clock.raw_minus_mono, nullptr);
    clock.set(first_mono + 1s);
    turn(edge());
    CHECK(edges() == 1);
    CHECK(err.count("<4>CLOCK_MONOTONIC_RAW could not be read (1 times so far)") == 1);
    clock.raw_minus_mono = readable;
    clock.set(first_mono + 2s);
    turn(edge());
    CHECK(edges() == 2);
}

TEST_CASE("another rate of the line is told even then") {
    const Log log{LogLevel::error, true};
    FakeClock clock;
    PipelineSettings with = settings();
    with.baud = 9600;
    Pipeline pipeline{with, clock, {}, {}, log};
    Intake intake{pipeline, clock, nullptr, log};
    for (int n = 0; n < 6; ++n) {
        clock.set(first_mono + std::chrono::seconds{n});
        intake.begin_turn();
        intake.on(ByteChunk{"$", clock.now()});
        intake.end_turn();
    }
    REQUIRE(pipeline.line_load());
    clock.raw_minus_mono = nullptr;
    intake.begin_turn();
    intake.on(LineRate{clock.now(), 38400});
    CHECK_FALSE(pipeline.line_load());
}

TEST_CASE_FIXTURE(Fixture, "in one turn it is read once, and again after a suspend") {
    int reads = 0;
    clock.raw_minus_mono = [&](MonoTime) {
        ++reads;
        return 7s;
    };
    intake.begin_turn();
    intake.on(edge());
    intake.on(edge());
    CHECK(reads == 1);
    clock.sleep(1s);
    intake.begin_turn();
    intake.on(edge());
    CHECK(reads == 2);
}

TEST_CASE("a step before the first turn is told, too") {
    const Log log{LogLevel::error, true};
    FakeClock clock;
    RecordingOutput pps{clock};
    Pipeline pipeline{settings(), clock, {{&pps}}, {}, log};
    clock.step(1s);
    Intake intake{pipeline, clock, nullptr, log};
    CHECK(clock.offset() != pipeline.known_offset());
    intake.begin_turn();
    CHECK(clock.offset() == pipeline.known_offset());
    CHECK(pps.invalidations() == 1);
}
