#include "ntpdshm/layout_choice.hpp"

#include "shm/elf_image.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <elf.h>
#include <filesystem>
#include <system_error>

using namespace ntpdshm;
using ntpdshm::testing::elf_image;
using ppsd::app::test::ScratchDir;

TEST_CASE("a program's layout from its ELF header and imports") {
    const ScratchDir root;
    const auto layout = [&](const std::string& image) {
        return program_layout(root.file("program", image));
    };
    CHECK(layout(elf_image<Elf64_Ehdr>(EM_AARCH64, {"clock_gettime"})) == Layout::time64);
    CHECK(layout(elf_image<Elf32_Ehdr>(EM_ARM, {"clock_gettime", "shmget"})) == Layout::time32);
    CHECK(layout(elf_image<Elf32_Ehdr>(EM_ARM, {"shmget", "__clock_gettime64"})) == Layout::time64);
    CHECK(layout(elf_image<Elf32_Ehdr>(EM_ARM, {"__gettimeofday64"})) == Layout::time64);
    CHECK(layout(elf_image<Elf32_Ehdr>(EM_ARM, {"__gettimeofday_time64"})) == Layout::time64);
    CHECK(layout(elf_image<Elf32_Ehdr>(EM_ARM, {"my__clock_gettime64", "__clock_gettime64x"})) ==
          Layout::time32);
    CHECK(layout(elf_image<Elf32_Ehdr>(EM_386, {"clock_gettime"})) == Layout::time32);
    CHECK_FALSE(layout(elf_image<Elf32_Ehdr>(EM_386, {"__clock_gettime64"})).has_value());
}

TEST_CASE("of a 64-bit program no more is read than says that it is one") {
    const ScratchDir root;
    const std::string path = root.file("program", elf_image<Elf64_Ehdr>(EM_AARCH64, {"time"}));
    constexpr std::uintmax_t more_than_fits_in_memory = std::uintmax_t{1} << 42U; // a sparse file
    std::error_code unsupported;
    std::filesystem::resize_file(path, more_than_fits_in_memory, unsupported);
    if (unsupported)
        MESSAGE("SKIPPED: no such large file can be made here; set TMPDIR to another file system");
    CHECK(program_layout(path) == Layout::time64);
}

TEST_CASE("a 32-bit program is read up to 64 MiB; what is larger is none") {
    const ScratchDir root;
    const std::string path = root.file("program", elf_image<Elf32_Ehdr>(EM_ARM, {"time"}));
    constexpr std::uintmax_t no_program = 64 * 1024 * 1024;
    std::filesystem::resize_file(path, no_program - 1);
    CHECK(program_layout(path) == Layout::time32);
    std::filesystem::resize_file(path, no_program);
    CHECK_FALSE(program_layout(path).has_value());
}

TEST_CASE("what can't be told isn't guessed") {
    const ScratchDir root;
    const auto layout = [&](const std::string& image) {
        return program_layout(root.file("program", image));
    };
    CHECK_FALSE(program_layout(root.path("absent")).has_value());
    CHECK_FALSE(layout("").has_value());
    CHECK_FALSE(layout("#!/bin/sh\nexec chronyd.real\n").has_value());
    const std::string whole = elf_image<Elf32_Ehdr>(EM_ARM, {"__clock_gettime64"});
    std::string other_order = whole;
    other_order[EI_DATA] = whole[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
    CHECK_FALSE(layout(other_order).has_value());
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        CHECK_FALSE(layout(whole.substr(0, cut)).has_value());
    CHECK(layout(whole).has_value());
}

TEST_CASE("the installed reader: chronyd first, then ntpd, then none") {
    const ScratchDir root;
    CHECK_FALSE(installed_reader(root.folder()).has_value());
    (void)root.file("usr/sbin/ntpd", elf_image<Elf32_Ehdr>(EM_ARM, {"clock_gettime"}));
    REQUIRE(installed_reader(root.folder()).has_value());
    CHECK(installed_reader(root.folder())->layout == Layout::time32);
    CHECK(installed_reader(root.folder())->path == root.path("usr/sbin/ntpd"));
    (void)root.file("usr/sbin/chronyd", elf_image<Elf32_Ehdr>(EM_ARM, {"__time64"}));
    CHECK(installed_reader(root.folder())->layout == Layout::time64);
    CHECK(installed_reader(root.folder())->path == root.path("usr/sbin/chronyd"));
    REQUIRE(installed_readers(root.folder()).size() == 2);
    CHECK(installed_readers(root.folder())[1].layout == Layout::time32);
}

TEST_CASE(
    "32-bit ARM: bookworm's or trixie's reader, a dynamic ppsd of that time_t or a static one") {
    const ScratchDir root;
    // What their chronyd import (nm -D): armhf's time_t grew to 64 bits in trixie.
    const std::string bookworm =
        elf_image<Elf32_Ehdr>(EM_ARM, {"shmget", "clock_gettime", "gettimeofday", "adjtimex"});
    const std::string trixie = elf_image<Elf32_Ehdr>(
        EM_ARM, {"shmget", "__clock_gettime64", "__gettimeofday64", "___adjtimex64"});
    struct Row {
        const std::string& reader;
        Layout own, expected;
    };
    using enum Layout;
    for (const Row& row : {Row{bookworm, time32, time32},  // bookworm's packages
                           Row{bookworm, time64, time32},  // our static ppsd on bookworm
                           Row{trixie, time64, time64},    // trixie's packages, our static ppsd
                           Row{trixie, time32, time64}}) { // a static ppsd with the old time_t
        (void)root.file("usr/sbin/chronyd", row.reader);
        const auto reader = installed_reader(root.folder());
        REQUIRE(reader.has_value());
        for (const auto existing :
             {std::optional<std::size_t>{}, std::optional{size(row.expected)}})
            CHECK(choose_layout(LayoutChoice::automatic, reader, existing, row.own).layout ==
                  row.expected);
    }
    // Without a reader: the segment's, and where there is none the program's own.
    for (const Layout own : {time32, time64}) {
        CHECK(choose_layout(LayoutChoice::automatic, {}, 80, own).layout == time32);
        CHECK(choose_layout(LayoutChoice::automatic, {}, 96, own).layout == time64);
        CHECK(choose_layout(LayoutChoice::automatic, {}, {}, own).layout == own);
        CHECK(choose_layout(LayoutChoice::native, {}, {}, own).layout == own);
    }
}

TEST_CASE("option before reader before size before native") {
    const InstalledReader reader32{"/usr/sbin/ntpd", Layout::time32};
    const InstalledReader reader64{"/usr/sbin/chronyd", Layout::time64};
    using enum LayoutChoice;
    CHECK(choose_layout(time32, reader64, 96).layout == Layout::time32);
    CHECK(choose_layout(time64, reader32, 80).layout == Layout::time64);
    CHECK(choose_layout(native, reader32, 80).layout == native_layout());
    CHECK(choose_layout(automatic, reader32, 96).layout == Layout::time32);
    CHECK(choose_layout(automatic, reader64, 80).layout == Layout::time64);
    CHECK(choose_layout(automatic, reader64, 80).reason == "/usr/sbin/chronyd");
    CHECK(choose_layout(automatic, {}, 80).layout == Layout::time32);
    CHECK(choose_layout(automatic, {}, 96).layout == Layout::time64);
    CHECK(choose_layout(automatic, {}, 4096).layout == native_layout());
    CHECK(choose_layout(automatic, {}, {}).layout == native_layout());
}
