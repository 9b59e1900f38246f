#include "daemon/web/web_options.hpp"

#include "hal/error.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::web;

TEST_CASE("where to listen") {
    WebOptions options;
    parse_listen("127.0.0.2:1", options);
    CHECK(options.host == "127.0.0.2");
    CHECK(options.port == 1);
    parse_listen("[::1]:65535", options);
    CHECK(options.host == "::1");
    CHECK(options.port == 65535);
    options = {};
    parse_listen("8080", options);
    CHECK(options.host == "127.0.0.1");
    CHECK(options.port == 8080);
    for (const char* wrong :
         {"", ":", "x", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", ":80", "1:2x"})
        CHECK_THROWS_AS(parse_listen(wrong, options), hal::UsageError);
}

TEST_CASE("options that don't exist, and words that are none") {
    CHECK_THROWS_AS((void)parse_web_options({"--nosuch"}), hal::UsageError);
    CHECK_THROWS_AS((void)parse_web_options({"--config", "/nonexistent/x"}), hal::UsageError);
    CHECK_THROWS_AS((void)parse_web_options({"--config", "/dev/null", "--chrony", "maybe"}),
                    hal::UsageError);
    CHECK_THROWS_AS((void)parse_web_options({"stray"}), hal::UsageError);
    const auto options =
        parse_web_options({"--config", "/dev/null", "--chrony", "no", "--listen", "90"});
    REQUIRE(options);
    CHECK_FALSE(options->chrony);
    CHECK(options->port == 90);
    CHECK(options->socket == "/run/ppsd/status");
}
