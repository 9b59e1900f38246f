#include "daemon/pipeline/clock_words.hpp"

#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ppsd::app;
using namespace hal;
using ppsd::app::test::contains;
using Word = ClockCheck::Word;

namespace {

constexpr UtcSecond second = UtcSecond::from_posix(1'800'000'003);

std::string line(Word word, Nanos ahead, bool young, Trust trust = Trust::clock) {
    return clock_line({trust != Trust::receiver, word, 20min}, {second, ahead, young}, trust);
}

} // namespace

TEST_CASE("a contradiction: both times, by how much, and what becomes of it") {
    CHECK(line(Word::begins, -3s, false) ==
          "the receiver's second 2027-01-15T08:00:03Z came at 2027-01-15T08:00:00.000Z of the "
          "system clock, which others synchronised: the labels are 3.000 s ahead of the system "
          "clock; nothing is published; look at the receiver's date and leap seconds; if it is the "
          "clock that is wrong, set trust = receiver");
    CHECK(contains(line(Word::begins, 1250ms, false), "1.250 s behind the system clock"));
    CHECK(contains(line(Word::begins, -3s, false, Trust::receiver), "published all the same"));
    CHECK(contains(line(Word::begins, -3s, false, Trust::neither), "one of the two is wrong"));
}

TEST_CASE("a young fix, some seconds ahead: leap seconds, and no advice to change anything") {
    for (const Trust trust : {Trust::receiver, Trust::clock, Trust::neither}) {
        const std::string text = line(Word::begins, -3s, true, trust);
        CHECK(contains(text, "leap seconds, up to 12.5 minutes"));
        CHECK_FALSE(contains(text, "set "));
        CHECK_FALSE(contains(text, "look "));
    }
    for (const Nanos ahead : {Nanos{3s}, Nanos{-20s}, Nanos{-619'315'200s}})
        CHECK_FALSE(contains(line(Word::begins, ahead, true), "12.5"));
    CHECK(contains(line(Word::begins, -20s + 1ns, true), "12.5"));
}

TEST_CASE("later: no more of leap seconds that are yet to come, whatever the fix") {
    for (const bool young : {false, true}) {
        const std::string text = line(Word::goes_on, -3s, young);
        CHECK(text.starts_with("for 20 minutes: the receiver's second "));
        CHECK_FALSE(contains(text, "12.5"));
        CHECK(contains(text, "set trust = receiver"));
    }
}

TEST_CASE("its end is good news, if they agree") {
    CHECK(line(Word::agree, 0s, false) ==
          "the receiver and the system clock agree again, after 1200 s");
    CHECK(clock_level(Word::agree) == LogLevel::notice);
    CHECK(
        contains(line(Word::lapses, -3s, false), "no longer calls the system clock synchronised"));
    for (const Word word : {Word::begins, Word::goes_on, Word::lapses})
        CHECK(clock_level(word) == LogLevel::warning);
    CHECK(line(Word::none, -3s, false).empty());
}

TEST_CASE("the other edge is named") {
    const std::string text = other_edge_line(-100ms, 100ms, false);
    CHECK(contains(text, "0.100 s ahead of the system clock"));
    CHECK(contains(text, "took the falling one"));
    CHECK(contains(text, "set edge = rising"));
    CHECK(contains(other_edge_line(-100ms, 100ms, true), "set edge = falling"));
}
