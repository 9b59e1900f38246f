#include "daemon/service/priority.hpp"

#include "hal/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace ppsd::app {
namespace {

[[noreturn]] void throw_locking_error(int error) {
    throw hal::DeviceError("lock-memory = yes", error,
                           "raise LimitMEMLOCK= in the service (ulimit -l)");
}

/// To `wanted`, or as far as it may be.
void raise_limit(decltype(RLIMIT_RTPRIO) which, rlim_t wanted) noexcept {
    rlimit now{};
    if (::getrlimit(which, &now) != 0 || now.rlim_cur >= wanted) return;
    const rlimit all{wanted, std::max(wanted, now.rlim_max)};
    const rlimit some{std::min(wanted, now.rlim_max), now.rlim_max};
    if (::setrlimit(which, &all) != 0) ::setrlimit(which, &some);
}

} // namespace

void be_realtime(int priority) {
    sched_param wanted{};
    wanted.sched_priority = priority;
    // Threads that write recordings to a disk must not get it.
    if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0) return;
    throw hal::DeviceError(fmt::format("realtime = {}", priority), errno,
                           "run it as root, or raise LimitRTPRIO= in the service (ulimit -r)");
}

void raise_limits() noexcept {
    // What the service's LimitRTPRIO= and LimitMEMLOCK= are.
    raise_limit(RLIMIT_RTPRIO, 50);
    raise_limit(RLIMIT_MEMLOCK, RLIM_INFINITY);
}

void lock_memory() {
    if (::mlockall(MCL_CURRENT | MCL_FUTURE) != 0) throw_locking_error(errno);
}

void leave_room_to_lock() {
    // The recorder's stack, and what a thread asks for first.
    constexpr std::size_t room = 512 * 1024;
    void* const there =
        ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (there == MAP_FAILED) throw_locking_error(errno);
    ::munmap(there, room);
}

} // namespace ppsd::app
