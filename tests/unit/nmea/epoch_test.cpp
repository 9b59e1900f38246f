#include "daemon/nmea/epoch.hpp"

#include "tests/unit/nmea/chain.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;

namespace {

/// What the sentences bring about; "|" is 100 ms of silence, and the end is the end.
Words words(const std::vector<std::string>& texts) {
    Chain chain;
    for (const auto& text : texts) {
        if (text == "|")
            chain.silence();
        else
            chain.say(text);
    }
    chain.finish();
    return chain.words();
}

const std::string noon = "label RMC 43200";
const std::string noon_zda = "label ZDA 43200";
const std::string after_noon = "label RMC 43201";

std::string from(std::string_view talker, const std::string& text) {
    return std::string{talker} + text.substr(2);
}

std::string second(int n) {
    return fmt::format("1200{:02}", n);
}

} // namespace

TEST_CASE("RMC alone labels its second, once the line is idle") {
    Chain chain;
    CHECK_FALSE(chain.complete());
    chain.say(rmc_text("120000.00"));
    CHECK(chain.complete());
    CHECK(chain.words().empty());
    chain.silence();
    CHECK_FALSE(chain.complete());
    CHECK(chain.words() == Words{noon});
    CHECK(chain.events()[0].label.date == Date{15, 3, 18, true});
    chain.silence();
    chain.finish();
    CHECK(chain.words() == Words{noon});
}

TEST_CASE("0.1 to 0.9 s after a damaged sentence a label may be late") {
    using namespace std::chrono_literals;
    const auto stamp = [](hal::Nanos at) {
        return hal::Stamp{hal::OscTime::from_ns(at.count()), hal::MonoTime::from_ns(at.count())};
    };
    constexpr hal::Nanos cases[] = {0ns, 99ms, 100ms, 899ms, 900ms, 2000ms};
    for (const hal::Nanos apart : cases) {
        Epoch epoch;
        epoch.push_damaged(stamp(10s));
        epoch.push(parse(rmc_text("120000.00")).sentence, stamp(10s + apart));
        // One that comes after the time was named says nothing of it.
        epoch.push_damaged(stamp(10s + apart));
        epoch.idle(100ms);
        const auto event = epoch.next();
        REQUIRE(event);
        CHECK(event->label.may_be_late == (apart >= 100ms && apart < 900ms));
    }
    // Of two the first alone is in these limits; and the last alone: the end of the burst before.
    for (const auto& [first, last] :
         {std::pair{10s + 0ms, 10450ms}, std::pair{9500ms, 10s + 0ms}}) {
        Epoch both;
        both.push_damaged(stamp(first));
        both.push_damaged(stamp(last));
        both.push(parse(rmc_text("120000.00")).sentence, stamp(10500ms));
        both.idle(100ms);
        CHECK(both.next()->label.may_be_late);
    }
    Epoch epoch;
    epoch.push(parse(rmc_text("120000.00")).sentence, stamp(10s));
    epoch.idle(100ms);
    CHECK_FALSE(epoch.next()->label.may_be_late);
}

TEST_CASE("or once another time is named") {
    Chain chain;
    chain.say(gga_text("120000"));
    CHECK_FALSE(chain.complete());
    chain.say(rmc_text("120000"));
    chain.say(gsv_text);
    CHECK(chain.words().empty());
    chain.say(gga_text("120001"));
    CHECK(chain.words() == Words{noon});
}

TEST_CASE("ZDA is joined with a fix of the same time, in either order, whatever is in between") {
    for (const auto& fix : {gga_text("120000"), gns_text("120000"), gll_text("120000")}) {
        CHECK(words({zda_text("120000"), fix}) == Words{noon_zda});
        CHECK(words({fix, zda_text("120000")}) == Words{noon_zda});
        CHECK(words({zda_text("120000"), "|", fix, "|"}) == Words{noon_zda});
    }
    CHECK(words({zda_text("120000"), "|"}) == Words{"fix-unsaid"});
    CHECK(words({gga_text("120000"), "|"}) == Words{"no-date"});
    CHECK(words({zda_text("120000"), gga_text("120001")}) == Words{"fix-unsaid", "no-date"});
}

TEST_CASE("RMC's label comes before ZDA's") {
    CHECK(words({zda_text("120000"), gga_text("120000"), rmc_text("120000")}) == Words{noon});
}

