#include "hal/sim/keys.hpp"

namespace hal::sim {

const KeyInfo* find_key(std::string_view name) noexcept {
    for (const KeyInfo& row : key_table)
        if (row.name == name) return &row;
    return nullptr;
}

} // namespace hal::sim
