// A receiver's bytes as they arrive.
#pragma once

#include "hal/source.hpp"
#include "hal/time.hpp"

#include <optional>
#include <string_view>

namespace hal {

struct ByteChunk {
    std::string_view bytes; ///< any bytes, never empty; the source's own, until its next read()
    MonoTime arrival;       ///< when the first of them was there: taken right after the wake-up
};

class ByteSource : public Source {
  public:
    /// What has arrived, or nothing: no more now, or error() is set. Never blocks.
    [[nodiscard]] virtual std::optional<ByteChunk> read() noexcept = 0;
};

} // namespace hal
