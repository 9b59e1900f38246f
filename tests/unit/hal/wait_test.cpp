#include "hal/wait.hpp"

#include "hal/src/mono_now.hpp"
#include "hal/unique_fd.hpp"

#include <array>
#include <doctest/doctest.h>
#include <unistd.h>

using namespace hal;

TEST_CASE("waiting ends when one of them is readable, else when the time is over") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const UniqueFd read{ends[0]};
    const UniqueFd write{ends[1]};
    const std::array fds{-1, read.get()};
    const MonoTime begin = mono_now();
    wait_readable(fds, 1ms);
    CHECK(mono_now() - begin >= 1ms);
    wait_readable(fds, -1s);
    REQUIRE(::write(write.get(), "x", 1) == 1);
    wait_readable(fds, std::chrono::hours{1}); // doesn't last
}
