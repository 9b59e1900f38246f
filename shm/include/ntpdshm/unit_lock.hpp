// One writer to a unit: a lock among those who ask for it.
//
// Two writers make mixtures of their samples that no reader can see through. ppsd and "ppsctl feed"
// hold this lock while they write. NtpdShm doesn't ask for it: python-ntpdshm's users may open a
// unit as often as they like. Nor does gpsd, which knows nothing of it.
//
// It is a System V semaphore with the segment's own key (semaphores have keys of their own), so it
// is found wherever the segment is: in the same IPC namespace, by root and by an ordinary user,
// without a folder that all of them could write to. The kernel gives it back when the process dies,
// however it dies (SEM_UNDO), and remembers whose it is.
#pragma once

#include "ntpdshm/error.hpp"
#include "ntpdshm/layout.hpp"

#include <cstdint>

namespace ntpdshm {

/// Held from its construction to its end; then the semaphore is removed, where we may, or left
/// free. Not inherited by fork(). Move-only.
class UnitLock {
  public:
    /// Throws SegmentError: EBUSY, naming the process that holds it; EACCES, ENOSPC (SEMMNI) and
    /// what else semget(2) knows; std::invalid_argument for a unit outside 0 to 255.
    explicit UnitLock(int unit, std::int32_t base = key_base);

    UnitLock(UnitLock&& other) noexcept;
    UnitLock& operator=(UnitLock&& other) noexcept;
    ~UnitLock();

    /// False once the semaphore was removed under us (ipcrm -S, logind's RemoveIPC): others can
    /// hold a new one now. Take it anew.
    [[nodiscard]] bool held() const noexcept;

  private:
    int id_;
};

} // namespace ntpdshm
