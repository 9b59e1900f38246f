// What is thrown while opening a segment; nothing throws afterwards.
#pragma once

#include "ntpdshm/cpp20.hpp"

#include <string>
#include <system_error>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// The kernel, or the state of the segment, said no. what() is one line: the segment, the errno's
/// text, what to do: "SHM unit 2 (key 0x4e545032): Permission denied; it belongs to …".
/// code() is the errno: ENOENT (nothing to attach to), EACCES (permissions), EPERM (wrong owner),
/// EINVAL (wrong size or layout), ENOSPC (SHMMNI or SHMALL exhausted), ENOMEM, EIDRM.
class SegmentError : public std::system_error {
  public:
    SegmentError(const std::string& thing, int err, const std::string& advice)
        : std::system_error{err, std::generic_category()}, text_{thing + ": " + code().message() +
                                                                 "; " + advice} {}

    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

  private:
    std::string text_;
};

} // namespace ntpdshm
#pragma GCC visibility pop
