// System V's objects by their keys, for the tests, and the other programs here that write to units.
#pragma once

#include <cstdint>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

namespace ppsd::app::test {

/// A key base of this process's own: no reader on this machine knows the units above it.
inline std::int32_t private_base() {
    return 0x50500000 + static_cast<std::int32_t>(::getpid() & 0x7fff) * 0x100;
}

/// If there is one. Whoever is attached keeps it, until all have detached.
inline void remove_segment(std::int32_t key) {
    const int id = ::shmget(key, 0, 0);
    if (id >= 0) ::shmctl(id, IPC_RMID, nullptr);
}

inline void remove_semaphore(std::int32_t key) {
    const int id = ::semget(key, 0, 0);
    if (id >= 0) ::semctl(id, 0, IPC_RMID);
}

} // namespace ppsd::app::test
