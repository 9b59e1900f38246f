#include "record_store.hpp"

#include "hal/recording.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hal {

int RecordStore::fail(int error) noexcept {
    fd_ = UniqueFd{};
    return error;
}

int RecordStore::open() noexcept {
    // O_NONBLOCK: a FIFO by that name would wait for a reader.
    constexpr int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    constexpr mode_t mode = 0640; // it holds the receiver's position
    fd_ = UniqueFd{::open(path_.c_str(), flags, mode)};
    if (!fd_) return fail(errno);
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(errno == EWOULDBLOCK ? EBUSY : errno);
    if (const int error = check_kind()) return fail(error);
    if (const int error = cut_torn_line()) return fail(error);
    return 0;
}

// Else a mistyped name might cost somebody a file.
int RecordStore::check_kind() noexcept {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) return errno;
    if (!S_ISREG(status.st_mode)) return EEXIST;
    size_ = static_cast<std::uint64_t>(status.st_size);
    std::array<char, recording::magic.size()> start{};
    const auto length = ::pread(fd_.get(), start.data(), start.size(), 0);
    if (length < 0) return errno;
    const std::string_view found{start.data(), static_cast<std::size_t>(length)};
    return recording::magic.starts_with(found) ? 0 : EEXIST;
}

int RecordStore::cut_torn_line() noexcept {
    std::array<char, 4096> block{};
    std::uint64_t whole = size_;
    while (whole > 0) {
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(whole, block.size()));
        const auto from = whole - length;
        if (::pread(fd_.get(), block.data(), length, static_cast<off_t>(from)) !=
            static_cast<ssize_t>(length))
            return errno;
        const auto end = std::string_view{block.data(), length}.rfind('\n');
        whole = from;
        if (end == std::string_view::npos) continue;
        whole += end + 1;
        break;
    }
    if (whole != size_ && ::ftruncate(fd_.get(), static_cast<off_t>(whole)) != 0) return errno;
    size_ = whole;
    return 0;
}

bool RecordStore::moved() const noexcept {
    struct stat ours {};
    struct stat named {};
    if (::fstat(fd_.get(), &ours) != 0) return true;
    // Who may not look (root's folder, and root no longer) keeps what is open.
    if (::stat(path_.c_str(), &named) != 0) return errno != EACCES;
    return ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
}

int RecordStore::append(std::string_view lines) noexcept {
    if (moved()) return size_ = 0, fail(ESTALE);
    std::size_t written = 0;
    while (written < lines.size()) {
        const auto n = ::write(fd_.get(), lines.data() + written, lines.size() - written);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int error = errno;
            // Where that fails, open() does it.
            [[maybe_unused]] const int cut = ::ftruncate(fd_.get(), static_cast<off_t>(size_));
            return fail(error);
        }
        written += static_cast<std::size_t>(n);
    }
    size_ += lines.size();
    return 0;
}

int RecordStore::rotate() noexcept {
    if (size_ == 0) return 0;
    if (moved()) return size_ = 0, fail(ESTALE);
    if (std::rename(path_.c_str(), older(path_).c_str()) != 0) return fail(errno);
    size_ = 0;
    return open();
}

std::string older(const std::string& path) {
    return path + ".1";
}

std::string record_advice(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "make room on that disk, or set a smaller record-size";
    case EROFS:
        return "mount it writable, or set record to a file on another disk";
    case EEXIST:
        return "it is there and is no recording; set record to another file";
    case EBUSY:
        return "another ppsd records into it; set record to another file";
    case ESTALE:
        return "it was moved or removed; a new one is begun";
    case ETIMEDOUT:
        return "the disk is too slow to keep up with what is recorded";
    case ENOENT:
    case ENOTDIR:
        return "its folder must exist; make it, or set record to another file";
    case EACCES:
    case EPERM:
        return "give ppsd's user the right to write there, or set record to another file";
    case EISDIR:
        return "set record to a file in it";
    default:
        return "look at `dmesg` for what the kernel says about that disk";
    }
}

} // namespace hal
