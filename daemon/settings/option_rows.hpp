// What the programs know of an option: its row. The rows themselves, with the texts for the manual
// and for ppsd.conf, are in option_table.hpp and command_table.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ppsd::app {

struct Options;
struct OptionRow;
class Value;

/// Whether a recording's head has the option: it does if the option decides what becomes of the
/// input. changeable: ppsctl replay takes it, instead of the recorded one.
enum class Recorded : std::uint8_t { no, yes, changeable };

/// How an option is set and printed; option_fields.hpp has one for each kind of value.
struct OptionField {
    void (*set)(Options&, const Value&) = nullptr; ///< throws hal::UsageError
    /// As the command line takes it; empty: there is none.
    std::string (*text)(const Options&, const OptionRow&) = nullptr;
};

struct OptionRow {
    std::string_view key = {};   ///< in the file, and after "--"
    std::string_view value = {}; ///< what --help calls the value: "RATE"; FILE and PATH are files
    std::string_view fallback = {}; ///< the default, as --help has it; empty: none
    double low = 0;                 ///< of a number
    double high = 0;
    std::span<const std::string_view> words = {}; ///< for an enum in its order; else what to offer
    /// Without the default, with the names that filled() knows; empty: no user can set it.
    std::string_view help = {};
    Recorded recorded = Recorded::no;
    OptionField field = {};
};

/// An option of the command line alone: what to do, not how.
struct CommandRow {
    std::string_view name;
    std::string_view letter = {}; ///< empty: none
    std::string_view value = {};  ///< empty: it takes none
    std::string_view help = {};
};

/// In the order of --help, ppsd.conf(5) and a recording's head.
[[nodiscard]] std::span<const OptionRow> option_rows() noexcept;
[[nodiscard]] std::span<const CommandRow> command_rows() noexcept;

/// nullptr: there is no such key.
[[nodiscard]] const OptionRow* option_row(std::string_view key) noexcept;

/// "auto, rising or falling".
[[nodiscard]] std::string joined(std::span<const std::string_view> words);

/// The text with {words}, {limits} and {default} of the row in their places.
[[nodiscard]] std::string filled(std::string_view text, const OptionRow& row);

} // namespace ppsd::app
