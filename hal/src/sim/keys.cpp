#include "hal/sim/keys.hpp"

#include <charconv>

namespace hal::sim {
namespace {

using enum Key;
using enum Kind;

constexpr double day = 86400;

// The default sentences are set 0 of every scenario, and the default start is 2026-03-01.
constexpr std::array<KeyInfo, key_count> table{{
    {start, instant, "start", "UTC", "2026-03-01T00:00:00", 0, 4e9, "the first true second"},
    {length, number, "length", "s", "86400", 60, 366 * day, "of one run"},
    {levels, word, "levels", "both wire label", "both", 0, 0, "at which it makes sense"},
    {grace, number, "grace", "s", "10", 0, 3600, "how long after a fault seconds may be missed"},
    {leap, word, "leap", "none inserted deleted", "none", 0, 0, "second at the end of the month"},

    {clock_ahead, number, "clock.ahead", "s", "0.3", -2e9, 2e9, "the system clock at the start"},
    {clock_drift, number, "clock.drift", "ppm", "20", -1000, 1000, "how fast the clock runs"},
    {clock_walk, number, "clock.walk", "ppb", "0.1", 0, 1000, "random walk of it, each second"},
    {clock_swing, number, "clock.swing", "ppm", "1", 0, 100, "amplitude by temperature"},
    {clock_swing_period, number, "clock.swing-period", "s", "86400", 60, 1e8, "of the swing"},
    {clock_temperature_step, number, "clock.temperature-step", "ppm", "0", -50, 50,
     "how far the temperature moves the rate, by 10 ppm in a minute"},
    {clock_slew, number, "clock.slew", "ppm", "0", -83333, 83333,
     "somebody slews the clock (83333 at most, with what `ntp` does)"},
    {clock_step, number, "clock.step", "s", "0", -1e9, 1e9, "once: somebody steps the clock"},
    {clock_step_inside, number, "clock.step-inside", "s", "0", -1e9, 1e9,
     "once: the step comes while a sample is being handed over"},
    {clock_synchronised, word, "clock.synchronised", "no yes", "no", 0, 0, "says the kernel"},

    {latency_least, number, "latency.least", "ns", "1000", 0, 1e8, "from edge to stamp"},
    {latency_usual, number, "latency.usual", "ns", "2000", 0, 1e7, "mean of what comes on top"},
    {latency_tail, number, "latency.tail", "of 1", "0.001", 0, 1, "of the stamps are far later"},
    {latency_tail_scale, number, "latency.tail-scale", "ns", "20000", 0, 1e8,
     "Pareto (exponent 1.5) scale of those"},
    {latency_longest, number, "latency.longest", "ns", "3000000", 0, 1e9, "no stamp is later"},
    {latency_load, number, "latency.load", "1/s", "0.0001", 0, 1, "how often a load begins"},
    {latency_load_length, number, "latency.load-length", "s", "5", 0, 1e5, "mean, of a load"},
    {latency_load_factor, number, "latency.load-factor", "", "10", 1, 1000,
     "by what a load makes usual, tail and tail-scale larger"},
    {latency_wake, number, "latency.wake", "ns", "60000", 0, 1e9,
     "mean, until the daemon has what the kernel has"},
    {daemon_stall, word, "daemon.stall", "no yes", "no", 0, 0, "the daemon isn't run at all"},
    {machine_sleep, word, "machine.sleep", "no yes", "no", 0, 0,
     "suspend: CLOCK_MONOTONIC stands still, what comes is lost"},

    {pps_pulses, word, "pps.pulses", "always with-fix never", "always", 0, 0, "when there are any"},
    {pps_jitter, number, "pps.jitter", "ns", "20", 0, 1e8, "standard deviation of the pulse"},
    {pps_late_uniform, number, "pps.late-uniform", "ns", "0", 0, 1e8,
     "edges are late by up to that, evenly, as by a USB adapter that is polled"},
    {pps_sawtooth, number, "pps.sawtooth", "ns", "10", 0, 1e6, "largest, of the receiver's clock"},
    {pps_bias, number, "pps.bias", "ns", "0", -1e9, 1e9, "how late all pulses are"},
    {pps_width, number, "pps.width", "s", "0.1", 1e-6, 0.95, "of the pulse"},
    {pps_polarity, word, "pps.polarity", "rising falling", "rising", 0, 0, "of the leading edge"},
    {pps_rate, number, "pps.rate", "Hz", "1", 0.1, 10,
     "a whole number of pulses in a second, or one pulse in a whole number of seconds"},

    {line_missing, number, "line.missing", "of 1", "0", 0, 1, "of the pulses don't arrive"},
    {line_doubled, number, "line.doubled", "of 1", "0", 0, 1,
     "of the pulses that arrive come again 1 to 30 ms after"},
    {line_glitches, number, "line.glitches", "1/s", "0", 0, 50, "spikes anywhere"},
    {line_bounce, number, "line.bounce", "of 1", "0", 0, 1,
     "of the pulses that arrive ring for 1 ms"},
    {line_hum, number, "line.hum", "Hz", "0", 0, 100, "the line carries hum and no pulses"},
    {line_floating, word, "line.floating", "no yes", "no", 0, 0,
     "nothing drives the line: 30 edges a second, and no pulses"},

    {nmea_sentences, sentences, "nmea.sentences", "", "RMC GGA GSA GSV GSV GSV", 0, 0,
     "in this order: RMC GGA GNS GLL ZDA GSA GSV VTG TXT"},
    {nmea_talker, word, "nmea.talker", "GP GN GL GA GB", "GP", 0, 0, "of all sentences"},
    {nmea_decimals, number, "nmea.decimals", "", "2", 0, 3, "of the times' seconds"},
    {nmea_rate, number, "nmea.rate", "Hz", "1", 1, 25, "bursts in a second; divides 100"},
    {nmea_baud, number, "nmea.baud", "bit/s", "9600", 4800, 921600, "10 bits are a byte"},
    {nmea_chunk, number, "nmea.chunk", "bytes", "32", 1, 64, "that the UART hands over at once"},
    {nmea_buffer, number, "nmea.buffer", "bytes", "4096", 256, 65536,
     "the transmitter's: sentences that don't fit in are lost (level wire)"},
    {nmea_pause, number, "nmea.pause", "s", "0", 0, 2, "of silence inside each burst"},
    {nmea_pause_after, number, "nmea.pause-after", "", "1", 1, 20, "so many of its sentences"},
    {nmea_delay, number, "nmea.delay", "s", "0.12", -0.9, 2, "from the second to the first bit"},
    {nmea_delay_jitter, number, "nmea.delay-jitter", "s", "0.01", 0, 0.5, "standard deviation"},
    {nmea_wander, number, "nmea.wander", "s", "0", 0, 1, "amplitude of a slow swing of the delay"},
    {nmea_wander_period, number, "nmea.wander-period", "s", "3600", 10, 1e7, "of that"},
    {nmea_late, number, "nmea.late", "of 1", "0", 0, 1, "of the bursts come late"},
    {nmea_late_by, number, "nmea.late-by", "s", "0.45", 0, 3, "how late"},
    {nmea_shuffled, word, "nmea.shuffled", "no yes", "no", 0, 0, "each burst has its own order"},
    {nmea_gsv_varies, word, "nmea.gsv-varies", "no yes", "no", 0, 0, "some GSVs are left out"},
    {nmea_silence, word, "nmea.silence", "no yes", "no", 0, 0, "nothing is sent"},
    {nmea_garbage, number, "nmea.garbage", "of 1", "0", 0, 1, "of the bursts have garbage in them"},
    {nmea_bad_checksum, number, "nmea.bad-checksum", "of 1", "0", 0, 1, "of the bursts are broken"},
    {nmea_flips, number, "nmea.flips", "of 1", "0", 0, 1, "of the bytes have a bit turned over"},

    {receiver_fix_after, number, "receiver.fix-after", "s", "30", 0, 1e6, "from power on"},
    {receiver_fix, word, "receiver.fix", "no yes", "yes", 0, 0, "whether it sees the sky"},
    {receiver_before_fix, word, "receiver.before-fix", "empty rtc silent", "empty", 0, 0,
     "what it says without a fix: empty fields, its own clock's time, or nothing"},
    {receiver_rollovers, number, "receiver.rollovers", "", "0", 0, 2, "1024 weeks off so often"},
    {receiver_label_offset, number, "receiver.label-offset", "s", "0", -20, 20,
     "its labels are ahead by that"},
    {receiver_leap_count_error, number, "receiver.leap-count-error", "s", "0", -20, 20,
     "the same, from power on until it has the almanac"},
    {receiver_leap_count_for, number, "receiver.leap-count-for", "s", "750", 0, 1e6,
     "after the fix"},
    {receiver_repeats, number, "receiver.repeats", "of 1", "0", 0, 1,
     "of the bursts say the second before"},
    {receiver_skips, number, "receiver.skips", "of 1", "0", 0, 1,
     "of the bursts say the one after"},
    {receiver_leap, word, "receiver.leap", "announced repeat-59 repeat-00 late early", "announced",
     0, 0, "how it numbers a leap second"},
    {receiver_leap_off, number, "receiver.leap-off", "s", "20", 1, 1e6, "how late, or early"},

    {ntp_mode, word, "ntp.mode", "none outside loop", "none", 0, 0,
     "who keeps the clock: nobody, somebody else, or one that reads our samples"},
    {ntp_poll, number, "ntp.poll", "log2 s", "4", 0, 10, "how often it acts, in the loop"},
    {ntp_makestep, number, "ntp.makestep", "", "3", 0, 1e6, "actions that may step, in the loop"},
    {ntp_longest_slew, number, "ntp.longest-slew", "ppm", "83333", 1, 83333,
     "how fast it may slew"},
    {ntp_step_every, number, "ntp.step-every", "s", "3600", 1, 1e9, "mean, from outside"},
    {ntp_step_size, number, "ntp.step-size", "s", "0.5", 0, 1e6, "standard deviation of those"},
    {ntp_slew_every, number, "ntp.slew-every", "s", "1800", 1, 1e9, "mean, from outside"},
    {ntp_slew_length, number, "ntp.slew-length", "s", "30", 1, 1e6, "mean, of those"},

    {ppsd_edge, word, "ppsd.edge", "auto rising falling", "auto", 0, 0, "ppsd's option"},
    {ppsd_lock_count, number, "ppsd.lock-count", "", "5", 2, 3600, "ppsd's option"},
    {ppsd_holdover, number, "ppsd.holdover", "s", "10", 0, 3600, "ppsd's option"},
    {ppsd_nmea_delay, optional, "ppsd.nmea-delay", "s", "unset", -1, 2, "ppsd's option"},
    {ppsd_pps_delay, number, "ppsd.pps-delay", "ns", "0", -1e9, 1e9, "ppsd's option"},
    {ppsd_leap_list, word, "ppsd.leap-list", "current missing", "current", 0, 0,
     "the list of leap seconds that it has"},
    {ppsd_trust, word, "ppsd.trust", "receiver clock neither", "receiver", 0, 0,
     "ppsd's option; simulated clocks call themselves synchronised while they are seconds off"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < key_count; ++i)
        if (static_cast<std::size_t>(table[i].key) != i) return false;
    return true;
}
static_assert(in_order());

constexpr double default_start = 1'772'323'200; // 2026-03-01

double fallback_value(const KeyInfo& row) {
    switch (row.kind) {
    case instant:
        return default_start;
    case sentences:
        return 0;
    case optional:
        return not_set;
    case word:
        return place_of(row.fallback, row.unit).value_or(0);
    case number:
        break;
    }
    double value = 0;
    std::from_chars(row.fallback.data(), row.fallback.data() + row.fallback.size(), value);
    return value;
}

} // namespace

std::span<const KeyInfo> keys() noexcept {
    return table;
}

const KeyInfo& info(Key key) noexcept {
    return table[static_cast<std::size_t>(key)];
}

const KeyInfo* find_key(std::string_view name) noexcept {
    for (const KeyInfo& row : table)
        if (row.name == name) return &row;
    return nullptr;
}

std::optional<int> place_of(std::string_view word, std::string_view words) noexcept {
    for (int place = 0; !words.empty(); ++place) {
        const auto end = words.find(' ');
        if (words.substr(0, end) == word) return place;
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    }
    return std::nullopt;
}

Parameters::Parameters() {
    static const auto defaults = [] {
        std::array<double, key_count> values{};
        for (std::size_t i = 0; i < key_count; ++i)
            values[i] = fallback_value(table[i]);
        return values;
    }();
    values_ = defaults;
}

} // namespace hal::sim
