#include "hal/wait.hpp"

#include "hal/unique_fd.hpp"

#include <array>
#include <ctime>
#include <doctest/doctest.h>
#include <unistd.h>

using namespace hal;

namespace {

MonoTime now() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return MonoTime::from_ns(std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec);
}

} // namespace

TEST_CASE("waiting ends when one of them is readable, else when the time is over") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const UniqueFd read{ends[0]};
    const UniqueFd write{ends[1]};
    const std::array fds{-1, read.get()};
    const MonoTime begin = now();
    wait_readable(fds, 1ms);
    CHECK(now() - begin >= 1ms);
    wait_readable(fds, -1s);
    REQUIRE(::write(write.get(), "x", 1) == 1);
    wait_readable(fds, std::chrono::hours{1}); // doesn't last
}
