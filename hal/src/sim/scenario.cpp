#include "hal/sim/scenario.hpp"

namespace hal::sim {
namespace {

constexpr double no = 0, yes = 1; // their places among the words

constexpr std::array faults{
    NamedFault{"pps missing", Key::line_missing, 1},
    NamedFault{"pps doubled", Key::line_doubled, 1},
    NamedFault{"pps glitches", Key::line_glitches, 3},
    NamedFault{"pps bounce", Key::line_bounce, 1},
    NamedFault{"pps hum", Key::line_hum, 50},
    NamedFault{"pps floating", Key::line_floating, yes},
    NamedFault{"no fix", Key::receiver_fix, no},
    NamedFault{"silence", Key::nmea_silence, yes},
    NamedFault{"garbage", Key::nmea_garbage, 1},
    NamedFault{"bad checksums", Key::nmea_bad_checksum, 1},
    NamedFault{"late labels", Key::nmea_late, 1},
    NamedFault{"labels ahead", Key::receiver_label_offset, 1},
    NamedFault{"labels behind", Key::receiver_label_offset, -1},
    NamedFault{"labels repeat", Key::receiver_repeats, 1},
    NamedFault{"labels skip", Key::receiver_skips, 1},
    NamedFault{"old date", Key::receiver_rollovers, 1},
    NamedFault{"load", Key::latency_load, 1},
    NamedFault{"stall", Key::daemon_stall, yes},
};

} // namespace

std::span<const NamedFault> named_faults() noexcept {
    return faults;
}

Scenario::Scenario() {
    using enum SentenceType;
    sentence_sets.push_back({rmc, gga, gsa, gsv, gsv, gsv});
}

} // namespace hal::sim
