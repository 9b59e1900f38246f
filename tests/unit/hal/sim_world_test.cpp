#include "hal/src/sim/world.hpp"

#include "hal/error.hpp"

#include <doctest/doctest.h>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr UtcSecond first = UtcSecond::from_posix(1'800'000'000);
constexpr MonoTime start = MonoTime::from_ns(77 * ns_per_s);

World world(double drift_ppm, RealTime at_start = RealTime::from_ns(first.posix() * ns_per_s)) {
    Settings settings;
    settings.drift_ppm = drift_ppm;
    return {settings, start, at_start};
}

Settings parse(std::string_view text) {
    return parse_settings("sim:x", text);
}

std::string refused(std::string_view text) {
    try {
        (void)parse(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("what is not set has its default") {
    const Settings s = parse("");
    CHECK(s.drift_ppm == 20);
    CHECK(s.delay == 120ms);
    CHECK(s.jitter == 1us);
    CHECK(s.width == 100ms);
    CHECK_FALSE(s.falling);
    CHECK(s.seed == 1);
    CHECK(s.faults.none());
}

TEST_CASE("each setting, set") {
    const Settings s = parse("drift=-5.5,delay=0.25,jitter=300,width=0.2,polarity=falling,seed=9,"
                             "fault=no-fix+glitches");
    CHECK(s.drift_ppm == -5.5);
    CHECK(s.delay == 250ms);
    CHECK(s.jitter == 300ns);
    CHECK(s.width == 200ms);
    CHECK(s.falling);
    CHECK(s.seed == 9);
    CHECK(s.faults.count() == 2);
    CHECK(s.has(Fault::no_fix));
    CHECK(s.has(Fault::glitches));
}

TEST_CASE("every fault has the name that the header gives it") {
    constexpr const char* names[] = {"no-fix",       "no-pulses",  "no-sentences",
                                     "bad-checksum", "garbage",    "missing-pulse",
                                     "glitches",     "late-label", "old-date"};
    for (std::size_t i = 0; i < fault_count; ++i) {
        const Settings s = parse(std::string{"fault="} + names[i]);
        CHECK(s.faults.count() == 1);
        CHECK(s.has(static_cast<Fault>(i)));
    }
}

TEST_CASE("both sides of each limit") {
    for (const auto* good : {"drift=-1000", "drift=1000", "delay=-0.9", "delay=2", "jitter=0",
                             "jitter=100000000", "width=0.000001", "width=0.999", "seed=0"})
        CHECK(refused(good).empty());
    for (const auto* bad :
         {"drift=-1000.1", "drift=1000.1", "delay=-0.91", "delay=2.001", "jitter=-1",
          "jitter=100000001", "width=0.0000009", "width=1", "seed=-1", "seed=1000000001"}) {
        CAPTURE(bad);
        CHECK(refused(bad).find("is not a number from") != std::string::npos);
    }
}

TEST_CASE("what makes no sense is refused by the name that the user wrote") {
    CHECK(refused("drift") == "sim:x: 'drift' is not KEY=VALUE");
    CHECK(refused("drfit=1").starts_with("sim:x: unknown key 'drfit'; known are drift, "));
    CHECK(refused("drift=1x") == "sim:x: drift=1x is not a number from -1000 to 1000");
    CHECK(refused("polarity=up") == "sim:x: polarity=up is neither rising nor falling");
    CHECK(refused("fault=no-fix+no-idea").starts_with("sim:x: unknown fault 'no-idea'; known are"));
}

TEST_CASE("without drift a second is a second") {
    const World w = world(0);
    CHECK(w.begin_of(first) == start);
    CHECK(w.begin_of(first + 1) == start + 1s);
    CHECK(w.begin_of(first - 10) == start - 10s);
}

TEST_CASE("a clock that is fast by 20 ppm counts 20 s more in a million") {
    const World w = world(20);
    const Nanos error = w.begin_of(first + 1'000'000) - (start + 1'000'020s);
    CHECK(error < 1us);
    CHECK(error > -1us);
}

TEST_CASE("the first second from a time on begins at it, or after it") {
    for (const double drift : {0.0, 20.0, -500.0}) {
        const World w = world(drift, RealTime::from_ns(first.posix() * ns_per_s + 300'000'000));
        for (const std::int64_t n : {1, 2, 1000, 1'000'000}) {
            const MonoTime begin = w.begin_of(first + n);
            CHECK(w.first_from(begin) == first + n);
            CHECK(w.first_from(begin - 1ns) == first + n);
            CHECK(w.first_from(begin + 1ns) == first + n + 1);
        }
    }
}

TEST_CASE("a board that thinks it is 1970 gets a receiver of 2026") {
    const World w = world(0, RealTime::from_ns(12 * ns_per_s));
    CHECK(w.begin_of(UtcSecond::from_posix(1'767'225'600)) == start);
}
