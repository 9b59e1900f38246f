#include "daemon/pipeline/label_input.hpp"

#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using ppsd::nmea::Verdict;

namespace {

/// What is decided is decided by the oscillator's time; the other is carried.
Stamp stamp(MonoTime t) {
    return {OscTime::from_ns(t.ns()), t + 5s};
}

struct Fixture {
    explicit Fixture(UtcSecond not_before = before_all, LogLevel level = LogLevel::info,
                     std::optional<int> baud = std::nullopt,
                     nmea::Checksum checksum = nmea::Checksum::required)
        : log{level, true}, input{not_before, log, baud, checksum} {}

    void add(MonoTime t, std::string_view bytes) {
        input.add(bytes, stamp(t), [this](const LabelInput::Event& e) { events.push_back(e); });
    }
    void end_if_silent(MonoTime t) {
        input.give_if_idle(stamp(t).osc,
                           [this](const LabelInput::Event& e) { events.push_back(e); });
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

TEST_CASE("a label is given after 100 ms of silence, not a nanosecond earlier") {
    Fixture f;
    CHECK_FALSE(f.input.deadline());
    f.add(t0, rmc(first_second));
    CHECK(f.input.deadline() == stamp(t0 + 100ms).osc);
    f.end_if_silent(t0 + 100ms - 1ns);
    CHECK(f.events.empty());
    f.end_if_silent(t0 + 100ms);
    REQUIRE(f.events.size() == 1);
    CHECK_FALSE(f.events[0].no_fix);
    CHECK(f.events[0].label.second == first_second);
    CHECK(f.events[0].label.fraction == 0ns);
    CHECK(f.events[0].label.arrival == stamp(t0));
    CHECK_FALSE(f.events[0].label.leap_second);
    CHECK_FALSE(f.input.deadline());
}

TEST_CASE("bytes within 100 ms put it off, and don't change its arrival") {
    Fixture f;
    f.add(t0, rmc(first_second));
    f.add(t0 + 100ms - 1ns, gga(first_second));
    CHECK(f.events.empty());
    CHECK(f.input.deadline() == stamp(t0 + 200ms - 1ns).osc);
    f.end_if_silent(t0 + 200ms - 1ns);
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.arrival == stamp(t0));
}

TEST_CASE("bytes after 100 ms give it before they are read") {
    Fixture f;
    f.add(t0, rmc(first_second));
    f.add(t0 + 100ms, "$");
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.second == first_second);
    CHECK(f.input.last_byte() == stamp(t0 + 100ms));
}

TEST_CASE("on a full line it is given when the next time is named") {
    Fixture f;
    f.add(t0 + 200ms, gga(first_second));
    CHECK_FALSE(f.input.deadline()); // it has no date yet
    for (int n = 0; n < 17; ++n)
        f.add(t0 + 250ms + n * 50ms, nmea::test::seal(nmea::test::gsv_text));
    f.add(t0 + 1070ms, rmc(first_second));
    CHECK(f.events.empty());
    f.add(t0 + 1150ms, gga(first_second + 1));
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.arrival == stamp(t0 + 200ms));
}

TEST_CASE("a second that GLL names at the end of the burst before is not that burst's") {
    Fixture f;
    f.add(t0, rmc(first_second));
    f.add(t0 + 50ms, gll(first_second + 1));
    f.end_if_silent(t0 + 150ms);
    f.add(t0 + 1s, rmc(first_second + 1));
    f.end_if_silent(t0 + 1100ms);
    REQUIRE(f.events.size() == 2);
    CHECK(f.events[1].label.arrival == stamp(t0 + 1s));
    CHECK(f.input.counters()[Verdict::too_early] == 1);
}

TEST_CASE("a fraction is part of the label") {
    Fixture f;
    f.add(t0, nmea::test::seal(nmea::test::rmc_text("080000.001", "150127")));
    f.end_if_silent(t0 + 1s);
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.fraction == 1ms);
    CHECK(f.events[0].label.second.posix() == midnight(2027, 1, 15) + 8 * 3600);
}

TEST_CASE("nothing but bytes that are no sentence: no label, no deadline") {
    Fixture f;
    CHECK_FALSE(f.input.last_byte());
    f.add(t0, "\xb5\x62 binary \x01\x02");
    CHECK(f.input.last_byte() == stamp(t0));
    CHECK_FALSE(f.input.deadline());
}

TEST_CASE("begun anew it has forgotten what was under way") {
    Fixture f;
    f.add(t0, rmc(first_second) + "$GP");
    f.input.begin_anew();
    CHECK_FALSE(f.input.deadline());
    f.add(t0 + 1s, rmc(first_second + 1));
    f.end_if_silent(t0 + 2s);
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].label.second == first_second + 1);
    CHECK(f.input.counters()[Verdict::cut_short] == 0);
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

TEST_CASE("a time that makes no label is counted and named") {
    Fixture f{before_all, LogLevel::debug};
    f.add(t0, nmea::test::seal(nmea::test::rmc_text("080000.50", "150127")));
    f.add(t0 + 1s, nmea::test::seal(nmea::test::rmc_text("080001.40", "150127")));
    f.add(t0 + 2s, nmea::test::seal(nmea::test::rmc_text("080002.30", "150127")));
    CHECK(f.events.size() == 1); // the first: nobody knew then
    CHECK(f.input.counters()[Verdict::changing_fraction] == 1);
    CHECK(f.err.has("<7>epoch at 1001000000000 ns: changing-fraction, RMC of second 28801 of the "
                    "day"));
}

