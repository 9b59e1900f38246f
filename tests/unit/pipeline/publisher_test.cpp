#include "daemon/pipeline/publisher.hpp"

#include "tests/unit/support/fakes.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::Leap;
using discipline::Verdict;

namespace {

struct Fixture {
    FakeClock clock;
    RecordingOutput output{clock};
    Publisher publisher{clock, output, 2s};
    ClockOffset known = clock.offset();

    void offer(std::int64_t n, Leap leap = Leap::none, int precision = -20) {
        publisher.offer({first_second + n, first_mono + std::chrono::seconds{n}, leap, precision});
    }
    std::optional<Verdict> tick(MonoTime now) {
        clock.set(now);
        const auto outcome = publisher.tick(now, known);
        return outcome ? std::optional{outcome->verdict} : std::nullopt;
    }
    void step(Nanos by) {
        clock.step(by);
        known = clock.offset();
    }
};

} // namespace

TEST_CASE("nothing offered: nothing to do") {
    Fixture f;
    CHECK_FALSE(f.publisher.deadline());
    CHECK_FALSE(f.tick(first_mono));
    CHECK(f.output.records().empty());
}

TEST_CASE("20 ms after the edge, and not a nanosecond earlier") {
    Fixture f;
    f.offer(0);
    CHECK(f.publisher.deadline() == first_mono + 20ms);
    CHECK_FALSE(f.tick(first_mono + 20ms - 1ns));
    CHECK(f.output.records().empty());
    CHECK(f.tick(first_mono + 20ms) == Verdict::used);
    CHECK(f.output.records().size() == 1);
    CHECK_FALSE(f.publisher.deadline());
    CHECK_FALSE(f.tick(first_mono + 30ms)); // once
}

TEST_CASE("up to 2 s after it, and not a nanosecond later") {
    Fixture f;
    f.offer(0);
    CHECK(f.tick(first_mono + 2s) == Verdict::used);
    f.offer(5);
    CHECK(f.tick(first_mono + 7s + 1ns) == Verdict::too_late);
    CHECK(f.output.records().size() == 1);
    CHECK_FALSE(f.publisher.deadline()); // not tried again
}

TEST_CASE("a sample is the second, the system's time of it, leap and precision") {
    Fixture f;
    f.step(250ms); // the system clock is ahead by so much
    f.offer(3, Leap::deleted, -17);
    REQUIRE(f.tick(first_mono + 3s + 20ms) == Verdict::used);
    const Sample& sample = f.output.records().front().sample;
    CHECK(sample.clock == first_second + 3);
    CHECK(sample.receive.ns() == (first_second.posix() + 3) * 1'000'000'000 + 250'000'000);
    CHECK(sample.leap == 2);
    CHECK(sample.precision == -17);
}

TEST_CASE("strictly later than the one before") {
    Fixture f;
    f.offer(1);
    REQUIRE(f.tick(first_mono + 1s + 20ms) == Verdict::used);
    f.offer(1);
    CHECK(f.tick(first_mono + 1s + 30ms) == Verdict::out_of_order);
    f.publisher.offer({first_second + 2, first_mono + 1s - 1ns, Leap::none, 0});
    CHECK(f.tick(first_mono + 1s + 40ms) == Verdict::out_of_order);
    CHECK(f.output.records().size() == 1);
    f.publisher.offer({first_second + 2, first_mono + 1s + 1ns, Leap::none, 0});
    CHECK(f.tick(first_mono + 1s + 50ms) == Verdict::used);
}

TEST_CASE("a later offer replaces one that waits") {
    Fixture f;
    f.offer(0);
    f.offer(1);
    CHECK(f.tick(first_mono + 1s + 20ms) == Verdict::used);
    CHECK(f.output.seconds() == std::vector{first_second.posix() + 1});
}

TEST_CASE("withdrawn: never published") {
    Fixture f;
    f.offer(0);
    f.publisher.withdraw();
    CHECK_FALSE(f.publisher.deadline());
    CHECK_FALSE(f.tick(first_mono + 20ms));
    CHECK(f.output.records().empty());
}

TEST_CASE("the clock was stepped before publication: converted with the new offset") {
    Fixture f;
    f.offer(0);
    f.step(-3600s);
    CHECK(f.tick(first_mono + 20ms) == Verdict::used);
    CHECK(f.output.records().front().sample.receive.ns() ==
          (first_second.posix() - 3600) * 1'000'000'000);
    CHECK(f.output.invalidations() == 0);
}

TEST_CASE("while the clock is another one than is known, it waits; not for ever") {
    Fixture f;
    f.offer(0);
    f.clock.step(1s);
    CHECK_FALSE(f.tick(first_mono + 20ms));
    CHECK(f.publisher.deadline() == first_mono + 20ms);
    CHECK(f.output.records().empty());
    f.known = f.clock.offset();
    CHECK(f.tick(first_mono + 21ms) == Verdict::used);
    CHECK(f.output.invalidations() == 0);
}

TEST_CASE("the clock is another one by the time it was handed over: taken back") {
    Fixture f;
    f.offer(0);
    SUBCASE("meanwhile, by a second") {
        f.output.on_publish = [&] { f.clock.step(1s); };
    }
    SUBCASE("meanwhile, there and back") {
        f.output.on_publish = [&] { f.clock.step(0s); };
    }
    CHECK(f.tick(first_mono + 20ms) == Verdict::clock_stepped);
    CHECK(f.output.invalidations() == 1);
    f.output.on_publish = nullptr;
    f.step(0s);
    f.offer(1);
    CHECK(f.tick(first_mono + 1s + 20ms) == Verdict::used);
    CHECK(f.output.invalidations() == 1);
}

TEST_CASE("what the output doesn't take is said to be not taken") {
    Fixture f;
    f.output.accepts = false;
    f.offer(0);
    CHECK(f.tick(first_mono + 20ms) == Verdict::not_taken);
}

TEST_CASE("invalidate takes back what lies in the output") {
    Fixture f;
    f.publisher.invalidate();
    CHECK(f.output.invalidations() == 1);
}
