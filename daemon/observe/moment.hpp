// A moment as a person types it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ppsd {

/// "90s", "15min", "6h", "2d", "1w": so long before `end`; "2026-11-28", "2026-11-28T20:00",
/// "2026-11-28T20:00:05Z": UTC; "@1795889773". s since 1970; nothing: it is none of them.
[[nodiscard]] std::optional<std::int64_t> parse_moment(std::string_view text,
                                                       std::int64_t end) noexcept;

} // namespace ppsd
