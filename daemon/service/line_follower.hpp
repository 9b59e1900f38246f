// Keeps a receiver's line at the rate at which the receiver sends.
#pragma once

#include "daemon/pipeline/rate_follower.hpp"
#include "daemon/text/log.hpp"
#include "hal/byte_source.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::app {

class LineFollower {
  public:
    /// baud: the option. The log must outlive it.
    LineFollower(unsigned baud, const Log& log) : baud_{baud}, follower_{baud}, log_{log} {}

    /// So many bytes were read; whole: Pipeline::whole(). The line's rate, if it has another one
    /// from now on.
    [[nodiscard]] std::optional<unsigned> read(hal::ByteSource& line, std::size_t bytes,
                                               hal::MonoTime now, std::uint64_t whole);

    /// The line was opened again, at the rate that the option has. As above.
    [[nodiscard]] std::optional<unsigned> opened();

    [[nodiscard]] unsigned rate() const noexcept { return follower_.rate(); }

  private:
    void tell_followed() const;

    unsigned baud_;
    RateFollower follower_;
    const Log& log_;
};

} // namespace ppsd::app
