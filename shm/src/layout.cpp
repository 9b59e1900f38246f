#include "ntpdshm/layout.hpp"

#include <array>

namespace ntpdshm {

std::optional<LayoutChoice> parse_layout_choice(std::string_view word) noexcept {
    struct Row {
        std::string_view word;
        LayoutChoice choice;
    };
    using enum LayoutChoice;
    static constexpr std::array rows{Row{"auto", automatic}, Row{"native", native},
                                     Row{"time32", time32}, Row{"time64", time64}};
    for (const Row& row : rows)
        if (row.word == word) return row.choice;
    return std::nullopt;
}

std::string_view name(Layout layout) noexcept {
    return layout == Layout::time64 ? "time64" : "time32";
}

} // namespace ntpdshm
