// A pty that other programs open as if it were the receiver.
#pragma once

#include "hal/own_file.hpp"
#include "hal/unique_fd.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hal {

/// At `path` there is a symbolic link to it while this lives. Its mode is 0640 and it is the
/// heir's: the group may read what the receiver sends, the owner and root may write to it as well.
///
/// For one program at a time: of several that read each gets a part, as from any serial port.
/// Nothing waits for a program that doesn't read: what the system has no more room for (some tens
/// of kB) is lost to it, and what it left unread when it closed the pty as well.
class SharedLine {
  public:
    /// Throws DeviceError: no pty can be had, or something else than a link to one is at that path.
    SharedLine(std::string path, const std::optional<Owner>& heir);
    SharedLine(const SharedLine&) = delete;
    SharedLine& operator=(const SharedLine&) = delete;
    /// Takes the link away, if it is still this one.
    ~SharedLine();

    /// Readable when something was written to it; hung up while nobody has it open.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] bool is_open() const noexcept;

    /// For those who read.
    void give(std::string_view bytes) noexcept;

    /// What was written to it, at most 512 bytes; "": nothing. What a terminal would have echoed is
    /// not among it: that is what we gave.
    [[nodiscard]] std::string take() noexcept;

    /// Throws away what nobody has read.
    void forget_unread() noexcept;

    /// May be called from a signal's handler.
    void take_away() const noexcept;

  private:
    [[nodiscard]] UniqueFd other_side() const noexcept;
    void set_up(const std::optional<Owner>& heir);
    void link() const;

    std::string path_;
    UniqueFd fd_;
    std::string pts_; ///< "/dev/pts/3"
};

} // namespace hal
