#include "ntpdshm/unit_lock.hpp"

#include "ipc.hpp"

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>
#include <utility>

namespace ntpdshm {
namespace {

/// The argument that semctl() leaves to its callers to declare.
union Argument {
    int value;
    semid_ds* status;
};

void share_with_group(int id) {
    const auto group = ipc::group_ppsd();
    semid_ds ds{};
    if (!group || ::semctl(id, 0, IPC_STAT, Argument{.status = &ds}) < 0) return;
    ds.sem_perm.gid = *group;
    ::semctl(id, 0, IPC_SET, Argument{.status = &ds});
}

/// A new one is free: the kernel starts it at 0.
int find_or_make(std::int32_t key) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (const int id = ::semget(key, 0, 0); id >= 0 || errno != ENOENT) return id;
        const int mode = ipc::is_roots(key) ? 0660 : 0666;
        const int id = ::semget(key, 1, IPC_CREAT | IPC_EXCL | mode);
        if (id >= 0 && ipc::is_roots(key) && ::geteuid() == 0) share_with_group(id);
        if (id >= 0 || errno != EEXIST) return id;
    }
    return -1;
}

/// Both or nothing: it is 0, and becomes 1 until we end.
bool take(int id) {
    std::array<sembuf, 2> steps{sembuf{0, 0, IPC_NOWAIT}, sembuf{0, 1, IPC_NOWAIT | SEM_UNDO}};
    return ::semop(id, steps.data(), steps.size()) == 0;
}

/// Nothing once it isn't held any more.
std::optional<std::string> holder(int id) {
    const int pid = ::semctl(id, 0, GETPID);
    if (pid < 0 || ::semctl(id, 0, GETVAL) == 0) return std::nullopt;
    if (pid == 0) return "a process in another PID namespace";
    return process_name(pid).value_or("process " + std::to_string(pid));
}

std::string advice(int err, std::int32_t key) {
    if (err == ENOSPC)
        return "the system's semaphores are used up (kernel.sem): see \"ipcs -s\", remove with "
               "\"ipcrm\" what nobody uses, or raise them with sysctl";
    return "this is about the semaphore that keeps a second writer away: see who made it with "
           "\"ipcs -s\"; run as that user or as root, or remove it as root with \"ipcrm -S " +
           ipc::hex(key) + "\"";
}

} // namespace

UnitLock::UnitLock(int unit, std::int32_t base) : id_{-1} {
    const std::int32_t key = key_of(unit, base);
    for (int attempt = 0; attempt < 3; ++attempt) {
        const int id = find_or_make(key);
        if (id >= 0 && take(id)) {
            id_ = id;
            return;
        }
        const int err = errno;
        // Removed, or given back, between two calls: once more.
        if (err == EIDRM || (id >= 0 && err == EINVAL)) continue;
        if (err != EAGAIN) throw SegmentError{name_of(unit, base), err, advice(err, key)};
        if (const auto who = holder(id))
            throw SegmentError{name_of(unit, base), EBUSY,
                               *who + " writes to it already: stop that, or choose another unit"};
    }
    throw SegmentError{name_of(unit, base), EBUSY, "others keep taking it: see \"ipcs -s\""};
}

UnitLock::UnitLock(UnitLock&& other) noexcept : id_{std::exchange(other.id_, -1)} {}

UnitLock& UnitLock::operator=(UnitLock&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
}

// Nobody can hold it while we do, so nobody's is removed.
UnitLock::~UnitLock() {
    if (id_ < 0 || ::semctl(id_, 0, IPC_RMID) == 0) return;
    sembuf give_back{0, -1, IPC_NOWAIT | SEM_UNDO};
    ::semop(id_, &give_back, 1);
}

bool UnitLock::held() const noexcept {
    return id_ >= 0 && ::semctl(id_, 0, GETVAL) >= 0;
}

} // namespace ntpdshm
