#include "daemon/pipeline/label_input.hpp"

#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using ppsd::nmea::Verdict;

namespace {

struct Fixture {
    explicit Fixture(UtcSecond not_before = before_all, LogLevel level = LogLevel::info)
        : log{level, true}, input{not_before, log} {}

    void add(MonoTime t, std::string_view bytes) {
        input.add({bytes, t}, [this](const LabelInput::Event& e) { events.push_back(e); });
    }
    void end_if_silent(MonoTime t) {
        input.end_burst_if_silent(t, [this](const LabelInput::Event& e) { events.push_back(e); });
    }
    /// The one label that a burst of this RMC alone makes.
    UtcSecond label_of(std::string_view time, std::string_view date) {
        events.clear();
        add(first_mono, nmea::test::seal(nmea::test::rmc_text(time, date)));
        end_if_silent(first_mono + 1s);
        REQUIRE(events.size() == 1);
        REQUIRE_FALSE(events[0].no_fix);
        return events[0].label.second;
    }

    Capture err;
    Log log;
    LabelInput input;
    std::vector<LabelInput::Event> events;
};

constexpr MonoTime t0 = first_mono;

std::int64_t midnight(int year, unsigned month, unsigned day) {
    using namespace std::chrono;
    const sys_days date{std::chrono::year{year} / std::chrono::month{month} /
                        std::chrono::day{day}};
    return sys_seconds{date}.time_since_epoch().count();
}

} // namespace

TEST_CASE("a burst is over after 100 ms of silence, not a nanosecond earlier") {
    Fixture f;
    CHECK_FALSE(f.input.deadline());
    f.add(t0, rmc(first_second));
    CHECK(f.input.deadline() == t0 + 100ms);
    f.end_if_silent(t0 + 100ms - 1ns);
    CHECK(f.events.empty());
    f.end_if_silent(t0 + 100ms);
    REQUIRE(f.events.size() == 1);
    CHECK_FALSE(f.events[0].no_fix);
    CHECK(f.events[0].label.second == first_second);
    CHECK(f.events[0].label.arrival == t0);
    CHECK_FALSE(f.events[0].label.leap_second);
    CHECK_FALSE(f.input.deadline());
}

TEST_CASE("bytes within 100 ms belong to the burst, and put its end off") {
    Fixture f;
    f.add(t0, rmc(first_second));
    f.add(t0 + 100ms - 1ns, gga(first_second));
    CHECK(f.events.empty());
    CHECK(f.input.deadline() == t0 + 200ms - 1ns);
    f.end_if_silent(t0 + 200ms - 1ns);
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.arrival == t0);
}

TEST_CASE("bytes after 100 ms end the burst before they are read") {
    Fixture f;
    f.add(t0, rmc(first_second));
    f.add(t0 + 100ms, gga(first_second + 1));
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.second == first_second);
    CHECK(f.input.last_byte() == t0 + 100ms);
}

TEST_CASE("nothing but bytes that are no sentence: no burst, no deadline") {
    Fixture f;
    CHECK_FALSE(f.input.last_byte());
    f.add(t0, "\xb5\x62 binary \x01\x02");
    CHECK(f.input.last_byte() == t0);
    CHECK_FALSE(f.input.deadline());
}

TEST_CASE("no fix is said at once, by the sentence that says so") {
    Fixture f;
    f.add(t0, rmc(first_second, "V"));
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].no_fix);
    CHECK(f.input.counters()[Verdict::no_fix] == 1);
    f.end_if_silent(t0 + 1s);
    CHECK(f.events.size() == 1); // and no label besides
}

TEST_CASE("two-digit years are of the century that begins with not-before") {
    Fixture f{UtcSecond::from_posix(midnight(2026, 11, 22))};
    CHECK(f.label_of("000000.00", "221126").posix() == midnight(2026, 11, 22));
    CHECK(f.label_of("120000.00", "010140").posix() == midnight(2040, 1, 1) + 43200);
    CHECK(f.err.text().empty());
}

TEST_CASE("dates before not-before are moved by 1024 weeks, and that is said once") {
    constexpr std::int64_t rollover = 1024LL * 7 * 86400;
    Fixture f{UtcSecond::from_posix(midnight(2026, 11, 22))};
    // The last second before not-before can't be meant; it comes 1024 weeks later.
    CHECK(f.label_of("235959.00", "211126").posix() == midnight(2026, 11, 22) - 1 + rollover);
    CHECK(f.label_of("000000.00", "090407").posix() == midnight(2007, 4, 9) + rollover);
    CHECK(f.err.count("before not-before: moved by 1 x 1024 weeks") == 1);
}

TEST_CASE("23:59:60 is the POSIX second after it, and marked") {
    Fixture f;
    f.add(t0, nmea::test::seal(nmea::test::rmc_text("235960.00", "310127")));
    f.end_if_silent(t0 + 1s);
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.leap_second);
    CHECK(f.events[0].label.second.posix() == midnight(2027, 2, 1));
}

TEST_CASE("every sentence has a counter, and what is not used a line in the debug log") {
    Fixture f{before_all, LogLevel::debug};
    f.add(t0, rmc(first_second));
    f.add(t0 + 1ms, nmea::test::seal(nmea::test::gsv_text));
    f.add(t0 + 2ms, "$GPRMC,1*00\r\n");
    f.add(t0 + 3ms, nmea::test::seal("GPGGA,hello,,,,,1,,,,,,,,"));
    CHECK(f.input.counters()[Verdict::used] == 1);
    CHECK(f.input.counters()[Verdict::unknown_sentence] == 1);
    CHECK(f.input.counters()[Verdict::bad_checksum] == 1);
    CHECK(f.input.counters()[Verdict::malformed] == 1);
    CHECK(f.err.has("<7>sentence at 1000002000000 ns: bad-checksum: GPRMC,1\n"));
    CHECK(f.err.has("<7>sentence at 1000003000000 ns: malformed: GPGGA,hello,,,,,1,,,,,,,,\n"));
    CHECK_FALSE(f.err.has("GSV"));
}

TEST_CASE("a burst that makes no label is counted and named") {
    Fixture f{before_all, LogLevel::debug};
    f.add(t0, nmea::test::seal(nmea::test::rmc_text("080000.50", "150127")));
    f.end_if_silent(t0 + 1s);
    CHECK(f.events.empty());
    CHECK(f.input.counters()[Verdict::fractional] == 1);
    CHECK(f.err.has("<7>burst at 1000000000000 ns: fractional, RMC of second 28800 of the day"));
}

TEST_CASE("what a hostile sentence holds can't forge a line of the log") {
    Fixture f{before_all, LogLevel::debug};
    f.add(t0, "$GPRMC,a\x1b[2Jb\r\n$GPGGA," + std::string(240, 'x') + "*00\r\n");
    const std::string text = f.err.text();
    CHECK(text.find('\x1b') == std::string::npos);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        CHECK(end - at < 200);
        CHECK(text.substr(at, 3) == "<7>");
        at = end + 1;
    }
}
