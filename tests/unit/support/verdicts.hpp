// What holds for each enum of verdicts.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string_view>

namespace ppsd::app::test {

/// Every verdict has a name of its own, fit for a key, and a meaning of its own, on one line.
template <class Verdict>
void check_verdicts(std::size_t count) {
    std::set<std::string_view> names;
    std::set<std::string_view> meanings;
    for (std::size_t i = 0; i < count; ++i) {
        const auto [name, meaning] = text(static_cast<Verdict>(i));
        CHECK_FALSE(name.empty());
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == name.npos);
        CHECK_FALSE(meaning.empty());
        CHECK(meaning.find_first_of("\n\\") == meaning.npos);
        names.insert(name);
        meanings.insert(meaning);
    }
    CHECK(names.size() == count);
    CHECK(meanings.size() == count);
}

} // namespace ppsd::app::test
