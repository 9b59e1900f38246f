// Just enough of the ELF format to see what a 32-bit program imports. Source: elf(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ntpdshm::elf32 {

/// The dynamic string table of a 32-bit ELF file of this machine's byte order: the names it
/// imports and exports, each between zero bytes. Nothing if it has none or is damaged.
/// The view is into `file`.
[[nodiscard]] std::optional<std::string_view> dynamic_strings(std::string_view file) noexcept;

/// The e_machine of such a file; 0 if it is damaged.
[[nodiscard]] std::uint16_t machine(std::string_view file) noexcept;

} // namespace ntpdshm::elf32
