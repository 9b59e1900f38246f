// A clock that others keep, and the pipeline.
#include "daemon/pipeline/clock_guard.hpp"

#include "daemon/pipeline/clock_words.hpp"
#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/leap_list.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using ppsd::discipline::Verdict;
using Word = ClockCheck::Word;

namespace {

struct SynchronisedBench : Bench {
    explicit SynchronisedBench(Nanos ahead, const PipelineSettings& with = settings())
        : Bench{with, {}, ahead} {
        clock.synchronise();
    }
};

PipelineSettings trusting(Trust trust) {
    PipelineSettings with = settings();
    with.trust = trust;
    return with;
}

/// What the log's line about that begins with, up to its first number.
std::string opening(Word word) {
    const std::string line = clock_line({true, word, 1s}, {first_second, 0ns, false}, Trust::clock);
    return (clock_level(word) == LogLevel::notice ? "<5>" : "<4>") +
           line.substr(0, line.find_first_of("0123456789"));
}

} // namespace

TEST_CASE("labels a whole second or more off an independent clock: silence on both feeds") {
    for (const Nanos ahead : {Nanos{1s}, Nanos{-1s}, Nanos{501ms}, Nanos{-3s}, Nanos{619'315'200s}})
        for (const Trust trust : {Trust::clock, Trust::neither}) {
            CAPTURE(ahead.count());
            SynchronisedBench b{ahead, trusting(trust)};
            b.seconds(0, 20);
            CHECK(b.pps.records().empty());
            CHECK(b.nmea.records().empty());
            CHECK(b.pipeline.state() == State::contradicted);
            CHECK(b.pipeline.samples(Feed::pps)[Verdict::contradicted] > 10);
            CHECK(b.err.count(opening(Word::begins)) == 1);
            CHECK_FALSE(b.err.has("nmea-delay"));
            CHECK_FALSE(b.pipeline.clock_may_follow_us());
        }
}

TEST_CASE("trust = receiver: a warning, and samples") {
    SynchronisedBench b{-3s, trusting(Trust::receiver)};
    b.seconds(0, 20);
    CHECK(b.pps.records().size() > 10);
    CHECK(b.pipeline.state() == State::locked);
    CHECK(b.err.count("trust = receiver") == 1);
    CHECK(b.pipeline.clock_may_follow_us());
}

TEST_CASE("a clock that nobody keeps, or that may follow us, is no evidence") {
    Bench nobodys{settings(), {}, 3s};
    nobodys.seconds(0, 10);
    CHECK(nobodys.pps.records().size() > 3);
    nobodys.clock.synchronise();
    nobodys.clock.step(7s);
    nobodys.seconds(10, 10);
    CHECK(nobodys.pps.records().size() > 13);
    PipelineSettings with = settings();
    with.published_before = true;
    SynchronisedBench ours{3s, with};
    ours.seconds(0, 20);
    CHECK(ours.pps.records().size() > 13);
    CHECK_FALSE(ours.err.has(opening(Word::begins)));
}

TEST_CASE("when the clock is set right they agree, and samples go out") {
    SynchronisedBench b{-3s};
    b.seconds(0, 20);
    b.clock.step(3s);
    b.seconds(20, 10);
    CHECK(b.pps.seconds() == second_numbers(20, 10));
    CHECK(b.err.count(opening(Word::agree)) == 1);
    CHECK(b.pipeline.state() == State::locked);
}

TEST_CASE("a receiver that has just its fix: the line is about leap seconds; else it is not") {
    SynchronisedBench b{-3s};
    b.seconds(0, 20);
    CHECK(b.err.count("12.5 minutes") == 1);
    SynchronisedBench old{0s};
    old.seconds(0, 1000);
    old.clock.step(-3s);
    old.seconds(1000, 10);
    CHECK(old.err.count(opening(Word::begins)) == 1);
    CHECK_FALSE(old.err.has("12.5 minutes"));
}

TEST_CASE("without pulses sentences may be late, but not early") {
    struct Row {
        Nanos ahead; ///< the system clock, of the true second; they come 120 ms after
        bool known;  ///< nmea-delay is set
        bool published;
    };
    for (const Row& row : {Row{0ns, false, true}, Row{-600ms, false, true}, Row{-3s, false, false},
                           Row{1s, false, true}, Row{3s, false, false}, Row{400ms, true, true},
                           Row{1s, true, false}, Row{-1s, true, false}}) {
        CAPTURE(row.ahead.count());
        PipelineSettings with = settings();
        with.pulses = false;
        if (row.known) with.keeper.nmea_delay = 120ms;
        SynchronisedBench b{row.ahead, with};
        b.sentences(0, 20);
        CHECK(b.nmea.records().empty() != row.published);
    }
}

TEST_CASE("near a leap second that the list knows a clock may be one second off") {
    const UtcSecond end = UtcSecond::from_posix(1'801'440'000);
    const auto list = leap_list(end, 1, UtcSecond::from_posix(4'000'000'000));
    for (const std::int64_t before : {std::int64_t{600}, std::int64_t{7200}}) {
        Bench b{settings(), list, 1s};
        b.clock.synchronise();
        b.seconds(end - first_second - before, 20);
        CHECK(b.pps.records().empty() == (before == 7200));
    }
}

TEST_CASE("a pulse that is high for 0.9 s: the other edge is named, once") {
    PipelineSettings with = settings();
    with.edge = ppsd::discipline::EdgeRule::automatic;
    for (const bool synchronised : {true, false}) {
        Bench b{with};
        if (synchronised) b.clock.synchronise();
        for (std::int64_t n = 0; n < 200; ++n) {
            b.edge(b.begin(n));
            b.bytes(b.begin(n) + b.delay, rmc(b.second(n)));
            b.edge(b.begin(n) + 900ms, Polarity::falling);
        }
        CHECK(b.err.count("set edge = rising") == (synchronised ? 1 : 0));
        CHECK(b.pps.records().size() > 180);
    }
}
