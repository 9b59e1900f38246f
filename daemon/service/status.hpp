// What a running ppsd says about itself, as values and as JSON. Pure.
#pragma once

#include "daemon/outputs/outputs.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/sample.hpp"
#include "daemon/pipeline/state.hpp"
#include "hal/feed.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

struct SourceStatus {
    std::string name;
    bool open = false;                     ///< false: its device is gone, it is looked for
    std::optional<hal::Nanos> last_before; ///< how long ago something came
};

struct FeedStatus {
    std::optional<int> unit; ///< the first of its outputs that is one
    std::optional<Sample> last;
    std::optional<hal::Nanos> last_before; ///< how long ago it was handed over
    DisciplineCounters verdicts;
    std::vector<OutputStatus> outputs;
};

/// When it went from locked or holdover to another state.
struct UnlockStatus {
    hal::RealTime at;
    hal::Nanos before{0}; ///< how long ago
    State to = State::starting;
    std::string explanation;           ///< of then
    std::optional<hal::Nanos> lasting; ///< until it was locked again; nothing: it still lasts
};

/// As the receiver says it, in GSA and GSV.
struct SatelliteStatus {
    std::optional<int> used; ///< for its fix
    std::optional<int> in_view;
    std::optional<double> signal_db; ///< mean C/N0 of those that it tracks, dB-Hz
    hal::Nanos before{0};            ///< how long ago it said so
};

/// How the pulses' edges get their time: see pipeline/poll_planner.hpp and irq_lateness.hpp.
struct StampingStatus {
    /// "polled", "measuring" (polled, but for some that measure interrupts) or "interrupts"
    std::string_view how;
    hal::Nanos window{0}; ///< before and after the due time
    std::uint64_t polled = 0;
    std::uint64_t missed = 0;        ///< edges not found, or that didn't come
    std::optional<hal::Nanos> bound; ///< of a pulse's error; of polled ones in the median
    hal::Nanos irq_delay{0};         ///< what interrupts' stamps are corrected by
    hal::Nanos irq_spread{0};        ///< of the measurements
    std::uint64_t irq_measured = 0;
};

/// The state beyond the pipeline's: a unit's segment was removed, and can't be made again.
inline constexpr std::string_view unit_removed = "unit-removed";

/// More than ten members: one for each thing that status_json() says.
struct Status {
    std::string_view version;
    int pid = 0;
    hal::RealTime now;     ///< as the system's clock has it
    hal::Nanos running{0}; ///< for so long
    State state = State::starting;
    StateText state_text;
    std::string unit_removed; ///< why, and what to do: the state is that; empty: it is `state`
    hal::Nanos state_for{0};  ///< for so long
    std::optional<UnlockStatus> last_unlock;
    std::uint64_t missed = 0;      ///< seconds since the first lock without a pulse's sample
    std::uint64_t renumbered = 0;  ///< how often other seconds than before were believed
    std::uint64_t clock_steps = 0; ///< how often the system clock was set

    std::optional<SourceStatus> pulses;
    SourceStatus sentences;
    hal::ByFeed<std::optional<FeedStatus>> published; ///< nothing: it has no output

    std::optional<StampingStatus> stamping; ///< nothing: interrupts alone, as they are
    std::optional<hal::Nanos> pulse_width;
    std::optional<hal::Nanos> period; ///< what a second by the pulses is on the oscillator
    std::optional<hal::Nanos> jitter; ///< of the pulses: mean distance from where they are due
    std::optional<hal::Nanos> delay;  ///< from a pulse to its label, as it was learned last

    std::optional<SatelliteStatus> satellites;       ///< nothing: not said in the last 30 s
    std::optional<hal::UtcSecond> leap_list_expires; ///< nothing: there is no list
    std::optional<unsigned> baud;    ///< of the receiver's line; nothing: it has no rate
    std::optional<double> line_load; ///< of the receiver's line, 0 to 1; see nmea/line_load.hpp

    DisciplineCounters edge_verdicts;
    DisciplineCounters label_verdicts;
    NmeaCounters sentence_verdicts;
};

/// One object on one line, with its end. All keys are always there; what is not known is null.
/// Times of day are UTC as the system's clock has it, "2027-01-15T08:00:00Z"; the rest is in s, and
/// leap_list_expires in s since 1970.
/// reason: what a state is in, of those that have several ("no-checksum"); of `locked`, what came
/// in the place of missing pulses, where many are missing ("no-edge"); else null.
[[nodiscard]] std::string status_json(const Status& status);

} // namespace ppsd::app
