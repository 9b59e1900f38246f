// The same segment written and read as C programs do it: volatile words, and a full barrier each
// time. What ours is compared with.
#pragma once

#include <cstdint>
#include <ctime>

namespace plain {

/// ntp's struct shmTime.
struct ShmTime {
    int mode;
    volatile int count;
    time_t clock_sec;
    int clock_usec;
    time_t receive_sec;
    int receive_usec;
    int leap;
    int precision;
    int nsamples;
    volatile int valid;
    unsigned clock_nsec;
    unsigned receive_nsec;
    int dummy[8];
};

/// As gpsd's ntpshmwrite.c does.
void write(volatile ShmTime* shm, const timespec& clock, const timespec& receive, int leap,
           int precision);

/// As ntpd's refclock_shm.c does, less the clearing of valid. False: nothing new, or a clash.
bool read(const volatile ShmTime* shm, ShmTime& copy);

} // namespace plain
