// The System V calls, and the messages for what they refuse.
#pragma once

#include "ntpdshm/segment.hpp"

#include <optional>
#include <string>

namespace ntpdshm::ipc {

/// Whether it is the key of a unit that readers expect root to own: 0 or 1.
[[nodiscard]] bool is_roots(std::int32_t key) noexcept;

/// The group that may write to those, if there is one.
[[nodiscard]] std::optional<gid_t> group_ppsd();

/// The id of the segment with this key, or nothing.
[[nodiscard]] std::optional<int> find(std::int32_t key) noexcept;

/// shmctl IPC_STAT, and what /proc/sysvipc/shm says if that is not permitted.
[[nodiscard]] std::optional<SegmentStatus> status(int id) noexcept;
[[nodiscard]] std::optional<SegmentStatus> status_of_foreign(int id);

/// Gives a segment that we own to this group, with this mode. Errors are left to the attachment.
void set_group(int id, gid_t group, unsigned mode) noexcept;

/// Removes it. False and errno if it may not be.
bool remove(int id) noexcept;

/// How often a process is attached to it, by /proc; and with the right to write.
struct Attachments {
    unsigned all = 0;
    unsigned writing = 0;
};
[[nodiscard]] Attachments attachments(pid_t process, int id);

/// What to do about an errno of shmget(IPC_CREAT), and of shmat for reading or for both.
[[nodiscard]] std::string advice_on_making(int err);
[[nodiscard]] std::string advice_on_attaching(int err, std::int32_t key, bool writable,
                                              const std::optional<SegmentStatus>& status);

/// "0x4e545030"
[[nodiscard]] std::string hex(std::int32_t key);

/// "0660"
[[nodiscard]] std::string octal(unsigned mode);

} // namespace ntpdshm::ipc
