// The semaphore under a unit's lock: found or made, and who it belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace ntpdshm::semaphore {

/// The id of the one with this key, or -1 and errno.
[[nodiscard]] int find(std::int32_t key) noexcept;

/// Makes it: free, 0660 and for group ppsd if it is of unit 0 or 1, else 0666. -1 and errno:
/// EEXIST.
[[nodiscard]] int make(std::int32_t key);

/// Gives one of unit 0 or 1 that is root's its group and mode. Errors are ignored.
void share_with_group(int id) noexcept;

/// Who is not root and has an owner's rights: as owner or, for good, as creator. Nothing: nobody.
[[nodiscard]] std::optional<uid_t> stranger(int id);

/// False and errno if it may not be.
bool remove(int id) noexcept;

/// How often it is held, or -1; and the process that changed it last, 0 if it can't be seen.
[[nodiscard]] int value(int id) noexcept;
[[nodiscard]] pid_t last_user(int id) noexcept;

/// Both or nothing: it is 0, and becomes 1 until we end. False and errno: EAGAIN.
[[nodiscard]] bool take(int id) noexcept;

/// The same where it is held `times` by a process that is gone.
[[nodiscard]] bool take_over(int id, int times) noexcept;

void give_back(int id) noexcept;

} // namespace ntpdshm::semaphore
