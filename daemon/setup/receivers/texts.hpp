// What the protocols that speak in sentences have in common.
#pragma once

#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/protocol.hpp"

#include <charconv>
#include <string>

namespace ppsd::receivers {

/// The number that the text is; 0 if it is none.
[[nodiscard]] inline unsigned number_in(std::string_view text) noexcept {
    unsigned number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, number);
    return failed == std::errc{} && stop == end ? number : 0;
}

/// The text after so many fields: "a,b,c" after 2 is "c".
[[nodiscard]] inline std::string after_fields(std::string_view text, std::size_t count) {
    for (; count > 0; --count) {
        const auto comma = text.find(',');
        if (comma == std::string_view::npos) return {};
        text.remove_prefix(comma + 1);
    }
    return std::string{text};
}

} // namespace ppsd::receivers
