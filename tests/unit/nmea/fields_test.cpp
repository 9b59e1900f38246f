#include "daemon/nmea/fields.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ppsd::nmea;

namespace {

/// Second of day, -1 for an empty field, -2 for a bad one.
std::int32_t second_in(std::string_view field) {
    std::optional<TimeOfDay> time;
    if (!read_time(field, time)) return -2;
    return time ? time->second : -1;
}

std::int32_t ns_in(std::string_view field) {
    std::optional<TimeOfDay> time;
    if (!read_time(field, time)) return -2;
    return time ? time->ns : -1;
}

bool is_date(std::string_view field) {
    std::optional<Date> date;
    return read_short_date(field, date) && date;
}

bool is_date(std::string_view day, std::string_view month, std::string_view year) {
    std::optional<Date> date;
    return read_long_date(day, month, year, date) && date;
}

} // namespace

TEST_CASE("fields are what stands between commas") {
    const Fields fields{"GPX,,b,"};
    CHECK(fields.count() == 4);
    CHECK(fields[0] == "GPX");
    CHECK(fields[1].empty());
    CHECK(fields[2] == "b");
    CHECK(fields[3].empty());
    CHECK(fields[4].empty());
    CHECK(Fields{""}.count() == 1);
}

TEST_CASE("twenty fields are kept, and no more") {
    const std::string text = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19";
    CHECK(Fields{text}.count() == 20);
    CHECK(Fields{text}[19] == "19");
    CHECK(Fields{text + ",20"}.count() == 20);
    CHECK(Fields{text + ",20"}[19] == "19");
    CHECK(Fields{text + ",20"}[20].empty());
}

TEST_CASE("times of day: both sides of every limit") {
    CHECK(second_in("") == -1);
    CHECK(second_in("000000") == 0);
    CHECK(second_in("010203") == 3723);
    CHECK(second_in("235959") == 86399);
    CHECK(second_in("240000") == -2);
    CHECK(second_in("125959") == 46799);
    CHECK(second_in("126000") == -2);
    CHECK(second_in("120060") == -2);
    CHECK(second_in("235960") == 86400);
    CHECK(second_in("235961") == -2);
    CHECK(second_in("235860") == -2);
    CHECK(second_in("225960") == -2);
}

TEST_CASE("times are six digits") {
    CHECK(second_in("12345") == -2);
    CHECK(second_in("1234567") == -2);
    CHECK(second_in("12:345") == -2);
    CHECK(second_in("-12345") == -2);
    CHECK(second_in(" 12345") == -2);
    CHECK(second_in("12345/") == -2);
    CHECK(second_in("+12345") == -2);
}

TEST_CASE("fractions: one to nine decimals") {
    CHECK(ns_in("120000") == 0);
    CHECK(ns_in("120000.0") == 0);
    CHECK(ns_in("120000.00") == 0);
    CHECK(ns_in("120000.000000000") == 0);
    CHECK(ns_in("120000.01") == 10'000'000);
    CHECK(ns_in("120000.5") == 500'000'000);
    CHECK(ns_in("120000.000000001") == 1);
    CHECK(ns_in("120000.999999999") == 999'999'999);
    CHECK(ns_in("120000.0000000000") == -2);
    CHECK(ns_in("120000.") == -2);
    CHECK(ns_in("120000.0x") == -2);
    CHECK(ns_in("120000,0") == -2);
}

TEST_CASE("short dates exist, or are none") {
    CHECK(is_date("010100"));
    CHECK(is_date("311279"));
    CHECK(is_date("290200"));
    CHECK(is_date("290224"));
    CHECK(is_date("280223"));
    CHECK_FALSE(is_date("290223"));
    CHECK_FALSE(is_date("300224"));
    CHECK(is_date("300423"));
    CHECK_FALSE(is_date("310423"));
    CHECK_FALSE(is_date("320123"));
    CHECK_FALSE(is_date("000123"));
    CHECK_FALSE(is_date("010023"));
    CHECK_FALSE(is_date("011323"));
    CHECK_FALSE(is_date("000000"));
    CHECK_FALSE(is_date("01012023"));
    CHECK_FALSE(is_date("01012"));
    CHECK_FALSE(is_date("2208-1"));
    CHECK_FALSE(is_date(""));
}

TEST_CASE("a date of another length is no date, not one that says nothing") {
    std::optional<Date> date;
    for (const auto* field : {"01012", "0101230", "01012079", "0101200", "0", "010100000000"})
        CHECK_FALSE(read_short_date(field, date));
    CHECK_FALSE(read_long_date("01", "01", "02020", date));
    CHECK_FALSE(read_long_date("01", "01", "202", date));
    CHECK_FALSE(read_long_date("01", "", "2020", date));
    CHECK_FALSE(read_long_date("01", "01", "", date));
    CHECK_FALSE(date);
}

TEST_CASE("dates before 2000 are read, and are none") {
    std::optional<Date> date;
    for (const auto* early : {"060180", "010180", "220899", "311299"}) {
        CHECK(read_short_date(early, date));
        CHECK_FALSE(date);
    }
    CHECK_FALSE(read_short_date("310680", date));
    for (const auto* year : {"1980", "1999"}) {
        CHECK(read_long_date("06", "01", year, date));
        CHECK_FALSE(date);
    }
    CHECK(is_date("01", "01", "2000"));
}

TEST_CASE("a short date keeps its two digits") {
    std::optional<Date> date;
    REQUIRE(read_short_date("180315", date));
    CHECK(date == Date{15, 3, 18, true});
}

TEST_CASE("long dates exist, or are none") {
    CHECK(is_date("31", "12", "2199"));
    CHECK_FALSE(is_date("01", "01", "2200"));
    CHECK(is_date("29", "02", "2024"));
    CHECK_FALSE(is_date("29", "02", "2100"));
    CHECK_FALSE(is_date("00", "00", "0000"));
    CHECK(is_date("1", "01", "2020"));
    CHECK(is_date("31", "1", "2020"));
    CHECK_FALSE(is_date("001", "01", "2020"));
    CHECK_FALSE(is_date("01", "001", "2020"));
    CHECK_FALSE(is_date("0", "01", "2020"));
    CHECK_FALSE(is_date("+1", "01", "2020"));
    CHECK_FALSE(is_date("", "01", "2020"));
    CHECK_FALSE(is_date("01", "01", "20"));
    CHECK_FALSE(is_date("01", "01", "202a"));
    CHECK_FALSE(is_date("", "", ""));
    std::optional<Date> date;
    CHECK(read_long_date("", "", "", date));
    CHECK_FALSE(read_long_date("18", "", "2015", date));
    CHECK_FALSE(read_long_date("31", "12", "1979", date));
    REQUIRE(read_long_date("18", "03", "2015", date));
    CHECK(date == Date{2015, 3, 18, false});
}
