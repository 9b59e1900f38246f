// One writer to a unit: a lock among those who ask for it.
//
// Two writers make mixtures of their samples that no reader can see through. ppsd and "ppsctl feed"
// hold this lock while they write. NtpdShm doesn't ask for it: python-ntpdshm's users may open a
// unit as often as they like. Nor does gpsd, which knows nothing of it.
//
// It is a System V semaphore with the segment's own key (semaphores have keys of their own), so it
// is found wherever the segment is: in the same IPC namespace, by root and by an ordinary user,
// without a folder that all of them could write to. The kernel gives it back when the process dies,
// however it dies (SEM_UNDO), and remembers who used it last. It stays when its holder ends, so
// that there is no moment at which somebody else could be the first to make it.
//
// It guards against mistakes and must not become a weapon: where it can't be had, its owner may
// write all the same, and problem() says what is wrong. Only a running holder is an error.
//   units 0 and 1   root's, as the segment: made by root only, mode 0660, group "ppsd". One that
//                   belongs to somebody else is not used; prepare_unit() replaces it.
//   units from 2 up the maker's, mode 0666: any user can hold it, or reset it and so let a second
//                   writer in. held() shows a reset.
#pragma once

#include "ntpdshm/error.hpp"
#include "ntpdshm/layout.hpp"

#include <cstdint>
#include <optional>
#include <string>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// Held from its construction to its end; the semaphore is left, free. Not inherited by fork().
/// Move-only.
class UnitLock {
  public:
    /// Throws SegmentError with EBUSY, naming the process, if one that runs holds it;
    /// std::invalid_argument for a unit outside 0 to 255. Whatever else is wrong is problem().
    explicit UnitLock(int unit, std::int32_t base = key_base);

    UnitLock(UnitLock&& other) noexcept;
    UnitLock& operator=(UnitLock&& other) noexcept;
    ~UnitLock();

    /// False if it could not be taken, and once it was reset or removed under us (semctl(2),
    /// ipcrm -S, logind's RemoveIPC): others can hold it now. Take it anew.
    [[nodiscard]] bool held() const noexcept;

    /// What was wrong when it was taken, as a line for a warning; empty: nothing.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// "process 1234 (python3)", if another process than this one has changed it since.
    [[nodiscard]] std::optional<std::string> changed_by() const;

  private:
    void take(const std::string& thing, std::int32_t key);
    bool take_over(const std::string& thing, int id);

    int id_ = -1;
    std::string problem_;
};

} // namespace ntpdshm
#pragma GCC visibility pop
