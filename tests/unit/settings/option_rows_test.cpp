#include "daemon/settings/option_rows.hpp"

#include "daemon/settings/options.hpp"
#include "daemon/settings/recorded_options.hpp"
#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("each key has one row, and is found by it") {
    std::set<std::string_view> keys;
    for (const OptionRow& row : option_rows()) {
        CHECK(keys.insert(row.key).second);
        CHECK(option_row(row.key) == &row);
    }
    CHECK(option_row("no-such") == nullptr);
    CHECK(option_row("") == nullptr);
}

TEST_CASE("the default that a row tells is the one that holds") {
    int told = 0;
    for (const OptionRow& row : option_rows()) {
        const std::string key{row.key};
        const std::string standard = option_text(Options{}, key);
        if (row.fallback.empty() || standard.empty() || key == "not-before") continue;
        CAPTURE(key);
        Options options;
        set_option(options, key, std::string{row.fallback});
        CHECK(option_text(options, key) == standard);
        ++told;
    }
    CHECK(told >= 14);
}

TEST_CASE("each word of a row is taken, printed and told") {
    for (const OptionRow& row : option_rows()) {
        const std::string key{row.key};
        CAPTURE(key);
        for (const std::string_view word : row.words) {
            Options options;
            set_option(options, key, std::string{word});
            CHECK(option_text(options, key) == word);
        }
        Options options;
        if (!row.words.empty())
            CHECK_FALSE(refusal<hal::UsageError>([&] {
                            return set_option(options, key, "other"), 0;
                        }).empty());
    }
}

TEST_CASE("a row's figures in a text") {
    const OptionRow& edge = *option_row("edge");
    CHECK(filled("{words} ({default}), {words}", edge) ==
          "auto, rising or falling (auto), auto, rising or falling");
    CHECK(filled("{limits}: {limits}", *option_row("record-size")) ==
          "0.0625 to 1024: 0.0625 to 1024");
    CHECK(filled("{other}", edge) == "{other}");
}

TEST_CASE("words are joined as a person does") {
    constexpr std::string_view words[]{"a", "b", "c"};
    const std::span<const std::string_view> all{words};
    CHECK(joined(all) == "a, b or c");
    CHECK(joined(all.first(2)) == "a or b");
    CHECK(joined(all.first(1)) == "a");
    CHECK(joined({}).empty());
}

TEST_CASE("ppsctl replay can't change what feeds it, where samples go, and what ppsd found") {
    const std::vector<std::string> wanted{"baud",      "checksum",   "edge",       "pps-delay",
                                          "irq-delay", "nmea-delay", "lock-count", "holdover",
                                          "distrust",  "not-before", "trust"};
    CHECK(replay_keys() == wanted);
}
