#include "daemon/service/crash_guard.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ppsd::app;

namespace {

/// What the action counts, in memory that a child shares.
int* shared_count() {
    static int* const count = static_cast<int*>(
        ::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    REQUIRE(count != MAP_FAILED);
    return count;
}

void count_up(void* count) noexcept {
    ++*static_cast<int*>(count);
}

void fault_again(void* count) noexcept {
    count_up(count);
    ::raise(SIGSEGV);
}

/// How a child ends that does this; a process of its own, since it dies.
int status_of(const std::function<void()>& what) {
    *shared_count() = 0;
    const pid_t child = ::fork();
    if (child == 0) {
        what();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

} // namespace

TEST_CASE("a fault: the action once, and the end by the same signal") {
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP}) {
        CAPTURE(signal);
        const int status = status_of([&] {
            const CrashGuard guard{count_up, shared_count()};
            ::raise(signal);
        });
        CHECK(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == signal);
        CHECK(*shared_count() == 1);
    }
}

TEST_CASE("a fault in the action: the end, and no second action") {
    const int status = status_of([] {
        const CrashGuard guard{fault_again, shared_count()};
        std::abort();
    });
    CHECK(WIFSIGNALED(status));
    CHECK(*shared_count() == 1);
}

TEST_CASE("without a fault, or after the guard, there is no action") {
    CHECK(status_of([] { const CrashGuard guard{count_up, shared_count()}; }) == 0);
    CHECK(*shared_count() == 0);
    const int status = status_of([] {
        { const CrashGuard guard{count_up, shared_count()}; }
        ::raise(SIGSEGV);
    });
    CHECK(WTERMSIG(status) == SIGSEGV);
    CHECK(*shared_count() == 0);
}
