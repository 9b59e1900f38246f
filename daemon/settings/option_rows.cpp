#include "daemon/settings/option_rows.hpp"

#include "daemon/settings/command_table.hpp"
#include "daemon/settings/option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ppsd::app {

namespace {

// Without the manual's texts, so that ppsd doesn't carry them.
constexpr auto rows = [] {
    std::array<OptionRow, std::size(option_table)> all{};
    std::ranges::transform(option_table, all.begin(), &OptionEntry::row);
    return all;
}();

constexpr auto commands = [] {
    std::array<CommandRow, std::size(command_table)> all{};
    std::ranges::transform(command_table, all.begin(), &CommandEntry::row);
    return all;
}();

// A key without help is one that no user sets: then nothing else is written about it.
static_assert(std::ranges::all_of(option_table, [](const OptionEntry& entry) {
    const OptionRow& row = entry.row;
    const bool told = !row.value.empty() && !row.help.empty() && !entry.manual.empty();
    const bool hidden = row.help.empty() && entry.manual.empty() && entry.comment.empty();
    return !row.key.empty() && row.field.set && row.field.text && (told || hidden);
}));

void replace(std::string& text, std::string_view name, const std::string& with) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + with.size()))
        text.replace(at, name.size(), with);
}

} // namespace

std::span<const OptionRow> option_rows() noexcept {
    return rows;
}

std::span<const CommandRow> command_rows() noexcept {
    return commands;
}

const OptionRow* option_row(std::string_view key) noexcept {
    const auto* const found = std::ranges::find(rows, key, &OptionRow::key);
    return found == rows.end() ? nullptr : found;
}

std::string joined(std::span<const std::string_view> words) {
    std::string all;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) all += i + 1 == words.size() ? " or " : ", ";
        all += words[i];
    }
    return all;
}

std::string filled(std::string_view text, const OptionRow& row) {
    std::string all{text};
    replace(all, "{words}", joined(row.words));
    replace(all, "{limits}", fmt::format("{} to {}", row.low, row.high));
    replace(all, "{default}", std::string{row.fallback});
    return all;
}

} // namespace ppsd::app
