#include "daemon/service/priority.hpp"

#include "hal/error.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace ppsd::app {

void be_realtime(int priority) {
    sched_param wanted{};
    wanted.sched_priority = priority;
    // Threads that write recordings to a disk must not get it.
    if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0) return;
    throw hal::DeviceError(fmt::format("realtime = {}", priority), errno,
                           "run it as root, or raise LimitRTPRIO= in the service (ulimit -r)");
}

void lock_memory() {
    // Where root becomes another user later, the limit counts, and all that is mapped counts too.
    const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
    [[maybe_unused]] const int best_effort = ::setrlimit(RLIMIT_MEMLOCK, &none);
    if (::mlockall(MCL_CURRENT | MCL_FUTURE) == 0) return;
    throw hal::DeviceError("lock-memory = yes", errno,
                           "run it as root, or raise LimitMEMLOCK= in the service (ulimit -l)");
}

} // namespace ppsd::app
