// What a machine says of itself in /proc, /sys, /dev and /etc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal {

/// Reads and changes nothing. Paths are absolute; a test's machine is a folder, the root, below
/// which they are looked for. What can't be read is as if it weren't there.
class MachineFiles {
  public:
    explicit MachineFiles(std::string root = {}) : root_{std::move(root)} {}

    /// A small file's text, without line ends and zeros behind it.
    [[nodiscard]] std::optional<std::string> text(std::string_view path) const;
    /// The same, every byte of it.
    [[nodiscard]] std::optional<std::string> bytes(std::string_view path) const;
    [[nodiscard]] bool exists(std::string_view path) const;
    /// What is in a folder: names alone, sorted.
    [[nodiscard]] std::vector<std::string> names(std::string_view folder) const;
    /// The processes' numbers, from /proc.
    [[nodiscard]] std::vector<int> processes() const;
    /// Where a symbolic link leads, as it is written there.
    [[nodiscard]] std::optional<std::string> link(std::string_view path) const;
    /// The path behind all symbolic links; "" if there is none.
    [[nodiscard]] std::string real(std::string_view path) const;

  private:
    [[nodiscard]] std::string below_root(std::string_view path) const;
    std::string root_;
};

/// What uname(2) calls the machine that this program runs on: "aarch64".
[[nodiscard]] std::string hardware_name();

} // namespace hal
