#include "daemon/settings/option_value.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view words[]{"red", "green", "blue"};
constexpr OptionRow number{.key = "size", .low = -2, .high = 300};
constexpr OptionRow colour{.key = "colour", .words = words};

template <class Read>
std::string refused(const OptionRow& row, const char* text, Read read) {
    return refusal<hal::UsageError>([&] { return read(Value{row, text}); });
}

} // namespace

TEST_CASE("a value is within its row's limits, or refused with them") {
    const auto whole = [](const Value& v) { return v.whole_number(); };
    CHECK(Value{number, "-2"}.whole_number() == -2);
    CHECK(Value{number, "300"}.whole_number() == 300);
    for (const auto* text : {"-3", "301", "x", "5x", "nan", " 5"})
        CHECK(refused(number, text, whole) ==
              std::string{"size = "} + text + ": a number from -2 to 300 is wanted");
    CHECK(refused(number, "1.5", whole) == "size = 1.5: a whole number is wanted");
    CHECK(refused(number, "x", [](const Value& v) { return v.whole_number_or("none"); }) ==
          "size = x: a number from -2 to 300, or none, is wanted");
    CHECK(refused(number, "2023-02-29", [](const Value& v) { return v.date(); }) ==
          "size = 2023-02-29: a date as YYYY-MM-DD is wanted");
}

TEST_CASE("nothing is no value, and a message begins with the place") {
    CHECK(refusal<hal::UsageError>([] {
              return Value{number, "", "a.conf:7: "};
          }) == "a.conf:7: size = : a value is missing; give one, or leave it out");
}

TEST_CASE("a word is one of the row's, and no part of one") {
    const auto place = [](const Value& v) { return v.place_of_word(); };
    CHECK(Value{colour, "red"}.place_of_word() == 0);
    CHECK(Value{colour, "blue"}.place_of_word() == 2);
    for (const auto* text : {"Red", "re", "redd", "none"})
        CHECK(refused(colour, text, place) ==
              std::string{"colour = "} + text + ": red, green or blue is wanted");
}

TEST_CASE("what is printed is read as the same again") {
    for (const auto t : {-2'000'000'000ns, -500'000'000ns, -1ns, 0ns, 1ns, 299'999'999'999ns})
        CHECK(Value{number, seconds_text(t)}.seconds() == t);
    CHECK(seconds_text(-500ms) == "-0.500000000");
    CHECK(Value{number, unit_text(OutputList{})}.whole_number_or("none") == std::nullopt);
    CHECK(Value{number, unit_text({shm_output(255)})}.whole_number_or("none") == 255);
    for (const auto* day : {"1970-01-01", "2024-02-29", "2099-12-31"})
        CHECK(date_text(Value{number, day}.date()) == day);
    CHECK(Value{number, "0.0625"}.mebibytes() == 65'536);
}
