#include "hal/src/sim/burst_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hal;
using namespace hal::sim;

namespace {

std::string sentence(const BurstText& text, SentenceType type, Certainty certainty) {
    char out[BurstText::longest];
    return {out, text.append(type, certainty, out)};
}

bool checks(std::string_view line) {
    const auto star = line.rfind('*');
    unsigned sum = 0;
    for (const char c : line.substr(1, star - 1))
        sum ^= static_cast<unsigned char>(c);
    return line.ends_with("\r\n") &&
           std::stoul(std::string{line.substr(star + 1, 2)}, nullptr, 16) == sum;
}

constexpr UtcSecond second = UtcSecond::from_posix(1'800'000'000); // 2027-01-15T08:00:00Z

} // namespace

TEST_CASE("every sentence that there is has its checksum, at every time") {
    BurstText text{"GN", 2};
    for (std::int64_t n = 0; n < 100'000; n += 977) {
        text.set_time({second + n, false, static_cast<unsigned>(n % 1000)});
        for (int type = 0; type < 9; ++type)
            for (int certainty = 0; certainty < 3; ++certainty)
                CHECK(checks(sentence(text, static_cast<SentenceType>(type),
                                      static_cast<Certainty>(certainty))));
    }
}

TEST_CASE("time and date stand where they belong") {
    BurstText text{"GP", 2};
    text.set_time({second + 3661, false, 250});
    CHECK(sentence(text, SentenceType::rmc, Certainty::fix) ==
          "$GPRMC,090101.25,A,4717.11399,N,00833.91590,E,0.004,77.52,150127,,,A*59\r\n");
    CHECK(sentence(text, SentenceType::zda, Certainty::fix)
              .starts_with("$GPZDA,090101.25,15,01,2027,00,00*"));
    CHECK(sentence(text, SentenceType::gll, Certainty::fix).find(",E,090101.25,A,A*") !=
          std::string::npos);
    CHECK(sentence(text, SentenceType::rmc, Certainty::nothing).starts_with("$GPRMC,,V,"));
    CHECK(sentence(text, SentenceType::gga, Certainty::time_without_fix)
              .starts_with("$GPGGA,090101.25,,,,,0,"));
}

TEST_CASE("as many decimals as it is told") {
    const std::string_view times[] = {"080000,", "080000.2,", "080000.25,", "080000.250,"};
    for (int decimals = 0; decimals < 4; ++decimals) {
        BurstText text{"GP", decimals};
        text.set_time({second, false, 250});
        CHECK(sentence(text, SentenceType::rmc, Certainty::fix)
                  .starts_with("$GPRMC," + std::string{times[decimals]}));
    }
}

TEST_CASE("a leap second is 23:59:60 of the day that ends") {
    BurstText text{"GP", 0};
    text.set_time({UtcSecond::from_posix(1'782'864'000), true, 0}); // 2026-07-01
    const auto rmc = sentence(text, SentenceType::rmc, Certainty::fix);
    CHECK(rmc.starts_with("$GPRMC,235960,"));
    CHECK(rmc.find(",300626,") != std::string::npos);
    text.set_time({UtcSecond::from_posix(1'782'864'000), false, 0});
    CHECK(sentence(text, SentenceType::rmc, Certainty::fix).starts_with("$GPRMC,000000,"));
}

TEST_CASE("sentences are known by name") {
    CHECK(sentence_type("RMC") == SentenceType::rmc);
    CHECK(sentence_type("TXT") == SentenceType::txt);
    CHECK_FALSE(sentence_type("RM"));
    CHECK_FALSE(sentence_type("GBS"));
}
