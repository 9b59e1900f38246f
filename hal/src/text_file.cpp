#include "hal/text_file.hpp"

#include "hal/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hal {

TextFile read_text_file(const std::string& path, std::size_t most) {
    // A device is not even opened: some do something then.
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {{}, errno};
    if (S_ISDIR(status.st_mode)) return {{}, EISDIR};
    if (!S_ISREG(status.st_mode)) return {{}, EINVAL};
    // O_NONBLOCK: it may have become a FIFO meanwhile.
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (!fd) return {{}, errno};
    TextFile file;
    std::array<char, 4096> block{};
    while (const auto length = ::read(fd.get(), block.data(), block.size())) {
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return {{}, errno};
        file.text.append(block.data(), static_cast<std::size_t>(length));
        if (file.text.size() > most) return {{}, EFBIG};
    }
    return file;
}

} // namespace hal
