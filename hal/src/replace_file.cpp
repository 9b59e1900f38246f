#include "hal/replace_file.hpp"

#include "hal/error.hpp"
#include "hal/unique_fd.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

namespace hal {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
    const char* advice = "this file was not changed";
    if (error == EROFS)
        advice = "find its mount point with `findmnt -T FILE`, then `sudo mount -o remount,rw` it";
    if (error == ENOSPC) advice = "free some space there; this file was not changed";
    if (error == EACCES || error == EPERM)
        advice = "run it as root; if you did, the file may be immutable (lsattr)";
    throw DeviceError(path, error, advice);
}

std::string real(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> found{::realpath(path.c_str(), nullptr),
                                                            &std::free};
    return found ? std::string{found.get()} : path;
}

std::string name_beside(const std::string& place) {
    return place + ".ppsd-new";
}

bool write_all(const UniqueFd& fd, std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(fd.get(), text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

/// A file system without owners (FAT, where a Raspberry Pi boots from) refuses, and has no need.
void give(const UniqueFd& fd, const struct stat& as) {
    std::ignore = ::fchown(fd.get(), as.st_uid, as.st_gid);
    std::ignore = ::fchmod(fd.get(), as.st_mode & 07777);
}

bool sync_folder(const std::string& path) {
    const UniqueFd folder{
        ::open(path.substr(0, path.rfind('/') + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return folder && ::fsync(folder.get()) == 0;
}

} // namespace

void remove_half_of(const std::string& path) {
    std::ignore = ::unlink(name_beside(real(path)).c_str());
}

void replace_file(const std::string& path, const std::string& text, mode_t mode) {
    const std::string place = real(path);
    const std::string beside = name_beside(place);
    struct stat old {}; // root's, where there is none
    const bool existed = ::stat(place.c_str(), &old) == 0;
    if (!existed && errno != ENOENT) fail(path, errno);
    ::unlink(beside.c_str()); // of a run that was killed
    const UniqueFd fd{
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)};
    if (!fd) fail(path, errno);
    if (!existed) old.st_mode = mode; // whatever the umask
    give(fd, old);
    const bool written = write_all(fd, text) && ::fsync(fd.get()) == 0 &&
                         ::rename(beside.c_str(), place.c_str()) == 0;
    const int error = errno;
    if (!written) {
        ::unlink(beside.c_str());
        fail(path, error);
    }
    // Some file systems have no such thing; the new text is there all the same.
    std::ignore = sync_folder(place);
}

} // namespace hal
