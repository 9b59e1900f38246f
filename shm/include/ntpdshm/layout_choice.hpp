// Which layout the reader on this machine was built for.
#pragma once

#include "ntpdshm/layout.hpp"

#include <optional>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// An installed chronyd or ntpd, and the layout its ABI makes it use.
struct InstalledReader {
    std::string path; ///< "/usr/sbin/chronyd"
    Layout layout = native_layout();
};

/// The layout that the ELF program in `path` uses, told from its header: 64-bit programs have
/// time64; 32-bit ones have it if they import one of the C library's 64-bit time functions
/// (glibc since 2.34: "__clock_gettime64"; musl since 1.2), else time32. Nothing where that can't
/// be told: no such file, not an ELF file of this machine's byte order, a static 32-bit program,
/// or i386 with 64-bit time_t.
[[nodiscard]] std::optional<Layout> program_layout(const std::string& path);

/// chronyd and ntpd (ntp.org's or NTPsec's), as far as they are found in sbin folders under `root`
/// and their layout can be told. Reads files: for opening, not for every second.
[[nodiscard]] std::vector<InstalledReader> installed_readers(const std::string& root = {});

/// The first of them, which is chronyd if it is there.
[[nodiscard]] std::optional<InstalledReader> installed_reader(const std::string& root = {});

/// A layout and who asked for it.
struct ChosenLayout {
    Layout layout = native_layout();
    std::string reason; ///< for messages: "/usr/sbin/chronyd", "the option time32", …
};

/// Which layout to write. The user's choice; if that is automatic, the installed reader's; if
/// there is none, that of the existing segment's size; else the native one.
/// existing_size: of the segment that is there already, if there is one. The choice may contradict
/// it: see Segment::open(), which refuses then. own: this program's, which is not asked where a
/// reader is installed: on 32-bit ARM the two may differ.
[[nodiscard]] ChosenLayout choose_layout(LayoutChoice choice,
                                         const std::optional<InstalledReader>& reader,
                                         std::optional<std::size_t> existing_size,
                                         Layout own = native_layout());

} // namespace ntpdshm
#pragma GCC visibility pop