TEST_CASE("a time's arrival is that of the first sentence that names it, whatever follows") {
    Chain chain;
    chain.say(gga_text("120000"), 200);
    chain.silence(220);
    chain.say(gsv_text, 450);
    chain.say(rmc_text("120000"), 1070);
    chain.say(gga_text("120001"), 1200);
    chain.silence(220);
    chain.say(rmc_text("120001"), 2050);
    chain.say(zda_text("120002"), 2200);
    chain.say(gga_text("120002"), 2900);
    chain.finish();
    REQUIRE(chain.words() == Words{noon, after_noon, "label ZDA 43202"});
    CHECK(chain.events()[0].label.arrival == at_ms(200));
    CHECK(chain.events()[1].label.arrival == at_ms(1200));
    CHECK(chain.events()[2].label.arrival == at_ms(2200));
}

TEST_CASE("a label is given once, though the time is named again") {
    CHECK(words({rmc_text("120000"), rmc_text("120000")}) == Words{noon});
    CHECK(words({rmc_text("120000"), "|", gga_text("120000"), "|", rmc_text("120000"), "|"}) ==
          Words{noon});
}

TEST_CASE("a receiver that goes on naming one time: each second's label names it") {
    Chain chain;
    for (int n = 0; n < 5; ++n) {
        chain.say(rmc_text("120000"), 1000 * n);
        chain.silence(900);
    }
    CHECK(chain.words() == Words{noon, noon, noon, noon, noon});
    CHECK(chain.events().back().label.arrival == at_ms(4000));
}

TEST_CASE("RMC and ZDA that name two dates make no label") {
    CHECK(words({rmc_text("000000", "180315"), zda_text("000000", "19,03,2015")}) ==
          Words{"two-dates"});
    CHECK(words({rmc_text("000000", "180315"), "|", zda_text("000000", "19,03,2015"),
                 zda_text("000000", "20,03,2015")}) == Words{"label RMC 0", "two-dates"});
}

TEST_CASE("two dates are said by the sentence that brings the second, after a label or before it") {
    for (const bool after_label : {false, true}) {
        Chain chain;
        chain.say(rmc_text("000000", "180315"));
        if (after_label) chain.silence();
        chain.say(zda_text("000000", "19,03,2015"));
        CHECK(chain.words() ==
              (after_label ? Words{"label RMC 0", "two-dates"} : Words{"two-dates"}));
        chain.say(zda_text("000000", "20,03,2015"));
        chain.finish();
        CHECK(chain.words().back() == "two-dates");
        CHECK(chain.words().size() == (after_label ? 2 : 1)); // once
    }
}

TEST_CASE("a date before 2000 is none") {
    CHECK(words({rmc_text("120000", "060180"), gga_text("120000")}) == Words{"no-date"});
    CHECK(words({zda_text("120000", "06,01,1980"), gga_text("120000")}) == Words{"no-date"});
    CHECK(words({rmc_text("120000", "220899")}) == Words{"no-date"});
    CHECK(words({rmc_text("120000", "010100")}) == Words{noon});
}

TEST_CASE("a constant fraction makes labels, one that changes makes none") {
    CHECK(words({rmc_text("120000.001"), rmc_text("120001.001")}) ==
          Words{"label RMC 43200.001000000", "label RMC 43201.001000000"});
    CHECK(words({rmc_text("120000.1"), rmc_text("120001.2"), rmc_text("120002.3")}) ==
          Words{"label RMC 43200.100000000", "changing-fraction", "changing-fraction"});
    CHECK(words({rmc_text("120000.00"), gga_text("120000.05"), rmc_text("120001.00")}) ==
          Words{noon, "no-date", after_noon});
}

TEST_CASE("five and ten fixes a second: only whole seconds make labels") {
    for (const int rate : {5, 10}) {
        Chain chain;
        for (int i = 0; i < 3 * rate; ++i) {
            const auto time = fmt::format("12000{}.{:03}", i / rate, 1000 / rate * (i % rate));
            chain.say(gga_text(time));
            chain.say(rmc_text(time));
        }
        chain.finish();
        CHECK(chain.labels() == Words{noon, after_noon, "label RMC 43202"});
        CHECK(chain.words().size() == static_cast<std::size_t>(3 * rate));
    }
}

