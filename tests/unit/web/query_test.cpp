#include "daemon/web/query.hpp"

#include <doctest/doctest.h>
#include <map>
#include <stdexcept>

using namespace ppsd;
using namespace ppsd::web;

namespace {

Query query(const std::map<std::string, std::string>& parameters) {
    return parse_query(
        [&](const char* name) {
            const auto found = parameters.find(name);
            return found == parameters.end() ? std::nullopt : std::optional{found->second};
        },
        10'000);
}

} // namespace

TEST_CASE("nothing said: the last hour of all series") {
    const Query all = query({});
    CHECK(all.to == 10'001);
    CHECK(all.from == 6'401);
    CHECK(all.points == 700);
    CHECK(all.series.size() == series_count);
    CHECK(query({{"to", "100"}}).from == 0);
}

TEST_CASE("limits, both sides") {
    CHECK(query({{"points", "1"}}).points == 1);
    CHECK(query({{"points", "1000"}}).points == 1000);
    for (const char* wrong : {"0", "1001", "", "x", "1x", "-1", "1.x", "99999999999999999999"})
        CHECK_THROWS_AS((void)query({{"points", wrong}}), std::invalid_argument);
    CHECK(query({{"from", "1.75"}, {"to", "253402300799"}}).from == 1);
    CHECK_THROWS_AS((void)query({{"to", "253402300800"}}), std::invalid_argument);
    CHECK(query({{"from", "9"}, {"to", "10"}}).to == 10);
    CHECK_THROWS_AS((void)query({{"from", "10"}, {"to", "10"}}), std::invalid_argument);
}

TEST_CASE("series by name; one that doesn't exist, or too many, are refused") {
    const Query two = query({{"series", "jitter,offset"}});
    REQUIRE(two.series.size() == 2);
    CHECK(two.series[0] == Series::jitter);
    CHECK_THROWS_AS((void)query({{"series", "offset,"}}), std::invalid_argument);
    CHECK_THROWS_AS((void)query({{"series", ""}}), std::invalid_argument);
    std::string many = "offset";
    for (std::size_t i = 1; i < series_count; ++i)
        many += ",offset";
    CHECK(query({{"series", many}}).series.size() == series_count);
    CHECK_THROWS_AS((void)query({{"series", many + ",offset"}}), std::invalid_argument);
}

TEST_CASE("names of the loopback") {
    for (const char* yes :
         {"localhost", "localhost:8123", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:80"})
        CHECK(is_loopback_name(yes));
    for (const char* no : {"", "evil.example", "localhost.evil.example", "127.0.0.2", "::1",
                           "[::2]:80", "127.0.0.1.nip.example:8123"})
        CHECK_FALSE(is_loopback_name(no));
}
