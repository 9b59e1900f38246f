#include "daemon/nmea/sentence.hpp"

#include "tests/unit/nmea/chain.hpp"

#include <doctest/doctest.h>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;

namespace {

const Date march_18{15, 3, 18, true};

/// "yes", "no", "unsaid", or the verdict if it isn't used.
std::string fix(std::string_view text) {
    const auto parsed = parse(text);
    if (parsed.verdict != Verdict::used) return std::string{name(parsed.verdict)};
    constexpr std::array words{"unsaid", "yes", "no"};
    return words[static_cast<std::size_t>(parsed.sentence.fix)];
}

Verdict verdict(std::string_view text) {
    return parse(text).verdict;
}

} // namespace

TEST_CASE("RMC: time, date, fix") {
    const auto parsed = parse(rmc_text("171926.00"));
    CHECK(parsed.verdict == Verdict::used);
    CHECK(parsed.sentence.type == Type::rmc);
    CHECK(parsed.sentence.time == TimeOfDay{62366, 0});
    CHECK(parsed.sentence.date == march_18);
    CHECK(parsed.sentence.fix == Fix::yes);
}

TEST_CASE("RMC: a status other than A is no fix, whatever the mode") {
    CHECK(fix(rmc_text("171926", "180315", "A")) == "yes");
    CHECK(fix(rmc_text("171926", "180315", "V")) == "no");
    CHECK(fix(rmc_text("171926", "180315", "W")) == "no");
    CHECK(fix(rmc_text("171926", "180315", "AA")) == "no");
    CHECK(fix(rmc_text("171926", "180315", "")) == "unsaid");
}

TEST_CASE("RMC: modes that were measured, and the others") {
    for (const char mode : {'A', 'D', 'F', 'M', 'P', 'R'})
        CHECK(fix(rmc_text("171926", "180315", "A", {&mode, 1})) == "yes");
    for (const char mode : {'E', 'N', 'S', 'X', 'a'})
        CHECK(fix(rmc_text("171926", "180315", "A", {&mode, 1})) == "no");
    CHECK(fix(rmc_text("171926", "180315", "A", "")) == "yes");
}

TEST_CASE("RMC: without a mode it is old; the navigational status after it says nothing") {
    const auto text = rmc_text("171926");
    const auto old = text.substr(0, text.size() - 2);
    CHECK(fix(old) == "yes");
    CHECK(fix(old.substr(0, old.size() - 1)) == "malformed");
    CHECK(fix(text + ",V") == "yes");
}

TEST_CASE("ZDA: a date, and nothing about a fix") {
    const auto parsed = parse(zda_text("171926.00"));
    CHECK(parsed.verdict == Verdict::used);
    CHECK(parsed.sentence.type == Type::zda);
    CHECK(parsed.sentence.time == TimeOfDay{62366, 0});
    CHECK(parsed.sentence.date == Date{2015, 3, 18, false});
    CHECK(parsed.sentence.fix == Fix::unsaid);
    CHECK(verdict("GPZDA,171926,18,03,2015") == Verdict::used);
    CHECK(verdict("GPZDA,171926,18,03") == Verdict::malformed);
}

TEST_CASE("GGA: each quality") {
    for (const char quality : {'1', '2', '3', '4', '5', '7', '9'})
        CHECK(fix(gga_text("171926", {&quality, 1})) == "yes");
    for (const char quality : {'0', '6', '8', 'A'})
        CHECK(fix(gga_text("171926", {&quality, 1})) == "no");
    CHECK(fix(gga_text("171926", "11")) == "no");
    CHECK(fix(gga_text("171926", "")) == "unsaid");
    CHECK(parse(gga_text("171926.5")).sentence.time == TimeOfDay{62366, 500'000'000});
    CHECK(parse(gga_text("171926")).sentence.type == Type::gga);
}

TEST_CASE("GNS: one system with a fix is enough") {
    CHECK(fix(gns_text("171926", "NNNN")) == "no");
    CHECK(fix(gns_text("171926", "NNNA")) == "yes");
    CHECK(fix(gns_text("171926", "EN")) == "no");
    CHECK(fix(gns_text("171926", "MS")) == "yes");
    CHECK(fix(gns_text("171926", "DN")) == "yes");
    CHECK(fix(gns_text("171926", "")) == "unsaid");
    CHECK(parse(gns_text("171926")).sentence.type == Type::gns);
    CHECK(parse(gns_text("171926")).sentence.time == TimeOfDay{62366, 0});
}