TEST_CASE("RMC that comes when the next tenths are named is of its own time") {
    Chain chain;
    for (int i = 0; i < 30; ++i) {
        chain.say(gga_text(fmt::format("12000{}.{}", i / 10, i % 10)), 100 * i);
        if (i % 10 == 2) chain.say(rmc_text(fmt::format("12000{}.0", i / 10)), 100 * i + 50);
    }
    CHECK(chain.labels() == Words{noon, after_noon, "label RMC 43202"});
}

TEST_CASE("no fix is said at once, once, and takes the label") {
    Chain chain;
    chain.say(gga_text("120000", "0"), 7);
    REQUIRE(chain.words() == Words{"no-fix"});
    CHECK(chain.events()[0].kind == Event::Kind::no_fix);
    CHECK(chain.events()[0].type == Type::gga);
    CHECK(chain.events()[0].talker == std::array{'G', 'P'});
    CHECK(chain.events()[0].arrival == at_ms(7));
    chain.say(rmc_text("120000", "180315", "V", "N"));
    chain.silence();
    chain.say(gll_text("120000", "V"));
    chain.finish();
    CHECK(chain.words() == Words{"no-fix"});
    CHECK(words({rmc_text("120000"), gga_text("120000", "6")}) == Words{"no-fix"});
    CHECK(words({gll_text("120000", "V"), rmc_text("120000"), rmc_text("120001")}) ==
          Words{"no-fix", after_noon});
}

TEST_CASE("no fix after the label was given is said at once") {
    CHECK(words({rmc_text("120000"), "|", gga_text("120000", "0"), gll_text("120000", "V")}) ==
          Words{noon, "no-fix"});
}

TEST_CASE("no fix without a time is said each time, and takes the label that is under way") {
    const auto lost = rmc_text("", "", "V", "N");
    CHECK(words({lost}) == Words{"no-fix"});
    CHECK(words({lost, lost}) == Words{"no-fix", "no-fix"});
    CHECK(words({rmc_text("120000"), lost}) == Words{"no-fix"});
    CHECK(words({rmc_text("120000"), "|", lost}) == Words{noon, "no-fix"});
    CHECK(words({lost, rmc_text("120000")}) == Words{"no-fix", noon});
}

TEST_CASE("GLRMC without a fix waits for GPRMC that had one last") {
    const auto gp = [](int n, std::string_view status) {
        return from("GP", rmc_text(second(n), "180315", status));
    };
    const auto gl = [](int n) { return from("GL", rmc_text(second(n), "180315", "V")); };
    CHECK(words({gp(0, "A"), gl(0), gp(1, "A"), gl(1)}) == Words{noon, after_noon});
    CHECK(words({gl(0), gp(0, "A"), gl(1), gp(1, "A")}) == Words{"no-fix", noon, after_noon});
    // GPRMC itself is believed at once; where it says nothing, GLRMC is.
    CHECK(words({gp(0, "A"), gl(0), gp(1, "V"), "|"}) == Words{noon, "no-fix"});
    CHECK(words({gp(0, "A"), gl(1), "|"}) == Words{noon, "no-fix"});
    Chain chain;
    chain.say(gp(0, "A"));
    chain.say(gl(1));
    CHECK(chain.words() == Words{noon});
    chain.say(gl(2));
    REQUIRE(chain.words() == Words{noon, "no-fix", "no-fix"}); // nobody has a fix any more
    CHECK(chain.events()[1].talker == std::array{'G', 'L'});
}

TEST_CASE("an empty time with a fix is a verdict of the sentence") {
    CHECK(words({gga_text("")}) == Words{"no-time"});
    CHECK(words({gga_text(""), rmc_text("120000")}) == Words{"no-time", noon});
}

TEST_CASE("a status that is empty says nothing about a fix") {
    CHECK(words({rmc_text("120000", "180315", "")}) == Words{"fix-unsaid"});
    CHECK(words({rmc_text("120000", "")}) == Words{"no-date"});
}

TEST_CASE("midnight, and the leap second before it") {
    CHECK(words({rmc_text("235959"), rmc_text("235960"), rmc_text("000000", "190315")}) ==
          Words{"label RMC 86399", "label RMC 86400", "label RMC 0"});
}

TEST_CASE("a clock that is set back begins anew") {
    CHECK(words({rmc_text("120003"), rmc_text("120004"), rmc_text("120001"), rmc_text("120002")}) ==
          Words{"label RMC 43203", "label RMC 43204", after_noon, "label RMC 43202"});
    CHECK(words({gga_text("120003"), rmc_text("120003"), gga_text("120001"), rmc_text("120001")}) ==
          Words{"label RMC 43203", after_noon});
}

