#include "hal/own_file.hpp"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace hal {
namespace {

constexpr mode_t file_mode = 0640;
constexpr mode_t folder_mode = 0755;

OwnFile refused(int error, std::string_view advice = {}) noexcept {
    return {UniqueFd{}, error, advice};
}

FileId id_of(const struct stat& status) noexcept {
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

void give(const UniqueFd& fd, const std::optional<Owner>& heir) noexcept {
    if (!heir) return;
    // On a disk that knows no owners it fails, and they are the mount's to choose.
    std::ignore = ::fchown(fd.get(), heir->user, heir->group);
}

std::string link_target(const UniqueFd& link) {
    std::string target(PATH_MAX, '\0');
    const auto length = ::readlinkat(link.get(), "", target.data(), target.size());
    target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return target;
}

UniqueFd open_start(const std::string& path) noexcept {
    return UniqueFd{::open(path.starts_with('/') ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC)};
}

/// A folder through links of trusted users only, whatever others put there meanwhile. No fd: errno
/// says why; ELOOP for another's link.
UniqueFd open_folder(std::string path, const std::optional<Owner>& heir) {
    int links_left = 40; // as the kernel has it
    UniqueFd folder = open_start(path);
    while (folder && !path.empty()) {
        const auto end = path.find('/');
        const std::string name = path.substr(0, end);
        path.erase(0, end == std::string::npos ? end : end + 1);
        if (name.empty()) continue;
        UniqueFd next{::openat(folder.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
        struct stat status {};
        if (!next || ::fstat(next.get(), &status) != 0) return UniqueFd{};
        if (!S_ISLNK(status.st_mode)) {
            folder = std::move(next);
            continue;
        }
        if (!is_trusted(status.st_uid, heir) || --links_left < 0) return errno = ELOOP, UniqueFd{};
        const std::string target = link_target(next);
        if (target.starts_with('/')) folder = open_start(target);
        path.insert(0, target + "/");
    }
    return folder;
}

OwnFile checked(UniqueFd fd, const std::optional<Owner>& heir) noexcept {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return refused(errno);
    if (!S_ISREG(status.st_mode)) return refused(EEXIST, "it is no ordinary file; name another");
    if (status.st_nlink != 1)
        return refused(EMLINK, "it has a second name (a hard link); remove one, or name another");
    if (!is_trusted(status.st_uid, heir))
        return refused(EPERM, "it belongs to another user; remove it, or name another file");
    return {std::move(fd), 0, {}};
}

OwnFile open_file(const std::string& path, const std::optional<Owner>& heir, bool make) {
    // O_NONBLOCK: a FIFO by that name would wait for a reader.
    constexpr int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW;
    const auto slash = path.rfind('/');
    const std::string folder_path = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    const std::string name = path.substr(folder_path.size());
    const UniqueFd folder = open_folder(folder_path, heir);
    if (!folder)
        return refused(errno, errno == ELOOP ? "a folder of its path is another user's symbolic "
                                               "link; name what it leads to"
                                             : "");
    const char* const file = name.empty() ? "." : name.c_str();
    if (UniqueFd there{::openat(folder.get(), file, flags)}) return checked(std::move(there), heir);
    if (errno == ELOOP) return refused(ELOOP, "it is a symbolic link; name what it leads to");
    if (errno != ENOENT || !make) return refused(errno);
    UniqueFd made{::openat(folder.get(), file, flags | O_CREAT | O_EXCL, file_mode)};
    if (!made) return refused(errno);
    give(made, heir);
    return checked(std::move(made), heir);
}

} // namespace

OwnFile open_own_file(const std::string& path, const std::optional<Owner>& heir) noexcept {
    return open_file(path, heir, true);
}

OwnFile find_own_file(const std::string& path, const std::optional<Owner>& heir) noexcept {
    return open_file(path, heir, false);
}

std::optional<FileId> file_at(const std::string& path) noexcept {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
    return id_of(status);
}

std::optional<FileId> give_socket(const std::string& path,
                                  const std::optional<Owner>& heir) noexcept {
    const UniqueFd file{::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return std::nullopt;
    const bool ours =
        S_ISSOCK(status.st_mode) && status.st_nlink == 1 && status.st_uid == ::geteuid();
    if (!ours) return errno = EEXIST, std::nullopt;
    if (heir) std::ignore = ::fchownat(file.get(), "", heir->user, heir->group, AT_EMPTY_PATH);
    return id_of(status);
}

bool close_to_others(const UniqueFd& file) noexcept {
    const auto closed = [&file](struct stat& status) {
        return ::fstat(file.get(), &status) == 0 && (status.st_mode & S_IRWXO) == 0;
    };
    struct stat status {};
    if (closed(status)) return true;
    // Some disks (vfat) say yes to a mode and leave it.
    return ::fchmod(file.get(), status.st_mode & 0770) == 0 && closed(status);
}

void make_own_folder(const std::string& path, const std::optional<Owner>& heir) noexcept {
    if (::mkdir(path.c_str(), folder_mode) != 0 || !heir) return;
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    struct stat status {};
    const bool ours = ::fstat(fd.get(), &status) == 0 && status.st_uid == ::geteuid();
    if (ours) give(fd, heir);
}

bool is_trusted(uid_t user, const std::optional<Owner>& heir) noexcept {
    return user == 0 || user == ::geteuid() || (heir && user == heir->user);
}

} // namespace hal
