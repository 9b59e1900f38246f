#include "hal/standard_fds.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace hal {

void fill_standard_fds() noexcept {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        // The lowest number that is free is the one that is given.
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR | O_NOCTTY) < 0) return;
}

} // namespace hal
