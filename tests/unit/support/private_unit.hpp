// A unit of the NTP shared memory that nobody else uses, gone when the test is over.
#pragma once

#include <ntpdshm/reader.hpp>
#include <ntpdshm/segment.hpp>
#include <ntpdshm/writer.hpp>

#include "tests/unit/support/ipc.hpp"

#include <doctest/doctest.h>

namespace ppsd::app::test {

class PrivateUnit {
  public:
    /// The first that is free of `from` to 255.
    explicit PrivateUnit(int from = 200) : number_{from} {
        while (number_ < ntpdshm::max_unit && (id() >= 0 || lock_id() >= 0))
            ++number_;
        const int trial = ::shmget(ntpdshm::key_of(number_), 96, IPC_CREAT | IPC_EXCL | 0600);
        usable_ = trial >= 0;
        if (usable_)
            ::shmctl(trial, IPC_RMID, nullptr);
        else
            MESSAGE("SKIPPED: no shared memory to be had here");
    }
    PrivateUnit(const PrivateUnit&) = delete;
    PrivateUnit& operator=(const PrivateUnit&) = delete;
    ~PrivateUnit() {
        remove();
        if (usable_) remove_semaphore(ntpdshm::key_of(number_));
    }

    [[nodiscard]] bool usable() const { return usable_; }
    [[nodiscard]] int number() const { return number_; }

    /// As another program would make it.
    void make(std::size_t bytes) const {
        REQUIRE(::shmget(ntpdshm::key_of(number_), bytes, IPC_CREAT | IPC_EXCL | 0666) >= 0);
    }
    void remove() const {
        if (usable_) remove_segment(ntpdshm::key_of(number_));
    }

    [[nodiscard]] ntpdshm::Snapshot peek() const {
        return ntpdshm::Reader{ntpdshm::Segment::watch(number_)}.peek();
    }

  private:
    [[nodiscard]] int id() const { return ::shmget(ntpdshm::key_of(number_), 0, 0); }
    [[nodiscard]] int lock_id() const { return ::semget(ntpdshm::key_of(number_), 0, 0); }

    int number_;
    bool usable_ = false;
};

} // namespace ppsd::app::test
