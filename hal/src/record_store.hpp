// A flight recorder's file on the disk. Waits for the disk; record_file.cpp sees to it that nobody
// else need.
#pragma once

#include "hal/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal {

/// Nothing throws; what fails gives an errno, after which open() begins anew.
class RecordStore {
  public:
    explicit RecordStore(std::string path) : path_{std::move(path)} {}

    /// Makes FILE, or takes an older recording to go on with; a torn last line is cut off. 0, or:
    /// EEXIST: it is no recording, and stays as it is; EBUSY: another process records into it.
    [[nodiscard]] int open() noexcept;
    [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(fd_); }

    /// Of FILE, with whole lines only.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Appends all of it, or nothing. ESTALE: FILE was moved away or removed.
    [[nodiscard]] int append(std::string_view lines) noexcept;

    /// FILE becomes FILE.1, and a new FILE is made; unless FILE is empty.
    [[nodiscard]] int rotate() noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    [[nodiscard]] int check_kind() noexcept;
    [[nodiscard]] int cut_torn_line() noexcept;
    [[nodiscard]] bool moved() const noexcept;
    int fail(int error) noexcept;

    std::string path_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
};

/// What FILE is called once it is full: FILE.1.
[[nodiscard]] std::string older(const std::string& path);

/// What to do about an errno of RecordStore's, no full stop.
[[nodiscard]] std::string record_advice(int error);

} // namespace hal
