// Keeps every processor of this machine awake, at the lowest priority, until it is killed. One that
// sleeps wakes late, in a virtual machine by some ms: the emulated board's pulses, and its timers,
// would be late by that, and what it polls would be passed by then.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sched.h>
#include <thread>
#include <vector>

namespace {

/// Not a bare loop: it would slow down the other half of the processor.
void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    asm volatile("yield");
#endif
}

[[noreturn]] void spin(std::size_t cpu) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    ::sched_setaffinity(0, sizeof only, &only);
    while (true)
        relax();
}

} // namespace

int main() {
    const sched_param none{};
    cpu_set_t allowed;
    if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0 ||
        ::sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        std::fprintf(stderr, "awake: %s\n", std::strerror(errno));
        return 1;
    }
    std::vector<std::thread> threads;
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &allowed)) threads.emplace_back(spin, cpu);
    for (auto& thread : threads)
        thread.join();
}
