// Steps of the clock, leap seconds, and input that is none.
#include "daemon/pipeline/pipeline.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/leap_list.hpp"
#include "tests/unit/support/ubx_packets.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::Verdict;

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
/// 2027-02-01T00:00:00Z.
constexpr std::int64_t february = 1'801'440'000 - first_second.posix();
constexpr UtcSecond never = UtcSecond::from_posix(4'000'000'000);

std::int64_t leap_of(const discipline::LeapTable& table, std::int64_t n) {
    Bench b{settings(), table};
    b.seconds(n, 5);
    REQUIRE(b.pps.records().size() == 1);
    REQUIRE(b.nmea.records().size() == 1);
    CHECK(b.nmea.records()[0].sample.leap == b.pps.records()[0].sample.leap);
    return b.pps.records()[0].sample.leap;
}

} // namespace

TEST_CASE("the clock is set: what lies unread is taken back, the next second has the new offset") {
    Bench b;
    b.seconds(0, 8);
    b.clock.step(-2s);
    b.news();
    CHECK(b.pps.invalidations() == 1);
    CHECK(b.nmea.invalidations() == 1);
    CHECK(b.err.count("<5>the system clock was set") == 1);
    b.seconds(8, 2);
    CHECK(b.pps.seconds() == second_numbers(4, 6));
    CHECK(b.pps.records().back().sample.receive.ns() == (b.second(9).posix() - 2) * ns_per_s);
    CHECK(b.pps.invalidations() == 1);
}

TEST_CASE("the clock is set: what is said of unread samples holds for the outputs there are") {
    for (const bool pps : {true, false})
        for (const bool nmea : {true, false}) {
            CAPTURE(pps);
            CAPTURE(nmea);
            Bench b;
            b.pps.reaches_all = pps;
            b.nmea.reaches_all = nmea;
            b.seconds(0, 8);
            b.clock.step(-2s);
            b.pipeline.on(ClockStep{b.clock.now()});
            CHECK(b.pps.invalidations() == 1);
            CHECK(b.nmea.invalidations() == 1);
            CHECK(b.err.count("set; what lies unread is taken back") == (pps && nmea ? 1 : 0));
            CHECK(b.err.count("set; not every output can take back what lies unread") ==
                  (pps && nmea ? 0 : 1));
        }
}

TEST_CASE("a step while a sample is handed over: both feeds are taken back") {
    Bench b;
    b.seconds(0, 8);
    b.pps.on_publish = [&] { b.clock.step(1s); };
    b.edge(b.begin(8));
    b.bytes(b.begin(8) + 120ms, rmc(b.second(8)));
    b.run_until(b.begin(8) + 230ms);
    b.pps.on_publish = nullptr;
    CHECK(b.pipeline.samples(Feed::pps)[Verdict::clock_stepped] == 1);
    CHECK(b.pps.invalidations() == 3); // by the publisher, at once, and by the news
    CHECK(b.nmea.invalidations() == 2);
}

TEST_CASE("a step, or a suspend, that came since the turn began: what is due waits for the news") {
    Bench b;
    b.seconds(0, 8);
    b.edge(b.begin(8));
    b.bytes(b.begin(8) + 120ms, rmc(b.second(8)));
    const auto before = b.pps.records().size();
    const MonoTime t = b.begin(8) + 230ms;
    b.clock.set(t);
    b.clock.step(-1s);
    b.pipeline.on(OscillatorNote{t, b.raw_minus_mono});
    b.pipeline.on(Tick{t});
    CHECK(b.pps.records().size() == before);
    CHECK(b.pps.invalidations() == 0);
    CHECK(b.pipeline.deadline().value() <= t);
    SUBCASE("stepped: it goes out with the next turn, converted by the new offset") {
        b.tick(t);
        CHECK(b.pps.invalidations() == 1);
        CHECK(b.nmea.invalidations() == 1);
        REQUIRE(b.pps.records().size() == before + 1);
        CHECK(b.pps.records().back().sample.clock == b.second(8));
        CHECK(b.pps.records().back().sample.receive.ns() == (b.second(8).posix() - 1) * ns_per_s);
    }
    SUBCASE("slept: never") {
        b.pipeline.on(Slept{t, 1s});
        b.tick(t);
        CHECK(b.pps.records().size() == before);
    }
}

