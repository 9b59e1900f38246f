// The semaphore that is a unit's lock, from outside.
#pragma once

#include "tests/unit/support/ipc.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>

namespace ppsd::app::test {

/// None for this key, before and after.
class Semaphore {
  public:
    explicit Semaphore(std::int32_t key) : key_{key} { remove(); }
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;
    ~Semaphore() { remove(); }

    [[nodiscard]] int id() const { return ::semget(key_, 0, 0); }
    [[nodiscard]] int value() const { return ::semctl(id(), 0, GETVAL); }
    void make(int mode) const { REQUIRE(::semget(key_, 1, IPC_CREAT | IPC_EXCL | mode) >= 0); }
    void remove() const { remove_semaphore(key_); }
    void set(int value) const { REQUIRE(::semctl(id(), 0, SETVAL, value) == 0); }
    /// To 0, by another process.
    void reset_by_another() const {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(::semctl(id(), 0, SETVAL, 0));
        ::waitpid(child, nullptr, 0);
    }

  private:
    std::int32_t key_;
};

} // namespace ppsd::app::test
