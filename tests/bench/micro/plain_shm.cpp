#include "tests/bench/micro/plain_shm.hpp"

#include <atomic>

namespace plain {
namespace {

void barrier() {
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

int next(int count) {
    return static_cast<int>(static_cast<unsigned>(count) + 1U);
}

} // namespace

void write(volatile ShmTime* shm, const timespec& clock, const timespec& receive, int leap,
           int precision) {
    shm->valid = 0;
    shm->count = next(shm->count);
    barrier();
    shm->mode = 1;
    shm->clock_sec = clock.tv_sec;
    shm->clock_usec = static_cast<int>(clock.tv_nsec / 1000);
    shm->clock_nsec = static_cast<unsigned>(clock.tv_nsec);
    shm->receive_sec = receive.tv_sec;
    shm->receive_usec = static_cast<int>(receive.tv_nsec / 1000);
    shm->receive_nsec = static_cast<unsigned>(receive.tv_nsec);
    shm->leap = leap;
    shm->precision = precision;
    barrier();
    shm->count = next(shm->count);
    shm->valid = 1;
}

bool read(const volatile ShmTime* shm, ShmTime& copy) {
    if (shm->valid == 0) return false;
    const int before = shm->count;
    barrier();
    copy.mode = shm->mode;
    copy.clock_sec = shm->clock_sec;
    copy.clock_usec = shm->clock_usec;
    copy.clock_nsec = shm->clock_nsec;
    copy.receive_sec = shm->receive_sec;
    copy.receive_usec = shm->receive_usec;
    copy.receive_nsec = shm->receive_nsec;
    copy.leap = shm->leap;
    copy.precision = shm->precision;
    copy.nsamples = shm->nsamples;
    barrier();
    return before == shm->count;
}

} // namespace plain
