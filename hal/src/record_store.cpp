#include "record_store.hpp"

#include "recording_beginning.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

namespace hal {

namespace {

constexpr std::uint64_t most_zeros = 4U << 20U; // more is no power cut's work
constexpr std::size_t block_size = 4096;
constexpr std::size_t judged_size = 64 * 1024;

/// From there on; shorter at the end of the file. Nothing: errno says why.
std::optional<std::string> read_at(const UniqueFd& fd, std::uint64_t from, std::size_t size) {
    std::string block(size, '\0');
    const auto length = ::pread(fd.get(), block.data(), size, static_cast<off_t>(from));
    if (length < 0) return std::nullopt;
    block.resize(static_cast<std::size_t>(length));
    return block;
}

/// How many zeros a file begins with, up to most_zeros and a block.
std::optional<std::uint64_t> leading_zeros(const UniqueFd& fd) {
    for (std::uint64_t from = 0; from <= most_zeros; from += block_size) {
        const auto block = read_at(fd, from, block_size);
        if (!block) return std::nullopt;
        const auto at = block->find_first_not_of('\0');
        if (at != std::string::npos) return from + at;
        if (block->size() < block_size) return from + block->size();
    }
    return most_zeros + block_size;
}

/// Makes an empty file FILE.damaged, or of the next name that is free; empty: errno says why.
std::string free_name(const std::string& path) {
    constexpr int most = 1000;
    for (int n = 1; n <= most; ++n) {
        std::string name = path + ".damaged" + (n == 1 ? "" : "-" + std::to_string(n));
        const UniqueFd made{
            ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (made) return name;
        if (errno != EEXIST) return {};
    }
    return {};
}

} // namespace

int RecordStore::fail(int error, std::string_view advice) noexcept {
    fd_ = UniqueFd{};
    advice_ = advice;
    return error_ = error;
}

int RecordStore::open() noexcept {
    int error = open_once();
    if (error == EBADMSG && (error = set_aside()) == 0) error = open_once();
    return error;
}

int RecordStore::open_once() noexcept {
    fd_ = UniqueFd{}; // it may be the same file: its lock is free then
    OwnFile file = open_own_file(path_, heir_);
    if (file.error != 0) return fail(file.error, file.advice);
    fd_ = std::move(file.fd);
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(errno == EWOULDBLOCK ? EBUSY : errno);
    const int beginning = check_beginning();
    if (beginning == EBADMSG) return EBADMSG; // it stays open to be set aside
    if (beginning != 0) return fail(beginning);
    // Not before it is known for a recording: a mistyped name might cost somebody his rights.
    if (!close_to_others(fd_))
        return fail(EACCES, "everybody may read it; chmod o= it, or set record to another file "
                            "(vfat: mount it with umask=0027)");
    close_older();
    if (const int error = cut_torn_line()) return fail(error);
    return 0;
}

// It may be from a ppsd that left it readable by everybody.
void RecordStore::close_older() const noexcept {
    const OwnFile file = find_own_file(older(path_), heir_);
    const auto start = read_at(file.fd, 0, judged_size);
    const bool recording = start && judge_beginning(*start, false) != Beginning::foreign;
    if (recording) std::ignore = close_to_others(file.fd);
}

int RecordStore::check_beginning() noexcept {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) return errno;
    size_ = static_cast<std::uint64_t>(status.st_size);
    const auto zeros = leading_zeros(fd_);
    if (!zeros) return errno;
    if (*zeros > most_zeros) return EEXIST;
    const auto start = read_at(fd_, *zeros, judged_size);
    if (!start) return errno;
    switch (judge_beginning(*start, *zeros > 0)) {
    case Beginning::sound:
        return 0;
    case Beginning::damaged:
        return EBADMSG;
    case Beginning::foreign:
        break;
    }
    return EEXIST; // else a mistyped name might cost somebody a file
}

int RecordStore::set_aside() noexcept {
    std::ignore = close_to_others(fd_); // it holds the receiver's position, too
    if (is_stale()) return fail(ESTALE);
    const std::string name = free_name(path_);
    if (name.empty())
        return fail(errno, "its beginning is damaged, and it can't be set aside; "
                           "move it away, and FILE.damaged as well");
    if (std::rename(path_.c_str(), name.c_str()) != 0) {
        const int error = errno;
        ::unlink(name.c_str());
        return fail(error, "its beginning is damaged, and it can't be set aside; move it away");
    }
    remark_ = "its beginning is damaged; it is kept as " + name + ", and a new one is begun";
    return 0;
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

bool RecordStore::is_stale() const noexcept {
    struct stat ours {};
    struct stat named {};
    if (::fstat(fd_.get(), &ours) != 0) return true;
    if (static_cast<std::uint64_t>(ours.st_size) < size_) return true;
    // Who may not look (root's folder, and root no longer) keeps what is open.
    if (::stat(path_.c_str(), &named) != 0) return errno != EACCES;
    return ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
}

int RecordStore::append(std::string_view lines) noexcept {
    if (is_stale()) return size_ = 0, fail(ESTALE);
    return finish(lines);
}

int RecordStore::finish(std::string_view lines) noexcept {
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
    if (is_stale()) return size_ = 0, fail(ESTALE);
    if (std::rename(path_.c_str(), older(path_).c_str()) != 0) return fail(errno);
    size_ = 0;
    return open();
}

std::string RecordStore::advice() const {
    return advice_.empty() ? record_advice(error_) : std::string{advice_};
}

std::string older(const std::string& path) {
    return path + ".1";
}

std::string record_advice(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "make room on that disk, or set a smaller record-size";
    case EFBIG:
        return "set a record-size below the limit on files (ulimit -f, LimitFSIZE)";
    case EROFS:
        return "mount it writable, or set record to a file on another disk";
    case EEXIST:
        return "it is there and is no recording; set record to another file";
    case EBUSY:
        return "another ppsd records into it; set record to another file";
    case ESTALE:
        return "it was moved, removed or cut short; a new one is begun";
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
