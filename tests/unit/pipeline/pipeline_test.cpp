// What is published, and what is in it. States are in pipeline_state_test.cpp, disturbances in
// pipeline_fault_test.cpp.
#include "daemon/pipeline/pipeline.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/ubx_packets.hpp"

#include <array>
#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using discipline::Verdict;

TEST_CASE("it locks at the label that makes lock-count agree, and publishes that one's pulse") {
    for (const int lock_count : {2, 5, 12}) {
        CAPTURE(lock_count);
        PipelineSettings with = settings();
        with.keeper.lock_count = lock_count;
        const int first = std::max(lock_count, edges_to_find) - 1;
        Bench b{with};
        b.seconds(0, first);
        CHECK(b.pps.records().empty());
        CHECK(b.pipeline.state() ==
              (lock_count > edges_to_find ? State::searching : State::starting));
        b.seconds(first, 1);
        CHECK(b.pps.seconds() == second_numbers(first, 1));
        CHECK(b.nmea.seconds().back() == b.second(first).posix());
        CHECK(b.pipeline.state() == State::locked);
        b.seconds(first + 1, 30);
        CHECK(b.pps.seconds() == second_numbers(first, 31));
    }
}

TEST_CASE("a PPS sample is the label, and the system's time of its edge to the nanosecond") {
    Bench b{settings(), {}, 300ms}; // the system clock is that far ahead
    std::vector<Nanos> jitter{0ns, 1ns, -1ns, 731ns, -999ns, 12us, -7us, 3ns};
    for (std::int64_t n = 0; n < 8; ++n) {
        b.edge(b.begin(n) + jitter[static_cast<std::size_t>(n)]);
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n)));
    }
    b.run_until(b.begin(8));
    REQUIRE(b.pps.records().size() == 4);
    for (std::int64_t n = 4; n < 8; ++n) {
        const auto& [sample, at, time] = b.pps.records()[static_cast<std::size_t>(n - 4)];
        CHECK(sample.clock == b.second(n));
        CHECK(sample.receive.ns() == b.second(n).posix() * 1'000'000'000 + 300'000'000 +
                                         jitter[static_cast<std::size_t>(n)].count());
        CHECK(sample.leap == 0);
        CHECK(at == b.begin(n) + 120ms + 100ms); // when the burst was over
    }
}

TEST_CASE("pps-delay is how late the edge is: subtracted") {
    for (const Nanos delay : {Nanos{50ns}, Nanos{-50ns}, Nanos{500ms}, Nanos{-500ms}}) {
        CAPTURE(delay.count());
        PipelineSettings with = settings();
        with.delays.line = delay;
        Bench b{with};
        for (std::int64_t n = 0; n < 8; ++n) {
            b.edge(b.begin(n) + delay);
            b.bytes(b.begin(n) + 700ms, rmc(b.second(n)));
        }
        b.run_until(b.begin(8));
        REQUIRE(b.pps.seconds() == second_numbers(4, 4));
        for (std::int64_t n = 4; n < 8; ++n)
            CHECK(b.pps.records()[static_cast<std::size_t>(n - 4)].sample.receive == b.real(n));
    }
}

TEST_CASE("what the receiver says of each next pulse (TIM-TP) is corrected, and said once") {
    Bench b;
    constexpr std::array<std::int64_t, 8> early{0, 7, -7, 21, -21, 10, 3, -4}; // ns
    for (std::int64_t n = 0; n < 8; ++n) {
        const std::int64_t by = early[static_cast<std::size_t>(n)];
        b.bytes(b.begin(n) - 400ms, nmea::test::tim_tp(static_cast<std::int32_t>(by * 1000)));
        b.edge(b.begin(n) - Nanos{by});
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n)));
    }
    b.run_until(b.begin(8));
    REQUIRE(b.pps.seconds() == second_numbers(4, 4));
    for (std::int64_t n = 4; n < 8; ++n)
        CHECK(b.pps.records()[static_cast<std::size_t>(n - 4)].sample.receive == b.real(n));
    CHECK(b.err.count("(TIM-TP): that is corrected") == 1);
}

TEST_CASE("the NMEA time without pulses: the label's arrival less nmea-delay, once trusted") {
    for (const auto option : {std::optional<Nanos>{}, std::optional<Nanos>{100ms}}) {
        PipelineSettings with = settings();
        with.pulses = false;
        with.keeper.nmea_delay = option;
        Bench b{with};
        b.sentences(0, 4);
        CHECK(b.nmea.records().empty());
        b.sentences(4, 4);
        CHECK(b.pps.records().empty());
        REQUIRE(b.nmea.seconds() == second_numbers(4, 4));
        for (std::int64_t n = 4; n < 8; ++n)
            CHECK(b.nmea.records()[static_cast<std::size_t>(n - 4)].sample.receive ==
                  b.real(n) + 120ms - option.value_or(0ns));
    }
}

