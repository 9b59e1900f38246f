#include "daemon/ctl/top_status.hpp"

#include "tests/unit/support/status.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

TEST_CASE("what ppsd writes is read") {
    Status status = locked();
    status.jitter = 450ns;
    const TopStatus top = parse_top_status(status_json(status));
    CHECK(top.version == "0.1.0");
    CHECK(top.pid == 4711);
    CHECK(top.state == "locked");
    CHECK(top.explanation == "samples are published");
    CHECK(top.since == "2027-01-15T07:58:59Z");
    CHECK(top.for_s == 61);
    CHECK(top.jitter_s == doctest::Approx(450e-9));
    REQUIRE(top.last);
    CHECK(top.last->second == 1'800'000'000);
    CHECK(top.last->offset_s == doctest::Approx(-250e-6));
    CHECK(top.last->s_ago == 0.5);
    CHECK(top.counts.at("samples used") == 1);
    CHECK(top.counts.at("labels mismatch") == 1);
    CHECK(top.counts.at("edges used") == 0);
    CHECK(top.counts.contains("sentences no-fix"));
}

TEST_CASE("without pulses it is the sentences' sample") {
    Status status = locked();
    status.published[Feed::nmea] = *status.published[Feed::pps];
    status.published[Feed::pps].reset();
    CHECK(parse_top_status(status_json(status)).last.has_value());
    status.published[Feed::nmea].reset();
    CHECK_FALSE(parse_top_status(status_json(status)).last.has_value());
}

TEST_CASE("what is no status is refused; a member of another kind is not there") {
    for (const char* text : {"", "{", "[]", "null", "7", "{}", "{\"state\": 7}", "\xff"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)parse_top_status(text), std::runtime_error);
    }
    for (const char* key : {"version", "pid", "for_s", "pps", "nmea", "verdicts", "jitter_s"})
        for (const char* value : {"\"x\"", "null", "[]", "{}", "true", "1e30",
                                  "{\"last_sample\": {\"second\": \"x\"}, \"verdicts\": 7}",
                                  "{\"edges\": {\"used\": -1}, \"labels\": []}"}) {
            const std::string text =
                std::string{"{\"state\": \"locked\", \""} + key + "\": " + value + "}";
            CAPTURE(text);
            CHECK(parse_top_status(text).state == "locked");
            CHECK_FALSE(parse_top_status(text).last.has_value());
        }
}

TEST_CASE("nothing moves the cursor") {
    CHECK(parse_top_status("{\"state\": \"a\\u001b[2J\", \"explanation\": \"\\u00e4\\n\"}").state ==
          "a?[2J");
    CHECK(parse_top_status("{\"state\": \"a\", \"explanation\": \"x\\ny\"}").explanation == "x?y");
}
