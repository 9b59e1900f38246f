// A file without a disk, for what reads files by name.
#pragma once

#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace fuzz {

class MemoryFile {
  public:
    explicit MemoryFile(std::string_view content = {}) { put(content); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(fd_); }

    void put(std::string_view content) const {
        if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, content.data(), content.size(), 0) !=
                                            static_cast<ssize_t>(content.size()))
            std::abort();
    }
    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_ = ::memfd_create("fuzz", MFD_CLOEXEC);
};

/// A message is one line, and nothing in it can steer a terminal or forge a line of the log.
inline bool is_one_clean_line(std::string_view message) {
    for (const char c : message)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return false;
    return !message.empty();
}

} // namespace fuzz
