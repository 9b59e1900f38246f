#include "hal/standard_fds.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// In a child with these descriptors closed: 1 for each of the three that is open afterwards.
int open_after(const std::array<bool, 3>& closed) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        for (int fd = 0; fd < 3; ++fd)
            if (closed[static_cast<std::size_t>(fd)]) ::close(fd);
        hal::fill_standard_fds();
        int open = 0;
        for (int fd = 0; fd < 3; ++fd)
            open += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
        const int next = ::open("/dev/null", O_RDONLY);
        ::_exit(next > 2 ? open : 9);
    }
    int result = 0;
    REQUIRE(::waitpid(child, &result, 0) == child);
    return WEXITSTATUS(result);
}

} // namespace

TEST_CASE("whichever are closed, afterwards they are open") {
    for (const bool in : {false, true})
        for (const bool out : {false, true})
            for (const bool err : {false, true})
                CHECK(open_after({in, out, err}) == 3);
}