TEST_CASE("the NMEA time without pulses is late by its delay, until some teach it") {
    Bench b;
    b.sentences(0, 8);
    REQUIRE(b.nmea.seconds() == second_numbers(4, 4));
    for (const auto& record : b.nmea.records())
        CHECK(record.sample.receive ==
              hal::RealTime::from_ns(record.sample.clock.posix() * 1'000'000'000) + 120ms);
    b.nmea.forget();
    b.seconds(8, 12);
    REQUIRE(b.nmea.seconds() == second_numbers(8, 12));
    for (const auto& record : b.nmea.records()) {
        const bool taught = record.sample.clock >= b.second(8 + edges_to_find - 1);
        CHECK(record.sample.receive ==
              hal::RealTime::from_ns(record.sample.clock.posix() * 1'000'000'000) +
                  (taught ? 0ms : 120ms));
    }
}

TEST_CASE("with nmea-delay the NMEA time waits for no pulses") {
    PipelineSettings with = settings();
    with.keeper.nmea_delay = 100ms;
    Bench b{with};
    b.seconds(0, 5);
    CHECK(b.nmea.seconds() == second_numbers(4, 1));
    Bench waits;
    waits.seconds(0, 4);
    waits.edge(waits.begin(4));
    waits.bytes(waits.begin(4) + 120ms, rmc(waits.second(4)));
    waits.run_until(waits.begin(5) - 1ns);
    CHECK(waits.nmea.seconds() == second_numbers(4, 1)); // locked by that label
}

TEST_CASE("NMEA time is not trusted from labels that don't follow each other") {
    PipelineSettings with = settings();
    with.pulses = false;
    Bench b{with};
    for (std::int64_t n = 0; n < 40; ++n)
        b.bytes(b.begin(n) + 120ms, rmc(b.second(2 * n)));
    CHECK(b.nmea.records().empty());
    Bench never_enough_in_a_row{with};
    for (std::int64_t n = 0; n < 40; ++n)
        never_enough_in_a_row.bytes(b.begin(n) + 120ms, rmc(b.second(n % 5 == 4 ? n + 100 : n)));
    CHECK(never_enough_in_a_row.nmea.records().empty());
    Bench odd_one_out{with};
    for (std::int64_t n = 0; n < 40; ++n)
        odd_one_out.bytes(b.begin(n) + 120ms, rmc(b.second(n % 6 == 5 ? n + 100 : n)));
    CHECK(odd_one_out.nmea.records().size() > 20);
    for (const auto& record : odd_one_out.nmea.records())
        CHECK(record.sample.receive.ns() - record.sample.clock.posix() * 1'000'000'000 ==
              Nanos{120ms}.count());
}

TEST_CASE("NMEA precision is the scatter of the arrivals") {
    PipelineSettings with = settings();
    with.pulses = false;
    Bench b{with};
    // Alternately 10 ms early and late; 2^-7 s are 7.8 ms and 2^-6 s 15.6 ms.
    for (std::int64_t n = 0; n < 30; ++n)
        b.bytes(b.begin(n) + 120ms + (n % 2 == 0 ? 10ms : -10ms), rmc(b.second(n)));
    REQUIRE(b.nmea.records().size() > 20);
    CHECK(b.nmea.records().front().sample.precision == -6);
    CHECK(b.nmea.records().back().sample.precision == -6);
}

TEST_CASE("PPS precision is the scatter of the edges") {
    Bench b;
    for (std::int64_t n = 0; n < 70; ++n) {
        b.edge(b.begin(n) + (n % 2 == 0 ? 10us : -10us));
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n)));
    }
    REQUIRE_FALSE(b.pps.records().empty());
    CHECK(b.pps.records().front().sample.precision == -15); // of three: 20 us; 2^-15 s are 31 us
    CHECK(b.pps.records().back().sample.precision == -16);  // 10 us; 2^-16 s are 15 us
}

TEST_CASE("PPS precision is at least the bound of the pulse's own stamp") {
    Bench b;
    for (std::int64_t n = 0; n < 42; ++n) {
        PulseEdge edge{b.begin(n), Polarity::rising, {}};
        if (n >= 10) edge.stamping = n == 40 ? Stamping::awaited : Stamping::polled;
        if (edge.stamping == Stamping::polled) edge.bound = 10us;
        b.edge(edge);
        b.bytes(b.begin(n) + 120ms, rmc(b.second(n)));
    }
    b.run_until(b.begin(42) - 1ns);
    const auto& records = b.pps.records();
    REQUIRE(records.size() > 20);
    const auto last = records.end();
    CHECK((last - 3)->sample.precision == -16); // 10 us; 2^-16 s are 15 us
    CHECK((last - 2)->sample.precision == -14); // 10 us and 25; 2^-15 s are 31 us
    CHECK((last - 1)->sample.precision == -16);
}

