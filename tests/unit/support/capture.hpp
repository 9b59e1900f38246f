// What goes to stderr meanwhile, and what a FILE was given.
#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

namespace ppsd::app::test {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

inline File scratch_file() {
    return {std::tmpfile(), &std::fclose};
}

inline std::string text_of(std::FILE* file) {
    std::fflush(file);
    std::rewind(file);
    std::string text;
    std::array<char, 4096> part{};
    while (const auto size = std::fread(part.data(), 1, part.size(), file))
        text.append(part.data(), size);
    return text;
}

/// Takes a descriptor's output from its construction on; puts it back when destroyed. A file, not a
/// pipe, so that nobody need read it meanwhile.
class Capture {
  public:
    explicit Capture(int fd = STDERR_FILENO) : fd_{fd}, before_{::dup(fd)} {
        ::dup2(::fileno(file_.get()), fd_);
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    ~Capture() {
        ::dup2(before_, fd_);
        ::close(before_);
    }

    [[nodiscard]] std::string text() const {
        std::string text(static_cast<std::size_t>(::lseek(fd_, 0, SEEK_END)), '\0');
        const auto size = ::pread(::fileno(file_.get()), text.data(), text.size(), 0);
        text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return text;
    }
    [[nodiscard]] bool has(std::string_view words) const {
        return text().find(words) != std::string::npos;
    }
    [[nodiscard]] int count(std::string_view words) const {
        const std::string all = text();
        int times = 0;
        for (auto at = all.find(words); at != std::string::npos; at = all.find(words, at + 1))
            ++times;
        return times;
    }

  private:
    File file_ = scratch_file();
    int fd_;
    int before_;
};

} // namespace ppsd::app::test