TEST_CASE("one sentence that names a time far ahead stops the others for one second only") {
    const auto ahead = zda_text("130000");
    CHECK(words({rmc_text("120000"), ahead, rmc_text("120001"), rmc_text("120002"),
                 rmc_text("120003")}) ==
          Words{noon, "two-seconds", "two-seconds", "label RMC 43202", "label RMC 43203"});
}

TEST_CASE("two times at once make no label") {
    CHECK(words({gga_text("120001"), rmc_text("120000")}) == Words{"two-seconds", "no-date"});
    CHECK(words({gga_text("120001"), zda_text("120000")}) == Words{"two-seconds", "no-date"});
    Chain chain;
    chain.say(gga_text("120002"));
    chain.say(rmc_text("120000"));
    CHECK(chain.events()[0].other == TimeOfDay{43202, 0});
    // Less than a second, and it is only another time.
    CHECK(words({gga_text("120000.99"), rmc_text("120000")}) == Words{"no-date", noon});
}

TEST_CASE("RMC is always behind: its time counts from the sixth on, with its own arrival") {
    for (const int ahead : {1, 2}) {
        Chain chain;
        for (int n = 10; n < 20; ++n) {
            chain.say(gga_text(second(n + ahead)), 1000 * n + 100);
            chain.say(rmc_text(second(n)), 1000 * n + 200);
            chain.silence(800);
        }
        REQUIRE(chain.labels().size() == 5);
        CHECK(chain.labels()[0] == "label RMC 43215");
        for (const auto& event : chain.events())
            if (event.kind == Event::Kind::label)
                CHECK(event.label.arrival == at_ms(1000 * (event.label.time.second - 43200) + 200));
    }
}

TEST_CASE("RMC is always behind: one that isn't starts the count anew") {
    for (const bool alone : {false, true}) {
        Chain chain;
        for (int n = 10; n < 15; ++n) {
            chain.say(gga_text(second(n + 1)));
            chain.say(rmc_text(second(n)));
        }
        chain.say(gga_text(second(alone ? 20 : 22)));
        chain.say(rmc_text(second(20)));
        const auto before = chain.labels().size();
        for (int n = 23; n < 28; ++n) {
            chain.say(gga_text(second(n + 1)));
            chain.say(rmc_text(second(n)));
        }
        CHECK(chain.labels().size() == before + (alone ? 1 : 0));
        chain.say(gga_text(second(29)));
        chain.say(rmc_text(second(28)));
        CHECK(chain.labels().back() == "label RMC 43228");
    }
}

TEST_CASE("RMC is always behind: between the others, and over midnight") {
    Chain chain;
    for (int n = 50; n < 60; ++n) {
        const auto next = n < 59 ? fmt::format("2359{:02}", n + 1) : "000000";
        chain.say(rmc_text(fmt::format("2359{:02}", n)));
        chain.say(gll_text(next));
        chain.say(gga_text(fmt::format("2359{:02}", n)));
    }
    // The first one's was over when GLL named the next.
    CHECK(chain.labels() == Words{"label RMC 86390", "label RMC 86396", "label RMC 86397",
                                  "label RMC 86398", "label RMC 86399"});
}

TEST_CASE("RMC is always behind: no label while another sentence says no fix") {
    Chain chain;
    for (int n = 10; n < 20; ++n) {
        chain.say(gga_text(second(n + 1), n < 17 ? "1" : "0"));
        chain.say(rmc_text(second(n)));
    }
    CHECK(chain.labels() == Words{"label RMC 43215", "label RMC 43216"});
    CHECK(chain.words().back() == "no-fix");
}

TEST_CASE("ZDA that is behind never makes a label") {
    Chain chain;
    for (int n = 10; n < 30; ++n) {
        chain.say(gga_text(second(n + 1)));
        chain.say(zda_text(second(n)));
    }
    CHECK(chain.labels().empty());
}

