// Whom ppsd believes when the receiver and an independent system clock name different seconds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ppsd::app {

enum class Trust : std::uint8_t {
    receiver, ///< samples are published all the same, with a warning
    clock,    ///< nothing is published; the log advises to look at the receiver
    neither   ///< nothing is published; the log names both
};

inline constexpr std::array<std::string_view, 3> trust_names{"receiver", "clock", "neither"};

[[nodiscard]] constexpr std::string_view name(Trust trust) noexcept {
    return trust_names[static_cast<std::size_t>(trust)];
}

/// Nothing for any other word.
[[nodiscard]] constexpr std::optional<Trust> parse_trust(std::string_view word) noexcept {
    for (std::size_t i = 0; i < trust_names.size(); ++i)
        if (trust_names[i] == word) return static_cast<Trust>(i);
    return std::nullopt;
}

} // namespace ppsd::app