TEST_CASE("a feed that nobody wants") {
    FakeClock clock;
    RecordingOutput nmea{clock};
    const Log log{LogLevel::error, false};
    Pipeline pipeline{settings(), clock, {nullptr, &nmea}, {}, log};
    for (std::int64_t n = 0; n < 8; ++n) {
        pipeline.on(OscillatorNote{Bench::begin(n), 0ns});
        pipeline.on(PulseEdge{Bench::begin(n), Polarity::rising, {}});
        pipeline.on(OscillatorNote{Bench::begin(n) + 120ms, 0ns});
        pipeline.on(ByteChunk{rmc(Bench::second(n)), Bench::begin(n) + 120ms});
        clock.set(Bench::begin(n) + 500ms);
        pipeline.on(OscillatorNote{clock.now(), 0ns});
        pipeline.on(Tick{clock.now()});
    }
    CHECK(nmea.seconds().back() == Bench::second(7).posix());
}

TEST_CASE("edge = auto, and pulses that are low") {
    PipelineSettings with = settings();
    with.edge = discipline::EdgeRule::automatic;
    Bench b{with};
    for (std::int64_t n = 0; n < 20; ++n) {
        b.edge(b.begin(n), Polarity::falling);
        b.edge(b.begin(n) + 100ms, Polarity::rising);
        b.bytes(b.begin(n) + 220ms, rmc(b.second(n)));
    }
    b.run_until(b.begin(20));
    REQUIRE(b.pps.records().size() >= 10);
    for (const auto& record : b.pps.records())
        CHECK(record.time == first_mono + std::chrono::seconds{record.sample.clock - first_second});
}

TEST_CASE("labels before the pulse: nmea-delay is negative, and nothing is published early") {
    PipelineSettings with = settings();
    with.keeper.nmea_delay = -300ms;
    Bench b{with};
    for (std::int64_t n = 0; n < 12; ++n) {
        b.bytes(b.begin(n) - 300ms, rmc(b.second(n)));
        b.edge(b.begin(n));
    }
    b.run_until(b.begin(12) - 300ms);
    REQUIRE(b.pps.seconds() == second_numbers(edges_to_find, 12 - edges_to_find));
    for (const auto* output : {&b.pps, &b.nmea}) {
        for (const auto& record : output->records()) {
            CHECK(record.sample.receive.ns() == record.sample.clock.posix() * 1'000'000'000);
            CHECK(record.at - record.time >= 20ms);
        }
    }
}

TEST_CASE("every label is counted with its verdict, and every sample") {
    Bench b;
    b.seconds(0, 10);
    b.sentences(10, 1); // its pulse is missing
    CHECK(b.pipeline.labels()[Verdict::locking] == 4);
    CHECK(b.pipeline.labels()[Verdict::used] == 6);
    CHECK(b.pipeline.labels()[Verdict::no_pulse] == 1);
    CHECK(b.pipeline.edges()[Verdict::off_beat] == edges_to_find - 1);
    CHECK(b.pipeline.edges()[Verdict::used] == 10 - edges_to_find + 1);
    CHECK(b.pipeline.samples(Feed::pps)[Verdict::used] == 6);
    CHECK(b.pipeline.samples(Feed::nmea)[Verdict::used] == 7); // it needs no pulse
    CHECK(b.pipeline.sentences()[nmea::Verdict::used] == 11);
}

TEST_CASE("before its first tick it asks for one, so that silence from the start is noticed") {
    FakeClock clock;
    const Log log{LogLevel::error, false};
    const Pipeline pipeline{settings(), clock, {}, {}, log};
    REQUIRE(pipeline.deadline());
    CHECK(*pipeline.deadline() <= clock.now());
}

TEST_CASE("no burst ends before what is unread has been looked at") {
    Bench b;
    b.seconds(0, 10);
    b.edge(b.begin(10));
    b.bytes(b.begin(10) + 120ms, rmc(b.second(10)));
    const MonoTime over = b.begin(10) + 220ms;
    CHECK(b.pipeline.deadline() == over);
    CHECK(b.pipeline.deadline(over - 1ns) == over);
    CHECK(b.pipeline.deadline(over + 1ns) == over + 1ns);
    // What else is due comes when it is.
    const auto later = b.pipeline.deadline(b.begin(20));
    REQUIRE(later);
    CHECK(*later < b.begin(20));
}
