#include "hal/src/sim/burst.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <vector>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr UtcSecond second = UtcSecond::from_posix(1'800'000'000); // 2027-01-15T08:00:00Z

Settings with(std::initializer_list<Fault> faults) {
    Settings settings;
    for (const Fault fault : faults)
        settings.faults.set(static_cast<std::size_t>(fault));
    return settings;
}

/// Whether "$text*hh" has the right hh.
bool checks(std::string_view line) {
    const auto star = line.rfind('*');
    if (!line.starts_with('$') || star == line.npos || star + 3 != line.size()) return false;
    unsigned sum = 0;
    for (const char c : line.substr(1, star - 1))
        sum ^= static_cast<unsigned char>(c);
    unsigned said = 0;
    std::from_chars(line.data() + star + 1, line.data() + line.size(), said, 16);
    return sum == said;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (auto end = text.find("\r\n"); end != text.npos; end = text.find("\r\n")) {
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 2);
    }
    CHECK(text.empty());
    return lines;
}

} // namespace

TEST_CASE("a burst is RMC and GGA of the second, GSA, and three GSV") {
    const auto lines = lines_of(burst(second, {}));
    REQUIRE(lines.size() == 6);
    for (const auto& line : lines)
        CHECK(checks(line));
    CHECK(lines[0].starts_with("$GPRMC,080000.00,A,"));
    CHECK(lines[0].find(",150127,") != std::string::npos);
    CHECK(lines[1].starts_with("$GPGGA,080000.00,"));
    CHECK(lines[1].find(",E,1,") != std::string::npos);
    CHECK(lines[2].starts_with("$GPGSA,"));
    for (std::size_t i = 3; i < 6; ++i)
        CHECK(lines[i].starts_with("$GPGSV,"));
}

TEST_CASE("no fix: every sentence that could says so") {
    const auto lines = lines_of(burst(second, with({Fault::no_fix})));
    REQUIRE(lines.size() == 6);
    CHECK(lines[0].starts_with("$GPRMC,080000.00,V,"));
    CHECK(lines[0].substr(0, lines[0].find('*')).ends_with(",N"));
    CHECK(lines[1].find(",0,00,") != std::string::npos);
    for (const auto& line : lines)
        CHECK(checks(line));
}

TEST_CASE("an old date is 1024 weeks before: 7168 days") {
    const auto lines = lines_of(burst(second, with({Fault::old_date})));
    CHECK(lines.at(0).starts_with("$GPRMC,080000.00,A,"));
    CHECK(lines.at(0).find(",010607,") != std::string::npos); // 2007-06-01
}

TEST_CASE("bad checksums are bad in every sentence") {
    for (std::int64_t n = 0; n < 300; ++n)
        for (const auto& line : lines_of(burst(second + n, with({Fault::bad_checksum}))))
            CHECK_FALSE(checks(line));
}

TEST_CASE("garbage comes between the sentences, and is the same for the same seed") {
    Settings settings = with({Fault::garbage});
    const std::string clean = burst(second, {});
    bool longer = false;
    for (std::int64_t n = 0; n < 20; ++n)
        longer |= burst(second + n, settings).size() > clean.size();
    CHECK(longer);
    CHECK(burst(second, settings) == burst(second, settings));
    const std::string one = burst(second + 1, settings) + burst(second + 2, settings);
    settings.seed = 2;
    CHECK(burst(second + 1, settings) + burst(second + 2, settings) != one);
}
