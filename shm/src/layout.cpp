#include "ntpdshm/layout.hpp"

#include <algorithm>

namespace ntpdshm {

std::optional<LayoutChoice> parse_layout_choice(std::string_view word) noexcept {
    const auto* const found = std::ranges::find(layout_choice_words, word);
    if (found == layout_choice_words.end()) return std::nullopt;
    return static_cast<LayoutChoice>(found - layout_choice_words.begin());
}

std::string_view name(Layout layout) noexcept {
    return layout == Layout::time64 ? "time64" : "time32";
}

} // namespace ntpdshm
