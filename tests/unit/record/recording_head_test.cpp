#include "daemon/record/recording_head.hpp"
#include "daemon/settings/recorded_options.hpp"

#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace ppsd::app;
using namespace hal;

namespace {
using Lines = std::vector<std::string>;
} // namespace

TEST_CASE("an option's text, set again, is the same option") {
    const std::vector<std::pair<std::string, std::string>> rows{{"pps", "gpio:GPIO18"},
                                                                {"nmea", "uart:/dev/my port"},
                                                                {"edge", "auto"},
                                                                {"edge", "rising"},
                                                                {"edge", "falling"},
                                                                {"pps-unit", "none"},
                                                                {"pps-unit", "255"},
                                                                {"nmea-unit", "0"},
                                                                {"pps-delay", "-500000000"},
                                                                {"pps-delay", "50"},
                                                                {"nmea-delay", "-0.500000000"},
                                                                {"nmea-delay", "-2.000000000"},
                                                                {"nmea-delay", "0.123456789"},
                                                                {"nmea-delay", "1.999999999"},
                                                                {"baud", "921600"},
                                                                {"checksum", "required"},
                                                                {"checksum", "optional"},
                                                                {"lock-count", "3600"},
                                                                {"holdover", "0.000000000"},
                                                                {"holdover", "3599.999999999"},
                                                                {"not-before", "1999-12-31"},
                                                                {"not-before", "2099-12-31"},
                                                                {"trust", "receiver"},
                                                                {"trust", "neither"},
                                                                {"published-before", "yes"},
                                                                {"published-before", "no"}};
    for (const auto& [key, text] : rows) {
        CAPTURE(key);
        Options options;
        set_option(options, key, text);
        CHECK(option_text(options, key) == text);
    }
}

TEST_CASE("every recorded key has a text, but for those that are not set") {
    const Options options;
    for (const std::string& key : recorded_keys()) {
        const bool unset = key == "pps" || key == "nmea" || key == "nmea-delay";
        CHECK(option_text(options, key).empty() == unset);
    }
    CHECK(option_text(options, "realtime").empty()); // is not recorded
}

TEST_CASE("the lines of a list of leap seconds, without comments") {
    CHECK(leap_lines("") == Lines{});
    CHECK(leap_lines("# a comment\n#$ 1\n#@ 2\n\n3 4 # 1 Jan 1972\n#h 5\n6 7") ==
          Lines{"#@ 2", "3 4 # 1 Jan 1972", "6 7"});
}

TEST_CASE("a head: program, options, leap seconds") {
    const ppsd::app::test::ScratchPath list{"# comment\n#@ 4000000000\n2272060800 10\n"};
    Options options;
    options.nmea = "sim:";
    options.leap_file = list.path();
    const std::string head = recording_head(options);
    CHECK(head.starts_with("program " + std::string{version()} + "\noption nmea sim:\n"));
    CHECK(head.find("\noption lock-count 5\n") != std::string::npos);
    CHECK(head.ends_with("\nleap #@ 4000000000\nleap 2272060800 10\n"));
    for (const std::string path : {"/no/such", "/tmp", "/dev/null"}) {
        options.leap_file = path;
        CHECK(recording_head(options).find("leap ") == std::string::npos);
    }
}