TEST_CASE("a time that is named in the middle of a burst, and then not for long, was too early") {
    for (const std::int64_t silence : {499, 500}) {
        Chain chain;
        chain.say(rmc_text("120000"), 100);
        chain.say(gll_text("120001"), 150);
        chain.silence(100);
        chain.silence(silence);
        chain.say(rmc_text("120001"), 1100);
        chain.finish();
        CHECK(chain.labels() == Words{noon, after_noon});
        CHECK(chain.events().back().label.arrival == at_ms(silence < 500 ? 150 : 1100));
        CHECK((chain.words()[1] == "too-early") == (silence == 500));
    }
}

TEST_CASE("named in the middle of a burst by GGA, and then not for long: which, nobody can tell") {
    Chain chain;
    for (int n = 10; n < 15; ++n) {
        const int ms = (n - 10) * 1000;
        chain.say(rmc_text(second(n)), ms);
        chain.say(gga_text(second(n + 1)), ms + 150);
        chain.say(gll_text(second(n + 1)), ms + 200);
        chain.silence(100);
        chain.silence(500);
    }
    chain.finish();
    CHECK(chain.labels().size() == 1);                          // the first
    CHECK(std::ranges::count(chain.words(), "too-early") == 8); // when it is seen, and at its end
}

TEST_CASE("what comes 500 ms after the burst before began isn't in the middle of that") {
    for (const int after : {499, 500}) {
        Chain chain;
        chain.say(rmc_text("120000"), 0);
        chain.say(gsv_text, 100);
        chain.say(gll_text("120001"), after);
        chain.silence(100);
        chain.silence(500);
        chain.say(rmc_text("120001"), 1100);
        chain.finish();
        CHECK(chain.events().back().label.arrival == at_ms(after < 500 ? 1100 : 500));
    }
}

TEST_CASE("a time that is named again in the next burst is that of another second") {
    for (const int after : {899, 900}) {
        Chain chain;
        chain.say(rmc_text("120000"), 0);
        chain.say(gga_text("120000"), 100);
        chain.say(rmc_text("120000"), after);
        chain.say(rmc_text("120001"), 2000);
        chain.finish();
        CHECK(chain.labels().size() == (after < 900 ? 2 : 3));
        CHECK(chain.events()[after < 900 ? 0 : 1].label.arrival == at_ms(after < 900 ? 0 : 900));
    }
    const auto labels = [](const std::vector<std::string>& texts) { // 950 ms from first to last
        Chain chain;
        int ms = 0;
        for (const std::string& text : texts)
            chain.say(text, std::exchange(ms, 950));
        chain.finish();
        return chain.labels();
    };
    CHECK(labels({rmc_text("120000"), gga_text("120000")}) == Words{noon}); // another type
    CHECK(labels({rmc_text("120000"), "GL" + rmc_text("120000").substr(2)}) == Words{noon});
    CHECK(labels({gga_text("120000"), rmc_text("120000"), rmc_text("120000")}) == Words{noon});
}

TEST_CASE("in whatever order the next burst has its sentences") {
    for (const int after : {899, 900}) {
        Chain chain;
        chain.say(rmc_text("120000"), 0);
        chain.say(gga_text("120000"), 100);
        chain.say(gga_text("120000"), 100 + after);
        chain.say(rmc_text("120000"), 200 + after);
        chain.finish();
        REQUIRE(chain.labels().size() == 2); // RMC tells it, if GGA doesn't
        CHECK(chain.events()[1].label.arrival == at_ms(after < 900 ? 200 + after : 100 + after));
    }
}

TEST_CASE("so is one that is named again after another point of its second") {
    for (const int after : {899, 900}) {
        Chain chain;
        chain.say(rmc_text("120000.00"), 0);
        chain.say(rmc_text("120000.50"), 500);
        chain.say(rmc_text("120000.00"), after);
        chain.finish();
        CHECK(chain.labels().size() == (after < 900 ? 1 : 2));
    }
}

TEST_CASE("a time that is named after silence is not too early, nor is the first") {
    Chain chain;
    chain.say(zda_text("120000"), 50);
    chain.silence(600);
    chain.say(gga_text("120000"), 700);
    chain.silence(350);
    chain.say(gsv_text, 1040);
    chain.say(zda_text("120001"), 1050);
    chain.silence(600);
    chain.say(gga_text("120001"), 1700);
    chain.finish();
    REQUIRE(chain.words() == Words{noon_zda, "label ZDA 43201"});
    CHECK(chain.events()[0].label.arrival == at_ms(50));
    CHECK(chain.events()[1].label.arrival == at_ms(1050));
}

