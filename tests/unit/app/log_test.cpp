#include "daemon/app/log.hpp"

#include "tests/unit/app/capture.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("levels have syslog's words") {
    CHECK(parse_log_level("error") == LogLevel::error);
    CHECK(parse_log_level("warning") == LogLevel::warning);
    CHECK(parse_log_level("notice") == LogLevel::notice);
    CHECK(parse_log_level("info") == LogLevel::info);
    CHECK(parse_log_level("debug") == LogLevel::debug);
    for (const auto word : {"", "Error", "err", "verbose", "7", "debug "})
        CHECK_FALSE(parse_log_level(word));
}

TEST_CASE("a line is written if its level is the threshold's or graver") {
    const Log log{LogLevel::notice, false};
    const Capture err;
    log.line(LogLevel::info, "no");
    log.line(LogLevel::notice, "{} {}", "yes,", 1);
    log.line(LogLevel::error, "yes, 2");
    CHECK(err.text() == "yes, 1\nyes, 2\n");
    CHECK(log.wants(LogLevel::notice));
    CHECK_FALSE(log.wants(LogLevel::info));
}

TEST_CASE("journald's prefixes are syslog's numbers") {
    const Log log{LogLevel::debug, true};
    const Capture err;
    log.line(LogLevel::error, "a");
    log.line(LogLevel::warning, "b");
    log.line(LogLevel::notice, "c");
    log.line(LogLevel::info, "d");
    log.line(LogLevel::debug, "e");
    CHECK(err.text() == "<3>a\n<4>b\n<5>c\n<6>d\n<7>e\n");
}

TEST_CASE("a line is cut after 1000 bytes, its prefix included, and ends all the same") {
    const Log plain{LogLevel::error, false};
    const Log prefixed{LogLevel::error, true};
    const auto written = [](const Log& log, std::size_t length) {
        const Capture err;
        log.line(LogLevel::error, "{}", std::string(length, 'x'));
        return err.text();
    };
    CHECK(written(plain, 1000) == std::string(1000, 'x') + "\n");
    CHECK(written(plain, 1001) == std::string(1000, 'x') + "\n");
    CHECK(written(plain, 50'000).size() == 1001);
    CHECK(written(prefixed, 5000) == "<3>" + std::string(997, 'x') + "\n");
}

TEST_CASE("what came from outside is made printable, and short") {
    CHECK(printable("GPRMC,1~ ") == "GPRMC,1~ ");
    CHECK(printable("a\nb\x1b\x7f\xff\x00z") == "a?b???");
    CHECK(printable(std::string_view{"a\0b", 3}) == "a?b");
    CHECK(printable(std::string(100, 'x')).size() == 100);
    CHECK(printable(std::string(101, 'x')).size() == 100);
}