TEST_CASE("near a listed leap second what was stamped before a step is not published after it") {
    for (const bool listed : {false, true}) {
        const UtcSecond july = UtcSecond::from_posix(1'814'400'000); // 2027-07-01
        CAPTURE(listed);
        Bench b{settings(), leap_list(listed ? july : july - 86400 * 30, 1, july + 86400 * 365)};
        const std::int64_t n = july - b.second(0) - 20;
        b.seconds(n, 8);
        const auto before = b.pps.records().size();
        b.edge(b.begin(n + 8));
        b.bytes(b.begin(n + 8) + 120ms, rmc(b.second(n + 8)));
        b.clock.set(b.begin(n + 8) + 130ms);
        b.clock.step(-1s); // the kernel inserts it
        b.run_until(b.begin(n + 8) + 500ms);
        CHECK(b.pps.records().size() == before + (listed ? 0 : 1));
        CHECK(b.pipeline.samples(Feed::pps)[Verdict::clock_stepped] == (listed ? 1 : 0));
        b.seconds(n + 9, 2);
        CHECK(b.pps.records().size() == before + (listed ? 2 : 3));
    }
}

TEST_CASE("edges stamped on a clock that was stepped since are dropped") {
    Bench b;
    b.seconds(0, 8);
    b.clock.step(1s);
    b.edge(b.begin(8), Polarity::rising, 0);
    b.bytes(b.begin(8) + 120ms, rmc(b.second(8)));
    b.run_until(b.begin(9) - 1ns);
    CHECK(b.pipeline.edges()[Verdict::stale_generation] == 1);
    CHECK(b.pps.seconds() == second_numbers(4, 4));
    b.edge(b.begin(9), Polarity::rising, 1);
    b.bytes(b.begin(9) + 120ms, rmc(b.second(9)));
    b.run_until(b.begin(10) - 1ns);
    CHECK(b.pps.seconds().back() == b.second(9).posix());
}

TEST_CASE("a leap second is announced within the month at whose end it is, not a second earlier") {
    using namespace discipline;
    const UtcSecond march = UtcSecond::from_posix(1'801'440'000 + 28 * 86400);
    CHECK(leap_of(leap_list(march, 1, never), february - 5) == 0); // publishes 31 January 23:59:59
    CHECK(leap_of(leap_list(march, 1, never), february - 4) == 1); // and 1 February 00:00:00
    CHECK(leap_of(leap_list(march, -1, never), february) == 2);
    CHECK(leap_of(leap_list(march, 1, never), february + 28 * 86400) == 0);
}

TEST_CASE("a list that has expired, or none: no leap second, and one warning") {
    const UtcSecond end = UtcSecond::from_posix(1'801'440'000);
    const auto run = [&](const discipline::LeapTable& table) {
        Bench b{settings(), table};
        b.seconds(0, 20);
        for (const auto& record : b.pps.records())
            CHECK(record.sample.leap == 0);
        CHECK_FALSE(b.pps.records().empty());
        CHECK(b.err.count("<4>") == b.err.count("2027-01-15T08:00:04Z"));
        return b.err.count("2027-01-15T08:00:04Z");
    };
    CHECK(run({}) == 0);                                  // who looked for it has said so
    CHECK(run(leap_list(end, 1, first_second + 4)) == 1); // as the first sample is published
    Bench b{settings(), leap_list(end, 1, first_second + 25)};
    b.seconds(0, 20);
    CHECK(b.pps.records().back().sample.leap == 1);
    CHECK_FALSE(b.err.has("expired"));
    b.seconds(20, 20);
    CHECK(b.pps.records().back().sample.leap == 0);
    CHECK(b.err.count("expired") == 1);
}

TEST_CASE("a newer list of leap seconds is announced by from then on, and so is its end") {
    const UtcSecond end = UtcSecond::from_posix(1'801'440'000);
    Bench b;
    b.seconds(0, 20);
    CHECK(b.pps.records().back().sample.leap == 0);
    b.new_leap_list(leap_list_text(end, 1, first_second + 30));
    b.seconds(20, 9);
    CHECK(b.pps.records().back().sample.leap == 1);
    CHECK_FALSE(b.err.has("expired"));
    b.seconds(29, 9);
    CHECK(b.err.count("expired") == 1);
    b.new_leap_list(leap_list_text(end, 1, first_second + 40));
    b.seconds(38, 9);
    CHECK(b.err.count("expired") == 2);
}

TEST_CASE("a leap second that only a newer list knows is passed") {
    Bench b{settings(), leap_list(UtcSecond::from_posix(1'833'000'000), 1, never)};
    b.seconds(february - 10, 9);
    b.new_leap_list(leap_list_text(UtcSecond::from_posix(1'801'440'000), 1, never));
    b.seconds(february - 1, 1);
    b.edge(b.begin(february)); // 23:59:60, of which nobody says anything
    for (std::int64_t n = february; n < february + 10; ++n) {
        b.edge(b.begin(n + 1));
        b.bytes(b.begin(n + 1) + 120ms, rmc(b.second(n)));
    }
    b.run_until(b.begin(february + 11) - 1ns);
    CHECK(b.pps.seconds() == second_numbers(february - 6, 16));
}

TEST_CASE("a leap second that the receiver alone knows is announced and passed, with no list") {
    const UtcSecond july = UtcSecond::from_posix(1'814'400'000); // 2027-07-01
    const std::int64_t n = july - first_second;
    Bench b;
    for (std::int64_t i = n - 80; i < n; ++i) {
        b.edge(b.begin(i));
        b.bytes(b.begin(i) + 120ms, rmc(b.second(i)));
        const auto in = static_cast<std::int32_t>(n - i);
        b.bytes(b.begin(i) + 300ms,
                nmea::test::timels({.change = 1, .in = in, .itow = static_cast<std::uint32_t>(i)}));
    }
    CHECK(b.pps.records().back().sample.leap == 1);
    b.edge(b.begin(n)); // 23:59:60
    b.bytes(b.begin(n) + 120ms, nmea::test::seal(nmea::test::rmc_text("235960.00", "300627")));
    for (std::int64_t i = n; i < n + 10; ++i) {
        b.edge(b.begin(i + 1));
        b.bytes(b.begin(i + 1) + 120ms, rmc(b.second(i)));
    }
    b.run_until(b.begin(n + 11) - 1ns);
    CHECK(b.pps.seconds() == second_numbers(n - 76, 86));
    CHECK(b.pps.records().back().sample.leap == 0);
    CHECK(b.pipeline.state() == State::locked);
}

TEST_CASE("a receiver whose count of leap seconds is its firmware's: nothing is published") {
    Bench b;
    const auto seconds = [&](std::int64_t n, int source) {
        for (std::int64_t i = n; i < n + 10; ++i) {
            b.edge(b.begin(i));
            b.bytes(b.begin(i) + 100ms, nmea::test::timels({.source = source}));
            b.bytes(b.begin(i) + 120ms, rmc(b.second(i)));
        }
        b.run_until(b.begin(n + 10) - 1ns);
    };
    seconds(0, 0);
    CHECK(b.pps.records().empty());
    CHECK(b.err.count("so its seconds may be wrong") == 1);
    CHECK(b.pipeline.sentences()[nmea::Verdict::no_leap_count] == 10);
    seconds(10, 2);
    CHECK(b.pps.seconds() == second_numbers(14, 6));
}

TEST_CASE("an inserted leap second: :60 is no sample, and each second keeps its pulse") {
    Bench b{settings(), leap_list(UtcSecond::from_posix(1'801'440'000), 1, never)};
    b.seconds(february - 10, 10);
    b.edge(b.begin(february));
    b.bytes(b.begin(february) + 120ms,
            nmea::test::seal(nmea::test::rmc_text("235960.00", "310127")));
    for (std::int64_t n = february; n < february + 10; ++n) {
        b.edge(b.begin(n + 1));
        b.bytes(b.begin(n + 1) + 120ms, rmc(b.second(n)));
    }
    b.run_until(b.begin(february + 11) - 1ns);
    CHECK(b.pps.seconds() == second_numbers(february - 6, 16));
    CHECK(b.nmea.seconds() == second_numbers(february - 6, 16));
    for (const auto* output : {&b.pps, &b.nmea}) {
        for (const auto& record : output->records()) {
            const bool after = record.sample.clock >= b.second(february);
            CHECK(record.time == first_mono + std::chrono::seconds{record.sample.clock -
                                                                   first_second + (after ? 1 : 0)});
            CHECK(record.sample.leap == (after ? 0 : 1));
        }
    }
}

TEST_CASE("garbage, wrong checksums and endless sentences: counters move, nothing else does") {
    Bench b;
    std::mt19937_64 random{1};
    for (std::int64_t n = 0; n < 60; ++n) {
        b.edge(b.begin(n));
        std::string bytes;
        for (int i = 0; i < 500; ++i)
            bytes += static_cast<char>(random() & 0xff);
        bytes += "\r\n$GPRMC," + std::string(10'000, '1') + "*00\r\n";
        bytes += "$GPRMC," + time_field(b.second(n)) + ",A*FF\r\n";
        b.bytes(b.begin(n) + 120ms, bytes);
    }
    CHECK(b.pps.records().empty());
    CHECK(b.nmea.records().empty());
    CHECK(b.pipeline.sentences()[nmea::Verdict::too_long] == 60);
    CHECK(b.pipeline.sentences()[nmea::Verdict::bad_checksum] >= 60);
    CHECK(b.states == std::vector{State::starting, State::no_labels});
    CHECK(b.err.count("\n") == 1); // the state
}

TEST_CASE("garbage between good sentences harms none of them") {
    Bench b;
    std::mt19937_64 random{2};
    for (std::int64_t n = 0; n < 60; ++n) {
        b.edge(b.begin(n));
        std::string bytes = rmc(b.second(n));
        for (int i = 0; i < 60; ++i)
            bytes += static_cast<char>(0x80 | (random() & 0x7f));
        b.bytes(b.begin(n) + 120ms, bytes + "$GPRMC," + std::string(10'000, 'x') + "\r\n");
    }
    b.run_until(b.begin(60) - 1ns);
    CHECK(b.pps.seconds() == second_numbers(4, 56));
}

TEST_CASE("a pulse line that floats gives no sample, whatever the sentences say") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random{seed};
        Bench b;
        MonoTime t = b.begin(0);
        for (std::int64_t n = 0; n < 60; ++n) {
            for (bool high = true; t < b.begin(n) + 120ms; high = !high) {
                b.edge(t, high ? Polarity::rising : Polarity::falling);
                // Odd seeds: hum of 50 Hz. Even ones: anything from 1 to 60 ms.
                t = t +
                    (seed % 2 != 0
                         ? Nanos{10ms}
                         : Nanos{1ms + Nanos{static_cast<std::int64_t>(random() % 59'000'000)}});
            }
            b.bytes(b.begin(n) + 120ms, rmc(b.second(n)));
        }
        CHECK(b.pps.records().empty());
    }
}

TEST_CASE("property: whatever comes, it never asks to be woken in the past, nor publishes early") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random{seed};
        const auto below = [&](std::int64_t n) {
            return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
        };
        PipelineSettings with = settings();
        with.pulses = below(4) != 0;
        with.keeper.lock_count = static_cast<int>(2 + below(5));
        if (below(2) == 0) with.keeper.nmea_delay = Nanos{below(4 * ns_per_s) - 2 * ns_per_s};
        if (below(2) == 0) with.edge = discipline::EdgeRule::automatic;
        Bench b{with, {}, 0ns, LogLevel::error};
        b.delay = Nanos{below(ns_per_s)};
        MonoTime t = b.begin(0);
        for (int i = 0; i < 3000; ++i) { // Bench::tick() checks the deadline
            const auto n = (t - b.begin(0)) / 1s;
            switch (below(8)) {
            case 0:
                t = t + Nanos{below(ns_per_s / 10)};
                break;
            case 1:
                t = std::max(t, b.begin(n + 1) - Nanos{below(1000)});
                break;
            case 2:
                t = std::max(t, b.begin(n) + b.delay);
                break;
            case 3:
                if (below(20) == 0) t = t + Nanos{below(6 * ns_per_s)};
                break;
            case 4:
                b.edge(t, below(4) == 0 ? Polarity::falling : Polarity::rising);
                break;
            case 5:
                b.bytes(t, rmc(b.second(n), below(50) == 0 ? "V" : "A"));
                break;
            case 6:
                if (below(50) != 0) break;
                b.clock.step(Nanos{below(4 * ns_per_s) - 2 * ns_per_s});
                if (below(2) == 0) b.news();
                break;
            case 7:
                b.seconds(n + 1, 1);
                t = b.begin(n + 2);
                break;
            }
        }
        for (const auto* output : {&b.pps, &b.nmea}) {
            MonoTime last = b.begin(-1000);
            for (const auto& record : output->records()) {
                CHECK(record.at - record.time >= 20ms);
                CHECK(record.at - record.time <= (output == &b.pps ? pps_max_age : nmea_max_age));
                CHECK(record.time > last);
                last = record.time;
            }
        }
    }
}
