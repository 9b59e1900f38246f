// Units that no reader on this machine knows, removed when the test is over.
#pragma once

#include "ntpdshm/segment.hpp"
#include "tests/unit/support/ipc.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <grp.h>
#include <sched.h>
#include <string>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ntpdshm::testing {

using ppsd::app::test::private_base;

/// This program's name, as the kernel has it: an emulator's, where one runs it.
inline std::string own_name() {
    std::array<char, 17> name{};
    REQUIRE(::prctl(PR_GET_NAME, name.data()) == 0);
    return name.data();
}

/// Removes the segment with this key, if there is one, now and when destroyed.
class Cleanup {
  public:
    explicit Cleanup(std::int32_t key) : key_{key} { remove(); }
    Cleanup(const Cleanup&) = delete;
    Cleanup& operator=(const Cleanup&) = delete;
    ~Cleanup() { remove(); }

    void remove() const { ppsd::app::test::remove_segment(key_); }

  private:
    std::int32_t key_;
};

/// A private unit, and a second, raw attachment to it.
class RawUnit {
  public:
    explicit RawUnit(int unit) : key_{key_of(unit, private_base())}, cleanup_{key_} {}
    RawUnit(const RawUnit&) = delete;
    RawUnit& operator=(const RawUnit&) = delete;
    ~RawUnit() {
        if (memory_) ::shmdt(memory_);
    }

    /// As another program would make it.
    void make(std::size_t bytes, int mode = 0666) const {
        REQUIRE(::shmget(key_, bytes, IPC_CREAT | IPC_EXCL | mode) >= 0);
    }
    [[nodiscard]] int id() const { return ::shmget(key_, 0, 0); }
    [[nodiscard]] char* memory() {
        if (!memory_) memory_ = static_cast<char*>(::shmat(id(), nullptr, 0));
        return memory_;
    }
    template <class T>
    [[nodiscard]] T at(std::size_t offset) {
        T value;
        std::memcpy(&value, memory() + offset, sizeof value);
        return value;
    }
    template <class T>
    void put(std::size_t offset, T value) {
        std::memcpy(memory() + offset, &value, sizeof value);
    }

  private:
    std::int32_t key_;
    Cleanup cleanup_;
    char* memory_ = nullptr;
};

/// Moves this process into an IPC namespace of its own, once, so that even units 0 and 1 touch
/// nobody. False, with a message, where that is not permitted.
inline bool in_private_namespace() {
    static const bool done = ::unshare(CLONE_NEWIPC) == 0;
    if (!done) MESSAGE("SKIPPED: an IPC namespace of its own needs root");
    return done;
}

inline bool is_root() {
    if (::geteuid() != 0) MESSAGE("SKIPPED: needs root");
    return ::geteuid() == 0;
}

/// Runs `action` in a child process of another user; its exit code is what `action` returns.
int as_user(uid_t user, gid_t group, const auto& action) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(user) != 0)
            ::_exit(99);
        ::_exit(action());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
int as_user(uid_t user, const auto& action) {
    return as_user(user, user, action);
}

inline Segment open_private(int unit, LayoutChoice choice) {
    return Segment::open(unit, choice, private_base());
}

/// Both layouts, with the word offsets of the design's table, written down once more.
struct Case {
    LayoutChoice choice;
    Layout layout;
    std::size_t size;
    std::size_t clock_sec, clock_usec, receive_sec, receive_usec, leap, precision, nsamples, valid,
        clock_nsec, receive_nsec;
};
inline constexpr std::array cases{
    Case{LayoutChoice::time64, Layout::time64, 96, 8, 16, 24, 32, 36, 40, 44, 48, 52, 56},
    Case{LayoutChoice::time32, Layout::time32, 80, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44}};

/// The seconds at an offset, by the C library's types.
inline std::int64_t seconds_at(RawUnit& raw, const Case& c, std::size_t offset) {
    return c.layout == Layout::time64 ? raw.at<std::int64_t>(offset) : raw.at<std::int32_t>(offset);
}

} // namespace ntpdshm::testing
