#include "hal/wait.hpp"

#include <algorithm>
#include <poll.h>
#include <tuple>
#include <vector>

namespace hal {

void wait_readable(std::span<const int> fds, Nanos longest) {
    std::vector<pollfd> waited;
    for (const int fd : fds)
        waited.push_back({fd, POLLIN, 0});
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(longest, Nanos{0}));
    std::ignore = ::poll(waited.data(), waited.size(), static_cast<int>(ms.count()));
}

} // namespace hal
