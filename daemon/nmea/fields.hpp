// The fields of a sentence, and the times and dates in them.
#pragma once

#include "daemon/nmea/sentence.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ppsd::nmea {

/// A sentence's text, split at its commas. Field 0 is the address. The views are into that text.
class Fields {
  public:
    explicit Fields(std::string_view text) noexcept;

    /// Empty if the sentence has no such field.
    [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
        return i < count_ ? fields_[i] : std::string_view{};
    }
    /// What comes after the 20th field is neither kept nor counted.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

  private:
    std::array<std::string_view, 20> fields_;
    std::size_t count_{0};
};

// Each of these returns false if the field is neither empty nor what it should be; an empty field
// is nothing, and true.

/// "hhmmss" or "hhmmss.f" with up to nine decimals. 60 is a second only at 23:59.
[[nodiscard]] bool read_time(std::string_view field, std::optional<TimeOfDay>& time) noexcept;

// A date before 2000 is nothing, too: a receiver that has not received the week number.

/// "ddmmyy"; 80 to 99 are 1980 to 1999
[[nodiscard]] bool read_short_date(std::string_view field, std::optional<Date>& date) noexcept;

/// "dd" or "d", "mm" or "m", "yyyy" (1980 to 2199); all three are empty, or none
[[nodiscard]] bool read_long_date(std::string_view day, std::string_view month,
                                  std::string_view year, std::optional<Date>& date) noexcept;

} // namespace ppsd::nmea
