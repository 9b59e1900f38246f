#include "daemon/discipline/numbering_doubt.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::discipline {

void NumberingDoubt::locked(bool renumbered) noexcept {
    contrary_ = 0;
    if (renumbered) unproven_ = lasting;
}

void NumberingDoubt::confirmed() noexcept {
    unproven_ = std::max(0, unproven_ - 1);
}

void NumberingDoubt::unlocked(int mismatches) noexcept {
    contrary_ = unproven_ > 0 ? lasting : mismatches;
    contrary_k_.reset();
}

void NumberingDoubt::contradicted(std::int64_t k) noexcept {
    const bool another = std::exchange(contrary_k_, k).value_or(k) != k;
    if (another && !doubts()) contrary_ = 0;
    contrary_ = std::min(contrary_ + 1, lasting);
}

} // namespace ppsd::discipline
