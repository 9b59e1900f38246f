#include "daemon/record/recording_head.hpp"
#include "daemon/settings/recorded_options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace ppsd::app;
using namespace hal;

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
                                                                {"irq-delay", "auto"},
                                                                {"irq-delay", "-1000000"},
                                                                {"irq-delay", "12000"},
                                                                {"poll", "calibrate"},
                                                                {"poll-cpu", "auto"},
                                                                {"poll-cpu", "3"},
                                                                {"cpu-latency", "none"},
                                                                {"cpu-latency", "0"},
                                                                {"nmea-delay", "-0.500000000"},
                                                                {"nmea-delay", "-2.000000000"},
                                                                {"nmea-delay", "0.123456789"},
                                                                {"nmea-delay", "1.999999999"},
                                                                {"baud", "921600"},
                                                                {"checksum", "required"},
                                                                {"checksum", "optional"},
                                                                {"pps-out", "sock:/a"},
                                                                {"nmea-out", "shm:7, sock:/b"},
                                                                {"lock-count", "120"},
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

TEST_CASE("where a feed goes is in the head in one form only, which a replay takes") {
    Options options;
    set_option(options, "pps-out", "sock:/a");
    CHECK(option_text(options, "pps-unit").empty());
    set_option(options, "nmea-out", "none");
    CHECK(option_text(options, "nmea-out").empty());
    CHECK(option_text(options, "nmea-unit") == "none");
}

TEST_CASE("every recorded key has a text, but for those that are not set") {
    const Options options;
    for (const std::string& key : recorded_keys()) {
        const bool unset = key == "pps" || key == "nmea" || key == "nmea-delay" ||
                           key == "pps-out" || key == "nmea-out";
        CHECK(option_text(options, key).empty() == unset);
    }
    CHECK(option_text(options, "no-such").empty());
}

TEST_CASE("the recorded keys, in the order that recordings have always had") {
    CHECK(recorded_keys() ==
          std::vector<std::string>{"pps", "nmea", "baud", "checksum", "edge", "pps-out", "nmea-out",
                                   "pps-unit", "nmea-unit", "pps-delay", "irq-delay", "nmea-delay",
                                   "lock-count", "holdover", "distrust", "not-before", "trust",
                                   "published-before"});
}

TEST_CASE("a head: program and options") {
    Options options;
    options.nmea = "sim:";
    const std::string head = recording_head(options);
    CHECK(head.starts_with("program " + std::string{version()} + "\noption nmea sim:\n"));
    CHECK(head.find("\noption lock-count 5\n") != std::string::npos);
}
