// The smallest ELF program that has a dynamic string table.
#pragma once

#include <bit>
#include <cstring>
#include <elf.h>
#include <initializer_list>
#include <string>

namespace ntpdshm::testing {

template <class Record>
void append(std::string& bytes, const Record& record) {
    bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
}

/// Loaded at 0x10000: header, two program headers, the dynamic section, the names.
template <class Ehdr>
std::string elf_image(int machine, std::initializer_list<std::string> names) {
    std::string strings(1, '\0');
    for (const std::string& each : names)
        strings += each + '\0';
    constexpr Elf32_Addr base = 0x10000;
    constexpr Elf32_Word dynamic_at = sizeof(Ehdr) + 2 * sizeof(Elf32_Phdr);
    constexpr Elf32_Word strings_at = dynamic_at + 3 * sizeof(Elf32_Dyn);
    const auto end = static_cast<Elf32_Word>(strings_at + strings.size());

    Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = sizeof(Ehdr) == sizeof(Elf32_Ehdr) ? ELFCLASS32 : ELFCLASS64;
    header.e_ident[EI_DATA] =
        std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
    header.e_machine = static_cast<Elf32_Half>(machine);
    header.e_phoff = sizeof(Ehdr);
    header.e_phnum = 2;
    Elf32_Phdr load{};
    load.p_type = PT_LOAD;
    load.p_vaddr = base;
    load.p_filesz = end;
    Elf32_Phdr dynamic{};
    dynamic.p_type = PT_DYNAMIC;
    dynamic.p_offset = dynamic_at;
    dynamic.p_filesz = 3 * sizeof(Elf32_Dyn);

    std::string bytes;
    append(bytes, header);
    append(bytes, load);
    append(bytes, dynamic);
    append(bytes, Elf32_Dyn{DT_STRTAB, {base + strings_at}});
    append(bytes, Elf32_Dyn{DT_STRSZ, {static_cast<Elf32_Word>(strings.size())}});
    append(bytes, Elf32_Dyn{DT_NULL, {0}});
    return bytes + strings;
}

} // namespace ntpdshm::testing