TEST_CASE("a position that was entered by hand is a fix while satellites are used") {
    const auto gga = [](std::string_view quality, std::string_view satellites) {
        return fix(fmt::format("GPGGA,171926,5230.0,N,01322.0,E,{},{},1.0,40.0,M,45.0,M,,", quality,
                               satellites));
    };
    const auto gns = [](std::string_view modes, std::string_view satellites) {
        return fix(fmt::format("GNGNS,171926,5230.0,N,01322.0,E,{},{},1.0,40.0,45.0,,", modes,
                               satellites));
    };
    CHECK(gga("7", "1") == "yes");
    CHECK(gga("7", "10") == "yes");
    CHECK(gga("7", "") == "yes");
    CHECK(gga("7", "0") == "no");
    CHECK(gga("7", "00") == "no");
    CHECK(gga("1", "00") == "yes");
    CHECK(gns("MM", "08") == "yes");
    CHECK(gns("MN", "00") == "no");
    CHECK(gns("MA", "00") == "yes");
}

TEST_CASE("ZDA: one-digit day and month, and a zone with a sign") {
    const auto parsed = parse("GPZDA,120000.00,1,2,2028,+0,+0");
    CHECK(parsed.verdict == Verdict::used);
    CHECK(parsed.sentence.date == Date{2028, 2, 1, false});
}

TEST_CASE("a date of GPS week 0 or 1024 is none, though the receiver calls it valid") {
    for (const auto* date : {"060180", "070180", "220899"}) {
        const auto parsed = parse(rmc_text("120000", date));
        CHECK(parsed.verdict == Verdict::used);
        CHECK(parsed.sentence.fix == Fix::yes);
        CHECK(parsed.sentence.time);
        CHECK_FALSE(parsed.sentence.date);
    }
}

TEST_CASE("a sentence has its talker, and constellations a bit each") {
    CHECK(parse("GL" + rmc_text("171926").substr(2)).sentence.talker == std::array{'G', 'L'});
    Talkers all = 0;
    for (const auto* talker : {"GN", "GP", "GL", "GA", "GB", "GQ", "GI"}) {
        CHECK((all & talker_bit(talker)) == 0);
        all |= talker_bit(talker);
    }
    CHECK(talker_bit("BD") == talker_bit("GB"));
    CHECK(talker_bit("QZ") == talker_bit("GQ"));
    for (const auto* talker : {"GN", "II", "XX", ""})
        CHECK(talker_bit(talker) == combined);
}

TEST_CASE("times of day differ by less than half a day, over midnight") {
    using namespace std::chrono_literals;
    CHECK(later_by({5, 0}, {3, 500'000'000}) == 1500ms);
    CHECK(later_by({3, 500'000'000}, {5, 0}) == -1500ms);
    CHECK(later_by({0, 0}, {86399, 0}) == 1s);
    CHECK(later_by({86399, 0}, {0, 0}) == -1s);
    CHECK(later_by({86400, 0}, {86399, 0}) == 1s);
    CHECK(later_by({0, 0}, {86400, 0}) == 0s);
    CHECK(later_by({43200, 0}, {0, 0}) == 12h);
    CHECK(later_by({43200, 1}, {0, 0}) == -12h + 1ns);
    CHECK(later_by({0, 0}, {43200, 0}) == -12h);
}

TEST_CASE("GLL: status and mode") {
    CHECK(fix(gll_text("171926", "A", "A")) == "yes");
    CHECK(fix(gll_text("171926", "A", "D")) == "yes");
    CHECK(fix(gll_text("171926", "V", "N")) == "no");
    CHECK(fix(gll_text("171926", "A", "E")) == "no");
    CHECK(fix(gll_text("171926", "A", "S")) == "no");
    CHECK(fix("GPGLL,5230.0000,N,01322.0000,E,171926,A") == "yes");
    CHECK(fix("GPGLL,5230.0000,N,01322.0000,E,171926") == "malformed");
    CHECK(parse(gll_text("171926")).sentence.time == TimeOfDay{62366, 0});
}

TEST_CASE("any talker, but no maker's own sentences, and no other types") {
    for (const auto* talker : {"GP", "GN", "GL", "GA", "GB", "BD", "QZ", "II", "XX"})
        CHECK(verdict(talker + rmc_text("171926").substr(2)) == Verdict::used);
    CHECK(verdict("PQ" + rmc_text("171926").substr(2)) == Verdict::unknown_sentence);
    CHECK(verdict("PUBX,00,171926.00,4717.1,N,00833.9,E,499.6,G3") == Verdict::unknown_sentence);
    CHECK(verdict(gsv_text) == Verdict::unknown_sentence);
    CHECK(verdict("GPRMCX,171926") == Verdict::unknown_sentence);
    CHECK(verdict("GPRMC") == Verdict::unknown_sentence);
    CHECK(verdict("RMC,171926,A") == Verdict::unknown_sentence);
    CHECK(verdict("") == Verdict::unknown_sentence);
}