TEST_CASE("two dates of one time are a contradiction, at once") {
    Fixture f;
    f.add(t0, nmea::test::seal(nmea::test::rmc_text("080000", "150127")));
    f.add(t0 + 1ms, nmea::test::seal(nmea::test::zda_text("080000", "16,01,2027")));
    REQUIRE(f.events.size() == 1);
    CHECK(f.events[0].contradicts);
    CHECK_FALSE(f.events[0].no_fix);
}

TEST_CASE("why there is no label: what stands in the way, and whose sentence says so") {
    using Reason = NoLabel::Reason;
    Fixture f;
    CHECK(f.input.why_no_label().reason == Reason::no_bytes);
    f.add(t0, "\x01\x02");
    CHECK(f.input.why_no_label().reason == Reason::few_bytes);
    f.add(t0 + 1s, "$GPRMC,120000,A\r\n");
    CHECK(f.input.why_no_label().reason == Reason::no_checksum);
    f.add(t0 + 2s, "$GL" + rmc(first_second, "V").substr(3)); // its checksum is GN's
    CHECK(f.input.why_no_label().reason == Reason::no_checksum);
    f.add(t0 + 3s, gga(first_second, "0"));
    CHECK(f.input.why_no_label().reason == Reason::no_fix);
    CHECK(std::string_view{f.input.why_no_label().sentence.data()} == "GPGGA");
    f.add(t0 + 4s, rmc(first_second + 1));
    f.end_if_silent(t0 + 5s);
    CHECK(f.input.why_no_label().reason == Reason::none);
    f.add(t0 + 6s, "noise"); // what came before the label is no reason any more
    CHECK(f.input.why_no_label().reason == Reason::few_bytes);
}

TEST_CASE("why there is no label: only what came in the last 10 to 20 s counts") {
    using Reason = NoLabel::Reason;
    for (const auto later : {20s, 21s}) {
        Fixture f;
        f.add(t0, "noise");
        f.add(t0 + 1s, gga(first_second, "0"));
        f.add(t0 + 10s, nmea::test::seal(nmea::test::gsv_text));
        CHECK(f.input.why_no_label().reason == Reason::no_fix);
        f.add(t0 + later - 1ns, nmea::test::seal(nmea::test::gsv_text));
        CHECK(f.input.why_no_label().reason ==
              (later == 20s ? Reason::no_fix : Reason::not_needed));
    }
    Fixture f;
    f.add(t0, gga(first_second, "0"));
    f.add(t0 + 20s, nmea::test::seal(nmea::test::gsv_text)); // nothing in between
    CHECK(f.input.why_no_label().reason == Reason::not_needed);
}

TEST_CASE("binary packets are counted, and named if nothing else comes") {
    Fixture f;
    const std::string packet{"\xb5\x62\x01\x07\0\0\x08\x19", 8};
    for (int n = 0; n < 4; ++n)
        f.add(t0 + n * 1s, packet);
    CHECK(f.input.why_no_label().reason == NoLabel::Reason::few_bytes);
    f.add(t0 + 4s, packet);
    CHECK(f.input.packets(nmea::Protocol::ubx) == 5);
    CHECK(f.input.why_no_label().reason == NoLabel::Reason::other_protocol);
    CHECK(f.input.why_no_label().protocol == nmea::Protocol::ubx);
}

TEST_CASE(
    "a sentence is whole whatever it says, three packets count as one, and noise as nothing") {
    using nmea::test::seal;
    Fixture f;
    CHECK(f.input.whole() == 0);
    f.add(t0, seal("GPRMC,,V,,,,,,,,,") + seal("GPXYZ,1") + "$GPRMC,120000\r\n");
    CHECK(f.input.whole() == 3);
    f.add(t0, "$GPRMC,120000,A*00\r\n$GPRMC,12" + std::string(200, '\xa5'));
    CHECK(f.input.whole() == 3);
    const std::string ubx("\xb5\x62\x01\x07\x04\x00"
                          "abcd\x12\x34",
                          12);
    f.add(t0, ubx + ubx);
    CHECK(f.input.whole() == 3);
    f.add(t0, ubx);
    CHECK(f.input.whole() == 4);
}

TEST_CASE("what was begun at one rate is not ended at another") {
    Fixture f{before_all, LogLevel::info, std::nullopt, nmea::Checksum::optional};
    const std::string sentence = "$" + nmea::test::rmc_text("080000", "150127") + "\r\n";
    f.add(t0, sentence.substr(0, 20));
    f.input.set_rate(9600);
    f.add(t0 + 1ms, sentence.substr(20));
    f.end_if_silent(t0 + 1s);
    CHECK(f.events.empty());
    f.add(t0 + 2s, sentence);
    f.end_if_silent(t0 + 3s);
    CHECK(f.events.size() == 1);
}

TEST_CASE("checksums that are optional may be missing") {
    Fixture f{before_all, LogLevel::info, std::nullopt, nmea::Checksum::optional};
    f.add(t0, "$" + nmea::test::rmc_text("080000", "150127") + "\r\n");
    f.end_if_silent(t0 + 1s);
    CHECK(f.events.size() == 1);
}

TEST_CASE("how full the line is") {
    Fixture usb;
    Fixture f{before_all, LogLevel::info, 9600};
    for (int n = 0; n < 20; ++n) {
        usb.add(t0 + n * 1s, std::string(970, ' '));
        f.add(t0 + n * 1s, std::string(970, ' '));
    }
    CHECK(f.input.full());
    CHECK(f.input.load().value_or(0) > 0.99);
    CHECK_FALSE(usb.input.full());
    CHECK_FALSE(usb.input.load());
    f.input.begin_anew();
    CHECK_FALSE(f.input.full());
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