TEST_CASE("a label that was given is not too early") {
    Chain chain;
    chain.say(rmc_text("120000"), 0);
    chain.say(rmc_text("120001"), 50);
    chain.silence(600);
    chain.say(gga_text("120001"), 700);
    chain.finish();
    CHECK(chain.words() == Words{noon, after_noon});
}

TEST_CASE("without the count of leap seconds there is no label") {
    const std::string known = "PUBX,04,120000.00,180315,300000.00,1836,16,0,0,0";
    const std::string unknown = "PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0";
    CHECK(words({rmc_text("120000"), known}) == Words{noon});
    CHECK(words({rmc_text("120000"), unknown}) == Words{"no-leap-count"});
    CHECK(words({unknown, rmc_text("120000")}) == Words{"no-leap-count"});
    CHECK(words({rmc_text("120000"), "|", unknown}) == Words{noon, "no-leap-count"});
    CHECK(words({"PUBX,04,,,,,16D,0,0,0"}) == Words{"no-leap-count"});
    Chain chain;
    chain.say(unknown);
    CHECK(chain.events()[0].kind == Event::Kind::no_fix);
}

TEST_CASE("what PUBX,04 says holds for the times without it, until it says otherwise") {
    const std::string known = "PUBX,04,120002.00,180315,300000.00,1836,18,0,0,0";
    const std::string unknown = "PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0";
    CHECK(words({unknown, rmc_text("120000"), "|", rmc_text("120001"), "|", rmc_text("120002"),
                 known, "|", rmc_text("120003")}) ==
          Words{"no-leap-count", "no-leap-count", "label RMC 43202", "label RMC 43203"});
}

TEST_CASE("after 20 minutes without PUBX,04 its receiver is believed again") {
    constexpr std::int64_t limit = 20 * 60 * 1000;
    for (const std::int64_t later : {limit, limit + 1}) {
        Chain chain;
        chain.say("PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0");
        chain.silence();
        chain.say(rmc_text("122000"), later);
        chain.silence();
        CHECK((chain.words().back() == "no-leap-count") == (later == limit));
    }
}

TEST_CASE("each witness of the count of leap seconds is believed: one that misses it is enough") {
    constexpr std::int64_t limit = 20 * 60 * 1000;
    using enum LeapWitness;
    Chain chain;
    const auto last = [&](int second, std::int64_t ms) {
        chain.say(rmc_text(fmt::format("12{:02}{:02}", second / 60, second % 60)), ms);
        chain.silence();
        return chain.words().back();
    };
    CHECK(last(0, 0) == noon);
    chain.note_leap_count(ubx_timels, false, 100);
    CHECK(last(1, 1000) == "no-leap-count");
    chain.note_leap_count(ubx_timeutc, true, 1100); // of another witness
    CHECK(last(2, 2000) == "no-leap-count");
    chain.note_leap_count(ubx_timels, true, 2100);
    CHECK(last(3, 3000) == "label RMC 43203");
    chain.note_leap_count(ubx_timeutc, false, 3000);
    CHECK(last(4, 3000 + limit) == "no-leap-count");
    CHECK(last(5, 3001 + limit) == "label RMC 43205");
}

TEST_CASE("begun anew it has forgotten the time, and not what PUBX,04 said") {
    for (const bool known : {false, true}) {
        Chain chain;
        chain.say(known ? "PUBX,04,120000.00,180315,300000.00,1836,18,0,0,0"
                        : "PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0");
        chain.say(rmc_text("120000"));
        chain.begin_anew();
        chain.finish();
        const auto before = chain.words().size();
        chain.say(rmc_text("120001"));
        chain.finish();
        CHECK(before == (known ? 0 : 1));
        CHECK(chain.words().back() == (known ? after_noon : "no-leap-count"));
    }
}

TEST_CASE("events that nobody pulls are lost oldest first") {
    Epoch epoch;
    for (int n = 0; n < 7; ++n)
        epoch.push({Type::rmc, TimeOfDay{n, 0}, Date{15, 3, 18, true}, Fix::yes}, {});
    std::vector<int> seconds;
    while (const auto event = epoch.next())
        seconds.push_back(event->label.time.second);
    CHECK(seconds == std::vector{2, 3, 4, 5});
}

TEST_CASE("sentences that tell no time begin nothing") {
    Epoch epoch;
    epoch.push({}, {});
    epoch.finish();
    CHECK_FALSE(epoch.next());
}
