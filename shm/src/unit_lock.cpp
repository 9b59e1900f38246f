#include "ntpdshm/unit_lock.hpp"

#include "ipc.hpp"
#include "ntpdshm/segment.hpp"
#include "semaphore.hpp"

#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

namespace ntpdshm {
namespace {

struct Holder {
    pid_t process; ///< 0: in another PID namespace
    int times;

    // Not by /proc, where other users' processes may be hidden.
    [[nodiscard]] bool gone() const {
        return process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
    }
    [[nodiscard]] std::string name() const {
        if (process == 0) return "a process in another PID namespace";
        return process_name(process).value_or("process " + std::to_string(process));
    }
};

/// Nothing once it isn't held any more.
std::optional<Holder> holder(int id) {
    const Holder found{semaphore::last_user(id), semaphore::value(id)};
    if (found.process < 0 || found.times <= 0) return std::nullopt;
    return found;
}

/// A new one is free: the kernel starts it at 0.
int find_or_make(std::int32_t key) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (const int id = semaphore::find(key); id >= 0 || errno != ENOENT) return id;
        if (ipc::is_roots(key) && ::geteuid() != 0) return -1;
        if (const int id = semaphore::make(key); id >= 0 || errno != EEXIST) return id;
    }
    return -1;
}

std::string advice(int err, std::int32_t key) {
    switch (err) {
    case ENOENT:
        return "make it as root, with \"ppsd --prepare\"";
    case ENOSPC:
        return "the system's semaphores are used up (kernel.sem): see \"ipcs -s\", remove with "
               "\"ipcrm\" what nobody uses, or raise them with sysctl";
    default:
        return "see who made it with \"ipcs -s\"; run as that user or as root, or remove it as "
               "root with \"ipcrm -S " +
               ipc::hex(key) + "\"";
    }
}

std::string not_locked(const std::string& thing, const std::string& why) {
    return thing + ": no lock keeps a second writer away: " + why;
}

std::string not_locked(const std::string& thing, int err, std::int32_t key) {
    return not_locked(thing, std::generic_category().message(err) + "; " + advice(err, key));
}

} // namespace

UnitLock::UnitLock(int unit, std::int32_t base) {
    take(name_of(unit, base), key_of(unit, base));
}

void UnitLock::take(const std::string& thing, std::int32_t key) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        const int id = find_or_make(key);
        if (id >= 0 && ipc::is_roots(key))
            if (const auto user = semaphore::stranger(id)) {
                problem_ = not_locked(thing, "the semaphore belongs to " + user_name(*user) +
                                                 "; as root, \"ppsd --prepare\" makes it anew");
                return;
            }
        if (id >= 0 && semaphore::take(id)) {
            id_ = id;
            return;
        }
        const int err = errno;
        // Removed between two calls: once more.
        if (err == EIDRM || (id >= 0 && err == EINVAL)) continue;
        if (err != EAGAIN) {
            problem_ = not_locked(thing, err, key);
            return;
        }
        if (take_over(thing, id)) return;
    }
    problem_ = not_locked(thing, "others keep taking it; see \"ipcs -s\"");
}

// False: it was given back meanwhile.
bool UnitLock::take_over(const std::string& thing, int id) {
    const auto other = holder(id);
    if (!other) return false;
    if (!other->gone())
        throw SegmentError{thing, EBUSY,
                           other->name() +
                               " writes to it already: stop that, or choose another unit"};
    if (!semaphore::take_over(id, other->times)) return false;
    id_ = id;
    problem_ = thing + ": the lock that keeps a second writer away was left held by process " +
               std::to_string(other->process) + ", which is gone: taken over";
    return true;
}

UnitLock::UnitLock(UnitLock&& other) noexcept
    : id_{std::exchange(other.id_, -1)}, problem_{std::move(other.problem_)} {}

UnitLock& UnitLock::operator=(UnitLock&& other) noexcept {
    if (this == &other) return *this;
    std::swap(id_, other.id_);
    std::swap(problem_, other.problem_);
    // The same one, taken anew after a reset, is not to be given back by who lost it.
    if (other.id_ == id_) other.id_ = -1;
    return *this;
}

// Reset, and taken by another since, it is not ours to give back.
UnitLock::~UnitLock() {
    if (held()) semaphore::give_back(id_);
}

bool UnitLock::held() const noexcept {
    return id_ >= 0 && semaphore::value(id_) > 0 && semaphore::last_user(id_) == ::getpid();
}

std::optional<std::string> UnitLock::changed_by() const {
    const pid_t process = id_ < 0 ? -1 : semaphore::last_user(id_);
    if (process < 0 || process == ::getpid()) return std::nullopt;
    return Holder{process, 0}.name();
}

} // namespace ntpdshm
