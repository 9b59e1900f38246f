// A receiver's bytes as they arrive.
#pragma once

#include "hal/source.hpp"
#include "hal/time.hpp"

#include <cstddef>
#include <cstdint>
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

    /// Of what has come since it was opened nobody knows when: a tty throws it away. Call it when
    /// reading begins.
    virtual void forget_unread() noexcept {}

    /// Characters that came at another speed, as the driver counts them, since it was loaded; 0
    /// where it doesn't.
    [[nodiscard]] virtual std::uint64_t framing_errors() const noexcept { return 0; }

    /// Sends that to the device, as much of it as the driver takes at once: so many bytes. 0: it
    /// takes none, or there is no way back to it.
    [[nodiscard]] virtual std::size_t write(std::string_view /*bytes*/) noexcept { return 0; }

    /// The line's rate from now on; what is unread is thrown away. False: it can't be that rate, or
    /// has none, and nothing has changed.
    [[nodiscard]] virtual bool set_rate(unsigned /*baud*/) noexcept { return false; }

    /// Whether bytes may be left unread for a part of a second, because the system keeps them.
    /// Their time of arrival is then lost: read() says when they were read.
    [[nodiscard]] virtual bool may_wait() const noexcept { return false; }
};

} // namespace hal
