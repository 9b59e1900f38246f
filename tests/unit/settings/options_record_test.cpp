#include "daemon/settings/options.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ppsd::app;
using hal::UsageError;
using namespace ppsd::app::test;

namespace {

constexpr const char* nowhere = "/no/such/ppsd.conf";

Options parsed(std::vector<std::string> words) {
    return parse_command_line(words, nowhere).options;
}

std::string refused(const std::vector<std::string>& words) {
    return refusal<UsageError>([&] { return parsed(words); });
}

} // namespace

TEST_CASE("nothing is recorded unless it is said, and then into two files of 64 MiB") {
    CHECK(parsed({"--nmea", "uart:/dev/ttyS9"}).record.empty());
    CHECK(parsed({"--nmea", "uart:/dev/ttyS9"}).record_size == 67'108'864);
    CHECK(parsed({"--nmea", "uart:/dev/ttyS9", "--record", "/tmp/rec"}).record == "/tmp/rec");
    CHECK(contains(help_text(), "--record "));
    CHECK(contains(help_text(), "--record-size "));
}

TEST_CASE("both sides of the limits of record-size") {
    const auto size = [](const char* text) {
        return parsed({"--nmea", "uart:/dev/ttyS9", "--record-size", text}).record_size;
    };
    CHECK(size("0.0625") == 65'536);
    CHECK(size("1024") == 1'073'741'824);
    CHECK(size("1.5") == 1'572'864);
    for (const char* text : {"0.0624", "1024.1", "0", "-1", "many", "64M"})
        CHECK(contains(refused({"--nmea", "uart:/dev/ttyS9", "--record-size", text}),
                       "record-size = "));
}

TEST_CASE("what is replayed goes to no unit that ntpd or chronyd reads") {
    const std::vector<std::string> both{"--pps", "replay:a", "--nmea", "replay:a"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), both.begin(), both.end());
        return refused(more);
    };
    CHECK(contains(with({}), "SHM unit 1 "));
    CHECK(contains(with({"--pps-unit", "2"}), "SHM unit 0 "));
    CHECK(contains(with({"--pps-unit", "1", "--nmea-unit", "2"}), "SHM unit 1 "));
    CHECK(with({"--pps-unit", "2", "--nmea-unit", "3"}).empty());
    CHECK(with({"--pps-unit", "none", "--nmea-unit", "2"}).empty());
    CHECK(with({"--pps-unit", "2", "--nmea-unit", "none"}).empty());
    CHECK(refused({"--nmea", "replay:a", "--nmea-unit", "2"}).empty()); // pps-unit means nothing
    CHECK(contains(refused({"--nmea", "replay:a", "--nmea-unit", "1"}), "SHM unit 1 "));
}

TEST_CASE("both halves of what is replayed are of one recording") {
    const std::vector<std::string> units{"--pps-unit", "2", "--nmea-unit", "3"};
    const auto sources = [&](const char* pps, const char* nmea) {
        std::vector<std::string> words{"--pps", pps, "--nmea", nmea};
        words.insert(words.end(), units.begin(), units.end());
        return refused(words);
    };
    CHECK(sources("replay:a", "replay:a").empty());
    CHECK(contains(sources("replay:a", "replay:b"), "belongs together"));
    CHECK(contains(sources("gpio:GPIO18", "replay:a"), "belongs together"));
    CHECK(contains(sources("replay:a", "uart:/dev/serial0"), "belongs together"));
    CHECK(sources("sim:", "sim:").empty());
}

TEST_CASE("an option by itself") {
    Options options;
    set_option(options, "lock-count", "7");
    CHECK(options.lock_count == 7);
    set_option(options, "no-such", "7");
    CHECK_THROWS_AS(set_option(options, "lock-count", "1"), UsageError);
}

TEST_CASE("a recording's not-before holds for its replay, unless another is given") {
    const ScratchPath file{"ppsd-recording 1 5 0\nprogram 0.1\noption nmea sim:\n"
                           "option not-before 2015-01-02\noffset 7 0 0\nsync 0 0\n"};
    const std::string source = "replay:" + file.path();
    const std::vector<std::string> words{"--nmea", source, "--nmea-unit", "2"};
    CHECK(parsed(words).not_before == parse_date("2015-01-02"));
    auto given = words;
    given.insert(given.end(), {"--not-before", "2020-01-01"});
    CHECK(parsed(given).not_before == parse_date("2020-01-01"));
    const std::vector<std::string> missing{"--nmea", "replay:/no/such/file", "--nmea-unit", "2"};
    CHECK(parsed(missing).not_before == build_date());
}
