// How often each verdict was given.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "daemon/nmea/other_protocols.hpp"
#include "daemon/nmea/verdict.hpp"

#include <array>
#include <cstdint>

namespace ppsd::app {

template <class Verdict, std::size_t size>
class Counters {
  public:
    void count(Verdict verdict) noexcept { add(verdict, 1); }
    void add(Verdict verdict, std::uint64_t times) noexcept {
        counts_[static_cast<std::size_t>(verdict)] += times;
    }
    [[nodiscard]] std::uint64_t operator[](Verdict verdict) const noexcept {
        return counts_[static_cast<std::size_t>(verdict)];
    }
    Counters& operator+=(const Counters& other) noexcept {
        for (std::size_t i = 0; i < size; ++i)
            counts_[i] += other.counts_[i];
        return *this;
    }

  private:
    std::array<std::uint64_t, size> counts_{};
};

using NmeaCounters = Counters<nmea::Verdict, nmea::verdict_count>;
using ProtocolCounters = Counters<nmea::Protocol, nmea::protocol_count>;
using DisciplineCounters = Counters<discipline::Verdict, discipline::verdict_count>;

} // namespace ppsd::app
