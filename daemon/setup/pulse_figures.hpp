// What the edges of one line are: pulses, how often and how long, or noise. Pure.
#pragma once

#include "daemon/setup/facts.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <vector>

namespace ppsd::app {

/// Knows nothing of seconds: whatever repeats, by edges of both polarities, has a period. Three
/// periods tell it, or two pulses that are equally long.
class PulseFigures {
  public:
    /// In order of time. Of a line that has thousands, the first are enough.
    void add(hal::MonoTime edge, hal::Polarity polarity);

    [[nodiscard]] std::uint64_t edges() const { return count_; }
    [[nodiscard]] PulseFacts facts() const;

    /// The last edge that began a pulse and is not later than that; nothing: none is known.
    [[nodiscard]] std::optional<hal::MonoTime> leading_before(hal::MonoTime t) const;

  private:
    struct Edge {
        hal::MonoTime time;
        hal::Polarity polarity;
    };
    [[nodiscard]] std::optional<hal::Polarity> leading() const;
    [[nodiscard]] std::vector<hal::MonoTime> of(hal::Polarity polarity) const;
    [[nodiscard]] std::vector<double> parts(hal::Polarity begin) const;

    std::vector<Edge> edges_;
    std::uint64_t count_ = 0;
};

} // namespace ppsd::app
