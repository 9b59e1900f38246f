// What a user gave for an option, read as what is wanted; and such texts, written.
#pragma once

#include "daemon/outputs/output_kinds.hpp"
#include "daemon/settings/option_rows.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

/// One option's value. What its row doesn't allow is refused: hal::UsageError, naming both.
class Value {
  public:
    /// place: what a message begins with; see option_place().
    Value(const OptionRow& row, std::string text, std::string place = {});

    [[nodiscard]] const OptionRow& row() const { return row_; }
    [[nodiscard]] const std::string& text() const { return text_; }

    [[noreturn]] void refuse(std::string_view wanted) const;

    [[nodiscard]] int whole_number() const;
    [[nodiscard]] hal::Nanos seconds() const;
    [[nodiscard]] std::uint64_t mebibytes() const;                                 ///< in bytes
    [[nodiscard]] std::optional<int> whole_number_or(std::string_view word) const; ///< nothing: it
    [[nodiscard]] OutputList outputs() const;        ///< empty: "none"
    [[nodiscard]] hal::UtcSecond date() const;       ///< its midnight
    [[nodiscard]] std::size_t place_of_word() const; ///< among the row's words

  private:
    /// otherwise: what may stand there instead, for the message.
    [[nodiscard]] double number(std::string_view otherwise = {}) const;
    [[nodiscard]] int whole_number(std::string_view otherwise) const;

    const OptionRow& row_;
    std::string text_;
    std::string place_;
};

/// What Value reads as the same again.
[[nodiscard]] std::string seconds_text(hal::Nanos t);
[[nodiscard]] std::string unit_text(const OutputList& outputs); ///< empty: it is no unit alone
[[nodiscard]] std::string date_text(hal::UtcSecond midnight);

} // namespace ppsd::app