TEST_CASE("empty times and dates are none; wrong ones are malformed") {
    const auto no_time = parse(rmc_text(""));
    CHECK(no_time.verdict == Verdict::used);
    CHECK_FALSE(no_time.sentence.time);
    const auto no_date = parse(rmc_text("171926", ""));
    CHECK(no_date.verdict == Verdict::used);
    CHECK_FALSE(no_date.sentence.date);
    CHECK(verdict(rmc_text("246060")) == Verdict::malformed);
    CHECK(verdict(rmc_text("171926", "310215")) == Verdict::malformed);
    CHECK(verdict(zda_text("171926", "00,00,0000")) == Verdict::malformed);
    CHECK(verdict(gga_text("17192x")) == Verdict::malformed);
    CHECK(verdict(gns_text("17192")) == Verdict::malformed);
    CHECK(verdict(gll_text("171960")) == Verdict::malformed);
}

TEST_CASE("no fix is no fix, even with a time or a date that can't be") {
    const auto bad_date = parse(rmc_text("171926", "000000", "V", "N"));
    CHECK(bad_date.verdict == Verdict::used);
    CHECK(bad_date.sentence.fix == Fix::no);
    CHECK_FALSE(bad_date.sentence.time);
    CHECK_FALSE(bad_date.sentence.date);
    CHECK(fix(gga_text("99", "0")) == "no");
}

TEST_CASE("a sentence that was cut off is malformed, not no fix") {
    CHECK(verdict("GPRMC,171926,V") == Verdict::malformed);
    const auto gga = gga_text("171926");
    CHECK(verdict(gga.substr(0, gga.size() - 1)) == Verdict::used); // 14 fields: seen
    CHECK(verdict(gga.substr(0, gga.size() - 2)) == Verdict::malformed);
    const auto gns = gns_text("171926");
    CHECK(verdict(gns) == Verdict::used);
    CHECK(verdict(gns.substr(0, gns.size() - 1)) == Verdict::malformed);
}

TEST_CASE("a talker has two letters, and none of them is a comma") {
    CHECK(verdict("G,RMC,,V,,,,,,,,,,N") == Verdict::unknown_sentence);
    CHECK(verdict(",GRMC,,V,,,,,,,,,,N") == Verdict::unknown_sentence);
    CHECK(verdict("GRMC,,V,,,,,,,,,,N") == Verdict::unknown_sentence);
}

TEST_CASE("PUBX,04: a count of leap seconds that is the firmware's own is no fix") {
    CHECK(fix("PUBX,04,171926.00,180315,321566.00,1836,16,0,0,0") == "unsaid");
    CHECK(fix("PUBX,04,171926.00,180315,321566.00,1836,16D,0,0,0") == "no");
    CHECK(fix("PUBX,04,171926.00,180315,321566.00,1836,16D") == "no");
    CHECK(fix("PUBX,04,171926.00,180315,321566.00,1836") == "malformed");
    CHECK(fix("PUBX,04,1719x6.00,180315,321566.00,1836,16,0,0,0") == "malformed");
    const auto said = parse("PUBX,04,171926.00,180315,321566.00,1836,16,0,0,0").sentence;
    CHECK(said.type == Type::pubx04);
    CHECK(said.time == TimeOfDay{62366, 0});
    CHECK_FALSE(said.date); // it says nothing about a fix, so it must date nothing
}

TEST_CASE("types have names") {
    CHECK(name(Type::rmc) == "RMC");
    CHECK(name(Type::zda) == "ZDA");
    CHECK(name(Type::gga) == "GGA");
    CHECK(name(Type::gns) == "GNS");
    CHECK(name(Type::gll) == "GLL");
    CHECK(name(Type::pubx04) == "PUBX,04");
    CHECK(name(Type::other) == "other");
}

TEST_CASE("what begins as a sentence that names a time, whatever follows") {
    for (const char* yes :
         {"GPRMC,", "GNGGA,1\x01", "GBGNS,012546", "GPZDA,", "GPGLL,4", "PUBX,04,x"})
        CHECK(begins_as_timed(yes));
    for (const char* no : {"", "GPRMC", "GPGSV,3", "GPRM,1", "PXRMC,", "PUBX,00,x", "GPRMX,"})
        CHECK_FALSE(begins_as_timed(no));
}
