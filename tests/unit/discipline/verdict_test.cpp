#include "daemon/discipline/verdict.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::discipline;

TEST_CASE("every verdict has a name of its own, fit for a key, and a meaning on one line") {
    std::set<std::string_view> names;
    std::set<std::string_view> meanings;
    for (std::size_t i = 0; i < verdict_count; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        CHECK_FALSE(name(verdict).empty());
        CHECK(name(verdict).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") ==
              std::string_view::npos);
        const auto meaning = text(verdict).meaning;
        CHECK_FALSE(meaning.empty());
        CHECK(meaning.find_first_of("\n\\") == meaning.npos);
        names.insert(name(verdict));
        meanings.insert(meaning);
    }
    CHECK(names.size() == verdict_count);
    CHECK(meanings.size() == verdict_count);
}

TEST_CASE("a name stands beside its own enumerator") {
    CHECK(name(Verdict::used) == "used");
    CHECK(name(Verdict::off_beat) == "off-beat");
    CHECK(name(Verdict::not_taken) == "not-taken");
}
