// Small text files that are read whole, and of which nobody knows what they are.
#pragma once

#include <cstddef>
#include <string>

namespace hal {

struct TextFile {
    std::string text;
    int error = 0; ///< an errno, and then there is no text
};

/// Never waits and never reads without end: EISDIR for a folder, EINVAL for a device, a FIFO or a
/// socket, EFBIG for what is longer than `most` bytes.
[[nodiscard]] TextFile read_text_file(const std::string& path, std::size_t most = 1U << 20U);

} // namespace hal
