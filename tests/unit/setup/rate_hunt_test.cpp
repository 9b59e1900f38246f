#include "daemon/setup/rate_hunt.hpp"

#include "tests/unit/support/sentences.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd;
using namespace hal;

namespace {

constexpr auto begin = MonoTime::from_ns(1'000'000'000'000);
constexpr auto built = UtcSecond::from_posix(1'772'323'200); // 2026-03-01
constexpr auto second = built + 86400 * 30;

/// A receiver that sends at one rate; at others it is garbage, as many bytes.
struct Receiver {
    unsigned baud;
    std::int64_t n = 0;

    void burst(RateHunt& hunt, MonoTime at) {
        const std::string text = test::rmc(second + n) + test::gga(second + n);
        ++n;
        hunt.add(hunt.rate() == baud ? text : std::string(text.size(), '\xf8'), at);
    }
};

/// The seconds until the hunt has settled, of twenty at most.
double hunt_for(unsigned baud, RateHunt& hunt) {
    Receiver receiver{baud};
    MonoTime now = begin;
    for (int i = 0; i < 400 && !hunt.settled(now); ++i) {
        now = begin + i * 50ms;
        if (i % 20 == 3) receiver.burst(hunt, now);
        std::ignore = hunt.advance(now);
    }
    return static_cast<double>((now - begin).count()) * 1e-9;
}

} // namespace

TEST_CASE("a receiver is found at each rate") {
    for (const unsigned baud : line_rates) {
        CAPTURE(baud);
        RateHunt hunt{begin, built};
        const double seconds = hunt_for(baud, hunt);
        const auto facts = hunt.facts(begin + Nanos{static_cast<std::int64_t>(seconds * 1e9)});
        CHECK(facts.baud == baud);
        CHECK(facts.good >= 4);
        CHECK(facts.bad == 0);
        CHECK(facts.sentences.contains("GNRMC"));
        CHECK_FALSE(facts.label.empty());
        CHECK(facts.problem.empty());
    }
}

TEST_CASE("the rate that receivers come with is found in four seconds") {
    RateHunt hunt{begin, built};
    CHECK(hunt_for(9600, hunt) <= 4);
}

TEST_CASE("characters of another speed tell a wrong rate at once") {
    RateHunt hunt{begin, built};
    CHECK(hunt.rate() == 9600);
    hunt.add("\xf8\xf8", begin + 100ms);
    hunt.note_framing_errors(2);
    CHECK_FALSE(hunt.advance(begin + 100ms));
    hunt.note_framing_errors(1);
    CHECK(hunt.advance(begin + 100ms));
    CHECK(hunt.rate() == 38400);
    CHECK_FALSE(hunt.advance(begin + 100ms));
}

TEST_CASE("without them, a burst does") {
    RateHunt hunt{begin, built};
    hunt.add("\xf8\xf8", begin + 300ms);
    CHECK_FALSE(hunt.advance(begin + 1399ms));
    CHECK(hunt.advance(begin + 1400ms));
    hunt.add(std::string(399, '\xf8'), begin + 1500ms);
    CHECK_FALSE(hunt.advance(begin + 1500ms));
    hunt.add("\xf8", begin + 1500ms);
    CHECK(hunt.advance(begin + 1500ms));
    // A driver that drops what it can't read.
    CHECK_FALSE(hunt.advance(begin + 2599ms));
    CHECK(hunt.advance(begin + 2600ms));
    CHECK(hunt.rate() == 4800);
}

TEST_CASE("silence is the same at all rates") {
    RateHunt hunt{begin, built};
    CHECK_FALSE(hunt.settled(begin + 2999ms));
    CHECK_FALSE(hunt.advance(begin + 2999ms));
    CHECK(hunt.settled(begin + 3s));
    const auto facts = hunt.facts(begin + 3s);
    CHECK(facts.baud == 0);
    CHECK(facts.bytes == 0);
    CHECK(facts.seconds == doctest::Approx(3));
    CHECK(facts.problem.starts_with("no bytes received; "));
}

TEST_CASE("bytes that are nothing at any rate") {
    RateHunt hunt{begin, built};
    hunt.add("\xf8", begin);
    CHECK(hunt.facts(begin + 1s).problem ==
          "bytes received, but no NMEA sentence at 1 of 9 baud rates; run ppsctl detect "
          "--seconds 30");
    std::ignore = hunt_for(1200, hunt); // it goes on for as long as it is let
    const auto facts = hunt.facts(begin + 20s);
    CHECK(facts.baud == 0);
    CHECK(facts.bytes > 0);
    CHECK(
        facts.problem.starts_with("bytes received, but no NMEA sentence or known packet at 4800 "));
}

TEST_CASE("packets of another protocol are a rate, too") {
    RateHunt hunt{begin, built};
    for (int i = 0; i < 2; ++i)
        hunt.add("\xb5\x62\x01\x07", begin);
    CHECK_FALSE(hunt.listener().understood());
    hunt.add("\xb5\x62\x01\x07", begin);
    CHECK(hunt.listener().understood());
    const auto facts = hunt.facts(begin + 1s);
    CHECK(facts.baud == 9600);
    CHECK(facts.packets.at("UBX") == 3);
    CHECK(facts.problem == "the receiver sends UBX packets and no NMEA; let it send RMC");
}

TEST_CASE("where something was whole, the next is waited for") {
    RateHunt hunt{begin, built};
    // It was switched on within a burst: an end, and one sentence.
    hunt.add(std::string(300, 'x') + test::rmc(second), begin + 100ms);
    hunt.note_framing_errors(3);
    CHECK_FALSE(hunt.advance(begin + 1300ms));
    CHECK_FALSE(hunt.advance(begin + 2599ms));
    CHECK(hunt.advance(begin + 2600ms));
}

TEST_CASE("a rate that was left is tried again") {
    RateHunt hunt{begin, built};
    for (int i = 0; i < 9; ++i) {
        CHECK(hunt.rate() == line_rates[static_cast<std::size_t>(i)]);
        hunt.add(std::string(400, '\xf8'), begin + i * 100ms);
        CHECK(hunt.advance(begin + i * 100ms));
    }
    CHECK(hunt.rate() == 9600);
    CHECK_FALSE(hunt.settled(begin + 1s));
}

TEST_CASE("one sentence may be chance") {
    RateHunt hunt{begin, built};
    hunt.add(test::rmc(second, "A"), begin);
    CHECK_FALSE(hunt.listener().understood());
    hunt.add(test::rmc(second + 1, "A"), begin + 1s);
    CHECK(hunt.listener().understood());
}

TEST_CASE("a receiver without a fix says why there is no label") {
    RateHunt hunt{begin, built};
    for (int i = 0; i < 4; ++i)
        hunt.add(test::rmc(second + i, "V"), begin + i * 1s);
    const auto facts = hunt.facts(begin + 4s);
    CHECK(facts.baud == 9600);
    CHECK(facts.label.empty());
    CHECK(facts.problem == "GNRMC says that there is no fix; look at the antenna");
}

TEST_CASE("a label's arrival is that of the sentence that names it first") {
    RateHunt hunt{begin, built};
    hunt.add(test::rmc(second, "A"), begin + 120ms);
    hunt.add(test::rmc(second + 1, "A"), begin + 1120ms);
    hunt.add(test::rmc(second + 2, "A"), begin + 2120ms);
    REQUIRE(hunt.listener().label_arrival());
    CHECK(*hunt.listener().label_arrival() == begin + 1120ms);
    CHECK(hunt.facts(begin + 3s).label == "2026-03-31T00:00:01Z");
}

TEST_CASE("rates that the port can't do are passed over, in each round") {
    RateHunt hunt{begin, built};
    Receiver receiver{9600};
    MonoTime now = begin;
    const auto hear_something_else = [&] {
        for (const auto until = now + 2s; now < until; now = now + 50ms)
            if (hunt.add("garbage ", now); hunt.advance(now)) return;
    };
    for (int i = 0; i < 6; ++i)
        hear_something_else();
    CHECK(hunt.rate() == 230400);
    for (int i = 0; i < 3; ++i)
        hunt.skip(now);
    CHECK(hunt.rate() == 9600);
    CHECK(hunt.facts(now).problem.starts_with(
        "bytes received, but no NMEA sentence or known packet at any baud rate that this port can "
        "do; check GND"));
    receiver.burst(hunt, now);
    receiver.burst(hunt, now + 1s);
    CHECK(hunt.facts(now + 1s).baud == 9600);
}
