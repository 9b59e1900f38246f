#include "ntpdshm/layout_choice.hpp"

#include "elf32.hpp"

#include <array>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace ntpdshm {
namespace {

// What 32-bit programs with 64-bit time_t import: glibc's names, then musl's.
constexpr std::array<std::string_view, 16> time64_functions{
    "__clock_gettime64", "__gettimeofday64",      "__time64",
    "__clock_settime64", "__settimeofday64",      "__select64",
    "__localtime64",     "__localtime64_r",       "__gmtime64",
    "__gmtime64_r",      "__ntp_adjtime64",       "___adjtimex64",
    "__nanosleep64",     "__gettimeofday_time64", "__select_time64",
    "__nanosleep_time64"};

bool imports_time64(std::string_view names) {
    for (std::string_view function : time64_functions) {
        const std::string whole = '\0' + std::string{function} + '\0';
        if (names.find(whole) != names.npos) return true;
    }
    return false;
}

std::optional<Layout> layout32(std::string_view file) {
    const std::optional<std::string_view> names = elf32::dynamic_strings(file);
    if (!names) return std::nullopt;
    if (!imports_time64(*names)) return Layout::time32;
    if (elf32::machine(file) == EM_386) return std::nullopt;
    return Layout::time64;
}

// As much of it as there is, to `most` bytes.
std::string beginning(const std::string& path, std::size_t most) {
    std::string bytes(most, '\0');
    std::ifstream file{path, std::ios::binary};
    file.read(bytes.data(), static_cast<std::streamsize>(most));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

std::string contents(const std::string& path) {
    constexpr std::uintmax_t no_program = 64 * 1024 * 1024; // chronyd has 0.3 MiB
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    return error || size >= no_program ? std::string{}
                                       : beginning(path, static_cast<std::size_t>(size));
}

constexpr unsigned char native_order =
    std::endian::native == std::endian::big ? ELFDATA2MSB : ELFDATA2LSB;

} // namespace

std::optional<Layout> program_layout(const std::string& path) {
    const std::string ident = beginning(path, EI_NIDENT);
    if (ident.size() < EI_NIDENT || !ident.starts_with(ELFMAG)) return std::nullopt;
    if (ident[EI_DATA] != native_order) return std::nullopt;
    if (ident[EI_CLASS] == ELFCLASS64) return Layout::time64;
    return layout32(contents(path));
}

std::vector<InstalledReader> installed_readers(const std::string& root) {
    std::vector<InstalledReader> readers;
    for (const char* path :
         {"/usr/sbin/chronyd", "/usr/local/sbin/chronyd", "/usr/sbin/ntpd", "/usr/local/sbin/ntpd"})
        if (const auto layout = program_layout(root + path))
            readers.push_back({root + path, *layout});
    return readers;
}

std::optional<InstalledReader> installed_reader(const std::string& root) {
    const auto readers = installed_readers(root);
    return readers.empty() ? std::nullopt : std::optional{readers.front()};
}

ChosenLayout choose_layout(LayoutChoice choice, const std::optional<InstalledReader>& reader,
                           std::optional<std::size_t> existing_size, Layout own) {
    using enum LayoutChoice;
    if (choice == time32) return {Layout::time32, "the option time32"};
    if (choice == time64) return {Layout::time64, "the option time64"};
    if (choice == native) return {own, "the option native"};
    if (reader) return {reader->layout, reader->path};
    if (existing_size)
        if (const auto existing = layout_of_size(*existing_size))
            return {*existing, "the segment's size"};
    return {own, "this program"};
}

} // namespace ntpdshm
