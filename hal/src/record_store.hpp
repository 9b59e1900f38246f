// A flight recorder's file on the disk. Waits for the disk; record_file.cpp sees to it that nobody
// else need.
#pragma once

#include "hal/own_file.hpp"
#include "hal/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hal {

/// Nothing throws; what fails gives an errno, after which open() begins anew.
class RecordStore {
  public:
    /// heir: whom files that are made here shall belong to.
    explicit RecordStore(std::string path, std::optional<Owner> heir = {})
        : path_{std::move(path)}, heir_{heir} {}

    /// Makes FILE, or takes an older recording to go on with: a torn last line is cut off, and
    /// nobody but its owner and group may read it, and FILE.1, any more. A recording whose
    /// beginning is damaged becomes FILE.damaged (FILE.damaged-2 … where there is one) and a new
    /// FILE is made. 0, or: EEXIST: it is no recording, and stays as it is; EBUSY: another process
    /// records into it; EACCES, EPERM, ELOOP, EMLINK: see hal/own_file.hpp.
    [[nodiscard]] int open() noexcept;
    [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(fd_); }

    /// Of FILE, with whole lines only.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Appends all of it, or nothing. ESTALE: FILE was moved away or removed, or is shorter than
    /// what was written.
    [[nodiscard]] int append(std::string_view lines) noexcept;

    /// The same to the file that is open, whatever its name is by now.
    [[nodiscard]] int finish(std::string_view lines) noexcept;

    /// FILE becomes FILE.1, and a new FILE is made; unless FILE is empty.
    [[nodiscard]] int rotate() noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// What to do about the last error, no full stop.
    [[nodiscard]] std::string advice() const;

    /// What else there is to say, once; empty: nothing.
    [[nodiscard]] std::string take_remark() noexcept { return std::exchange(remark_, {}); }

  private:
    [[nodiscard]] int open_once() noexcept;
    [[nodiscard]] int check_beginning() noexcept;
    [[nodiscard]] int set_aside() noexcept;
    [[nodiscard]] int cut_torn_line() noexcept;
    void close_older() const noexcept;
    [[nodiscard]] bool is_stale() const noexcept;
    int fail(int error, std::string_view advice = {}) noexcept;

    std::string path_;
    std::optional<Owner> heir_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
    int error_ = 0;           ///< the last one
    std::string_view advice_; ///< about it; empty: record_advice() has it
    std::string remark_;
};

/// What FILE is called once it is full: FILE.1.
[[nodiscard]] std::string older(const std::string& path);

/// What to do about an errno of RecordStore's, no full stop.
[[nodiscard]] std::string record_advice(int error);

} // namespace hal
