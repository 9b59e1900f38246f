#include "elf32.hpp"

#include <cstring>
#include <elf.h>

namespace ntpdshm::elf32 {
namespace {

template <class Record>
std::optional<Record> record_at(std::string_view file, std::size_t offset) {
    if (offset > file.size() || file.size() - offset < sizeof(Record)) return std::nullopt;
    Record record;
    std::memcpy(&record, file.data() + offset, sizeof record);
    return record;
}

/// Calls `use` for each program header until it returns true.
template <class Use>
void for_each_segment(std::string_view file, Use use) {
    const auto header = record_at<Elf32_Ehdr>(file, 0);
    if (!header) return;
    for (std::size_t i = 0; i < header->e_phnum; ++i) {
        const auto segment = record_at<Elf32_Phdr>(file, header->e_phoff + i * sizeof(Elf32_Phdr));
        if (!segment || use(*segment)) return;
    }
}

std::optional<Elf32_Phdr> dynamic_segment(std::string_view file) {
    std::optional<Elf32_Phdr> found;
    for_each_segment(file, [&](const Elf32_Phdr& segment) {
        if (segment.p_type == PT_DYNAMIC) found = segment;
        return found.has_value();
    });
    return found;
}

std::optional<std::size_t> offset_of_address(std::string_view file, Elf32_Addr address) {
    std::optional<std::size_t> offset;
    for_each_segment(file, [&](const Elf32_Phdr& s) {
        const bool inside =
            s.p_type == PT_LOAD && address >= s.p_vaddr && address - s.p_vaddr < s.p_filesz;
        if (inside) offset = std::size_t{address - s.p_vaddr} + s.p_offset;
        return inside;
    });
    return offset;
}

struct StringTable {
    std::optional<Elf32_Addr> address;
    std::size_t size = 0;
};

StringTable find_string_table(std::string_view file, const Elf32_Phdr& dynamic) {
    StringTable table;
    for (std::size_t at = 0; at + sizeof(Elf32_Dyn) <= dynamic.p_filesz; at += sizeof(Elf32_Dyn)) {
        const auto entry = record_at<Elf32_Dyn>(file, dynamic.p_offset + at);
        if (!entry || entry->d_tag == DT_NULL) break;
        if (entry->d_tag == DT_STRTAB) table.address = entry->d_un.d_ptr;
        if (entry->d_tag == DT_STRSZ) table.size = entry->d_un.d_val;
    }
    return table;
}

} // namespace

std::optional<std::string_view> dynamic_strings(std::string_view file) noexcept {
    const auto dynamic = dynamic_segment(file);
    if (!dynamic) return std::nullopt;
    const StringTable table = find_string_table(file, *dynamic);
    if (!table.address) return std::nullopt;
    const auto offset = offset_of_address(file, *table.address);
    if (!offset || *offset > file.size() || table.size > file.size() - *offset) return std::nullopt;
    return file.substr(*offset, table.size);
}

std::uint16_t machine(std::string_view file) noexcept {
    const auto header = record_at<Elf32_Ehdr>(file, 0);
    return header ? header->e_machine : std::uint16_t{EM_NONE};
}

} // namespace ntpdshm::elf32
