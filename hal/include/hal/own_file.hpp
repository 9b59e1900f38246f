// Files and folders that ppsd makes for itself, where others may have been before it. Nothing
// throws; what fails gives an errno.
#pragma once

#include "hal/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace hal {

/// Whom it shall belong to: started as root, ppsd becomes another user once all is open.
struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

struct OwnFile {
    UniqueFd fd;             ///< for reading and appending; never handed to a child
    int error = 0;           ///< an errno, and then there is no fd
    std::string_view advice; ///< what to do about it, no full stop; empty: the errno says it
};

/// Opens a file, or makes it: mode 0640, the heir's. One that was there before stays its owner's.
///
/// Refused: a symbolic link, and one of another user's among its folders (ELOOP), what is no
/// regular file (EEXIST), a file with a second name (EMLINK), and one of a user other than root,
/// the heir and us (EPERM).
[[nodiscard]] OwnFile open_own_file(const std::string& path,
                                    const std::optional<Owner>& heir) noexcept;

/// The same, but makes none: ENOENT.
[[nodiscard]] OwnFile find_own_file(const std::string& path,
                                    const std::optional<Owner>& heir) noexcept;

/// Takes a file's rights from all but its owner and group. False: it couldn't, and has not.
[[nodiscard]] bool close_to_others(const UniqueFd& file) noexcept;

/// Which file it is, by whatever name.
struct FileId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const FileId&, const FileId&) = default;
};

/// Of what has that name; a symbolic link is not followed. Nothing: errno says why.
[[nodiscard]] std::optional<FileId> file_at(const std::string& path) noexcept;

/// A socket's file that was just bound becomes the heir's. Nothing, with errno, if there is no such
/// file, or another one took its place meanwhile (EEXIST).
[[nodiscard]] std::optional<FileId> give_socket(const std::string& path,
                                                const std::optional<Owner>& heir) noexcept;

/// Makes a folder if it is missing: mode 0755, the heir's. One that is there stays as it is.
void make_own_folder(const std::string& path, const std::optional<Owner>& heir) noexcept;

/// Whether a user may have made what we go on with: root, the heir, or ourselves.
[[nodiscard]] bool is_trusted(uid_t user, const std::optional<Owner>& heir) noexcept;

} // namespace hal
