// What came out of a simulation.
#pragma once

#include "daemon/pipeline/counters.hpp"
#include "daemon/simulate/sim_histogram.hpp"
#include "hal/feed.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::app {

/// Where something went wrong, so that it can be run again.
struct SimPlace {
    std::uint64_t seed = 0;
    std::int64_t second = 0; ///< true seconds from the start of that run
    std::int64_t off = 0;    ///< of a wrong sample: whole seconds that its receive time is late
};

/// More than ten members: one for each figure that a report names.
struct SimFigures {
    std::uint64_t runs = 0;
    std::uint64_t seconds = 0;   ///< true ones
    std::uint64_t samples = 0;   ///< of the pulses, handed over
    std::uint64_t wrong = 0;     ///< of these, off by whole seconds
    std::uint64_t invisible = 0; ///< off by whole seconds, as the receiver is without showing it
    std::uint64_t invisible_anew = 0;   ///< the same, only to a daemon that had to begin anew
    std::uint64_t leap_wrong = 0;       ///< right ones, of both feeds, with a wrong leap field
    std::uint64_t due = 0;              ///< seconds that should not be missed
    std::uint64_t missed = 0;           ///< of these
    std::uint64_t never_locked = 0;     ///< runs with a fix, and no sample
    std::int64_t slowest_lock = 0;      ///< s from the first fix to the first sample, the most
    SimHistogram error;                 ///< of the pulses' receive times, wrong ones left out
    std::uint64_t within_precision = 0; ///< of these, as near to the truth as they say

    std::uint64_t nmea_samples = 0;
    std::uint64_t nmea_wrong = 0;
    std::uint64_t nmea_invisible = 0;
    SimHistogram nmea_error;

    std::optional<SimPlace> first_wrong;
    std::optional<SimPlace> first_missed;
    std::optional<SimPlace> first_nmea_wrong;
    std::optional<SimPlace> first_leap_wrong;

    // Verdicts.
    NmeaCounters sentences;
    DisciplineCounters edges;
    DisciplineCounters labels;
    hal::ByFeed<DisciplineCounters> published;
};

} // namespace ppsd::app
