#include "shm/src/elf32.hpp"

#include "shm/elf_image.hpp"

#include <doctest/doctest.h>

using namespace ntpdshm;
using ntpdshm::testing::elf_image;

namespace {

constexpr std::size_t dynamic_header = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr);
constexpr std::size_t dynamic_section = dynamic_header + sizeof(Elf32_Phdr);

/// A program that imports "shmget", with one of its records changed.
template <class Record, class Change>
std::string changed(std::size_t offset, Change change) {
    std::string image = elf_image<Elf32_Ehdr>(EM_ARM, {"shmget"});
    Record record;
    std::memcpy(&record, image.data() + offset, sizeof record);
    change(record);
    std::memcpy(image.data() + offset, &record, sizeof record);
    return image;
}

using Names = std::optional<std::string>;
const std::string names{"\0shmget\0", 8};

Names dynamic_strings(const std::string& image) {
    const auto found = elf32::dynamic_strings(image);
    return found ? Names{*found} : std::nullopt;
}

} // namespace

TEST_CASE("the names of a program, and its machine") {
    const std::string whole = elf_image<Elf32_Ehdr>(EM_ARM, {"shmget"});
    CHECK(dynamic_strings(whole) == Names{names});
    CHECK(elf32::machine(whole) == EM_ARM);
}

TEST_CASE("a file that is cut anywhere has no names; its machine while its header is whole") {
    const std::string whole = elf_image<Elf32_Ehdr>(EM_ARM, {"shmget"});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        const std::string cut = whole.substr(0, size); // whose end a sanitizer guards
        CHECK_FALSE(dynamic_strings(cut));
        CHECK(elf32::machine(cut) == (size < sizeof(Elf32_Ehdr) ? EM_NONE : EM_ARM));
    }
}

TEST_CASE("headers beyond the file, and tables that end with it or after it") {
    using Word = Elf32_Word;
    const auto table_size = [](Word size) {
        return changed<Elf32_Dyn>(dynamic_section + sizeof(Elf32_Dyn),
                                  [&](Elf32_Dyn& entry) { entry.d_un.d_val = size; });
    };
    CHECK(dynamic_strings(table_size(8)) == Names{names});
    CHECK(dynamic_strings(table_size(7)) == Names{names.substr(0, 7)});
    CHECK_FALSE(dynamic_strings(table_size(9)));
    CHECK_FALSE(dynamic_strings(table_size(0xffffffff)));
    const auto size = static_cast<Word>(elf_image<Elf32_Ehdr>(EM_ARM, {"shmget"}).size());
    for (const Word offset : {size - 1, size, size + 1, Word{0xffffffff}}) {
        CHECK_FALSE(dynamic_strings(
            changed<Elf32_Ehdr>(0, [&](Elf32_Ehdr& header) { header.e_phoff = offset; })));
        CHECK_FALSE(dynamic_strings(changed<Elf32_Phdr>(
            dynamic_header, [&](Elf32_Phdr& segment) { segment.p_offset = offset; })));
    }
}

TEST_CASE("the names' address is looked for in what is loaded: its first byte, and not behind it") {
    const auto address = [](Elf32_Addr at) {
        return changed<Elf32_Dyn>(dynamic_section,
                                  [&](Elf32_Dyn& entry) { entry.d_un.d_ptr = at; });
    };
    const auto size = static_cast<Elf32_Addr>(elf_image<Elf32_Ehdr>(EM_ARM, {"shmget"}).size());
    const auto at_start = dynamic_strings(address(0x10000));
    REQUIRE(at_start);
    CHECK(at_start->starts_with(std::string_view{ELFMAG, SELFMAG}));
    CHECK_FALSE(dynamic_strings(address(0x10000 - 1)));
    CHECK_FALSE(dynamic_strings(address(0x10000 + size)));
    CHECK_FALSE(dynamic_strings(address(0x10000 + size - 7))); // inside, but its names are not
    CHECK(dynamic_strings(changed<Elf32_Phdr>(sizeof(Elf32_Ehdr), [](Elf32_Phdr& segment) {
              segment.p_offset = 1;
              segment.p_filesz += 100; // says more than there is
          })) == std::nullopt);
}

TEST_CASE("entries after the dynamic section's end, or after DT_NULL, don't count") {
    const auto entries = [](Elf32_Word count) {
        return changed<Elf32_Phdr>(dynamic_header, [&](Elf32_Phdr& segment) {
            segment.p_filesz = count * static_cast<Elf32_Word>(sizeof(Elf32_Dyn));
        });
    };
    CHECK(dynamic_strings(entries(2)) == Names{names});
    CHECK(dynamic_strings(entries(1)) == Names{""}); // no size
    CHECK_FALSE(dynamic_strings(entries(0)));
    CHECK(dynamic_strings(changed<Elf32_Phdr>(dynamic_header, [](Elf32_Phdr& segment) {
              segment.p_filesz = 2 * sizeof(Elf32_Dyn) - 1;
          })) == Names{""});
    CHECK_FALSE(dynamic_strings(
        changed<Elf32_Dyn>(dynamic_section, [](Elf32_Dyn& entry) { entry.d_tag = DT_NULL; })));
}

TEST_CASE("as many program headers as there are, and a program without a dynamic section") {
    const auto headers = [](Elf32_Half count) {
        return changed<Elf32_Ehdr>(0, [&](Elf32_Ehdr& header) { header.e_phnum = count; });
    };
    CHECK(dynamic_strings(headers(2)) == Names{names});
    CHECK_FALSE(dynamic_strings(headers(1)));
    CHECK_FALSE(dynamic_strings(headers(0)));
}
