#include "daemon/simulate/sim_drawn.hpp"

#include "hal/sim/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ppsd::app {

using namespace hal::sim;

namespace {

using enum Key;

/// How a number is drawn, if it isn't left at its default.
struct Draw {
    Key key;
    double chance; ///< that it is drawn
    double low;
    double high;
    bool by_magnitude = false; ///< evenly on a logarithmic scale
};

// The ranges hold what is met in the field, and somewhat more.
constexpr std::array parameters{
    Draw{clock_ahead, 0.9, -5, 5},
    Draw{clock_drift, 0.9, -100, 100},
    Draw{clock_walk, 0.5, 0.01, 10, true},
    Draw{clock_swing, 0.5, 0, 5},
    Draw{clock_swing_period, 0.5, 600, 86400, true},
    Draw{latency_least, 0.7, 300, 30'000, true},
    Draw{latency_usual, 0.7, 200, 30'000, true},
    Draw{latency_tail, 0.5, 1e-5, 0.02, true},
    Draw{latency_tail_scale, 0.5, 5e3, 5e5, true},
    Draw{latency_longest, 0.5, 1e5, 2e7, true},
    Draw{latency_load, 0.4, 1e-5, 0.01, true},
    Draw{latency_load_length, 0.4, 1, 60, true},
    Draw{latency_load_factor, 0.4, 2, 100, true},
    Draw{latency_wake, 0.6, 5e3, 5e6, true},
    Draw{pps_jitter, 0.7, 1, 1e5, true},
    Draw{pps_sawtooth, 0.5, 0, 500},
    Draw{pps_width, 0.6, 1e-5, 0.44, true},
    Draw{pps_width, 0.1, 0.56, 0.9},
    Draw{line_missing, 0.2, 1e-5, 0.05, true},
    Draw{line_doubled, 0.1, 1e-5, 0.01, true},
    Draw{line_glitches, 0.2, 1e-5, 0.3, true},
    Draw{line_bounce, 0.1, 1e-5, 0.3, true},
    Draw{nmea_delay, 0.8, 0.02, 0.9},
    Draw{nmea_delay_jitter, 0.8, 1e-4, 0.12, true},
    Draw{nmea_wander, 0.3, 0, 0.2},
    Draw{nmea_wander_period, 0.3, 60, 86400, true},
    Draw{nmea_late, 0.2, 1e-5, 0.1, true},
    Draw{nmea_late_by, 0.5, 0.05, 2.5},
    Draw{nmea_garbage, 0.2, 1e-5, 0.1, true},
    Draw{nmea_bad_checksum, 0.2, 1e-5, 0.1, true},
    Draw{nmea_flips, 0.2, 1e-7, 1e-3, true},
    Draw{receiver_fix_after, 0.7, 0, 300},
    Draw{receiver_repeats, 0.1, 1e-5, 0.02, true},
    Draw{receiver_skips, 0.1, 1e-5, 0.02, true},
    Draw{receiver_leap_off, 0.5, 1, 120},
    Draw{ntp_step_every, 0.8, 60, 20000, true},
    Draw{ntp_step_size, 0.8, 1e-4, 100, true},
    Draw{ntp_slew_every, 0.8, 60, 20000, true},
    Draw{ntp_slew_length, 0.8, 5, 600, true},
    Draw{ntp_longest_slew, 0.8, 10, 83333, true},
    Draw{pps_bias, 0.2, -1e5, 1e5},
    Draw{ppsd_pps_delay, 0.2, -1e5, 1e5},
    Draw{ppsd_holdover, 0.4, 0, 120},
};

/// Faults that come now and then: their key and value, and how long they last.
struct FaultDraw {
    Key key;
    double low;
    double high;
    double longest; ///< s
};
constexpr std::array faults{
    FaultDraw{line_missing, 1, 1, 600},
    FaultDraw{line_missing, 0.1, 0.9, 60},
    FaultDraw{line_doubled, 0.1, 1, 60},
    FaultDraw{line_glitches, 0.1, 20, 60},
    FaultDraw{line_bounce, 0.1, 1, 60},
    FaultDraw{line_hum, 40, 70, 60},
    FaultDraw{line_floating, 1, 1, 60},
    FaultDraw{receiver_fix, 0, 0, 600},
    FaultDraw{nmea_silence, 1, 1, 600},
    FaultDraw{nmea_garbage, 1, 1, 60},
    FaultDraw{nmea_bad_checksum, 0.2, 1, 60},
    FaultDraw{nmea_flips, 1e-4, 0.1, 60},
    FaultDraw{nmea_late, 0.2, 1, 45},
    FaultDraw{receiver_label_offset, 1, 1, 40},
    FaultDraw{receiver_label_offset, -1, -1, 40},
    FaultDraw{receiver_label_offset, -18, 18, 40},
    FaultDraw{receiver_repeats, 0.1, 1, 30},
    FaultDraw{receiver_skips, 0.1, 1, 30},
    FaultDraw{latency_load, 1, 1, 60},
    FaultDraw{daemon_stall, 1, 1, 12},
    FaultDraw{machine_sleep, 1, 1, 300},
    FaultDraw{clock_slew, -83333, 83333, 120},
    FaultDraw{clock_step, -10, 10, 0},
    FaultDraw{clock_step_inside, -2, 2, 0},
    FaultDraw{clock_temperature_step, -10, 10, 1800},
};

double draw(const Draw& from, Random& random) {
    if (!from.by_magnitude) return random.between(from.low, from.high);
    return std::exp(random.between(std::log(from.low), std::log(from.high)));
}

void draw_sentences(Scenario& scenario, Random& random) {
    using enum SentenceType;
    static const std::array<SentenceSet, 7> sets{{{rmc},
                                                  {gga, rmc},
                                                  {gga, gll, gsa, gsv, gsv, gsv, rmc, vtg},
                                                  {zda, gga},
                                                  {rmc, zda, gns, gsa, gsv},
                                                  {txt, gll, zda},
                                                  {gns, gsa, gsv, gsv, gsv, gsv, gsv, rmc}}};
    scenario.sentence_sets.push_back(sets[random.bits() % sets.size()]);
    const bool other_set = random.chance(0.7);
    scenario.base.set(nmea_sentences, other_set);
    const bool many = other_set && scenario.sentence_sets.back().size() > 5;
    constexpr std::array rates{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5, 10, 20, 25};
    const int rate = rates[random.bits() % rates.size()];
    constexpr std::array bauds{4800, 9600, 9600, 38400, 115200};
    // A line that can't carry them all shows nothing but full buffers; and nobody can tell how late
    // a slow one's sentences are if they come in any order.
    const int usual = bauds[random.bits() % bauds.size()];
    const int slowest = many ? 9600 : 4800;
    const int baud = rate > 10 ? 460800 : rate > 1 ? 115200 : std::max(slowest, usual);
    scenario.base.set(nmea_rate, rate);
    const bool shuffled = random.chance(0.1);
    scenario.base.set(nmea_shuffled, shuffled);
    scenario.base.set(nmea_baud, shuffled ? std::max(115200, baud) : baud);
    scenario.base.set(nmea_talker, static_cast<double>(random.bits() % 5));
    scenario.base.set(nmea_decimals, rate > 1 ? 2 : static_cast<double>(random.bits() % 4));
    // Chunks that are 100 ms apart look like the ends of bursts, and tear off the sentence that
    // names the time: later than until_named() says.
    constexpr double longest_chunk = 0.09, bits = 10;
    const double chunk = std::floor(longest_chunk / bits * scenario.base[nmea_baud]);
    scenario.base.set(nmea_chunk, std::min(chunk, static_cast<double>(8 + random.bits() % 57)));
    scenario.base.set(nmea_gsv_varies, random.chance(0.3));
}

// A line on which each second has a burst that holds up the others is always late.
void keep_the_line_free(Scenario& scenario) {
    const double rate = scenario.base[nmea_rate];
    scenario.base.set(nmea_late, scenario.base[nmea_late] / rate);
    for (TimedFault& fault : scenario.faults)
        for (auto& change : fault.changes)
            if (change.key == nmea_late)
                change.value = {change.value.low / rate, change.value.high / rate};
}

// From a burst's first bit to when the first sentence that names the time is noticed.
double until_named(const Scenario& scenario) {
    constexpr double bits = 10, sentence = 82; // bytes, at most
    const Parameters& base = scenario.base;
    const auto& set = scenario.sentence_sets[static_cast<std::size_t>(base[nmea_sentences])];
    double before = 0;
    if (base.is_on(nmea_shuffled))
        before = static_cast<double>(set.size() - 1);
    else if (set.front() == SentenceType::txt)
        before = 1;
    return (before * sentence + base[nmea_chunk]) * bits / base[nmea_baud];
}

// Sentences that begin before their second, or a second after it, name another pulse: nothing on
// the wire shows it.
void keep_within_the_second(Scenario& scenario) {
    Parameters& base = scenario.base;
    const double named = until_named(scenario);
    base.set(nmea_delay, std::min(base[nmea_delay], 0.95 - named));
    const double room = std::min(base[nmea_delay], 1 - named - base[nmea_delay]);
    base.set(nmea_delay_jitter, std::min(base[nmea_delay_jitter], room / 8));
    base.set(nmea_wander, std::min(base[nmea_wander], room / 2));
}

void draw_words(Scenario& scenario, Random& random) {
    Parameters& base = scenario.base;
    base.set(pps_polarity, random.chance(0.3));
    base.set(pps_pulses, random.chance(0.4)); // always, with-fix
    base.set(receiver_before_fix, static_cast<double>(random.bits() % 3));
    base.set(receiver_rollovers, random.chance(0.2));
    base.set(ntp_mode, static_cast<double>(random.bits() % 3));
    base.set(ppsd_leap_list, random.chance(0.3));
    base.set(clock_synchronised, random.chance(0.3));
    // The user knows the edge, or leaves it to auto; auto needs pulses that both edges can be seen
    // of.
    const bool narrow = base[pps_width] < 1e-3;
    const bool wide = base[pps_width] > 0.5;
    if (narrow || wide || random.chance(0.3)) base.set(ppsd_edge, 1 + base[pps_polarity]);
    if (random.chance(0.3)) base.set(ppsd_lock_count, 3 + static_cast<double>(random.bits() % 14));
    base.set(ntp_poll, static_cast<double>(random.bits() % 9));
    base.set(ntp_makestep, static_cast<double>(random.bits() % 4));
    // The user knows the delay, more or less.
    if (random.chance(0.15))
        base.set(ppsd_nmea_delay, base[nmea_delay] + random.between(-0.1, 0.1));
    if (random.chance(0.02)) base.set(pps_rate, static_cast<double>(2 + random.bits() % 4));
    if (random.chance(0.2)) {
        base.set(leap, static_cast<double>(1 + random.bits() % 2));
        base.set(start, std::floor(1'782'864'000 - random.between(120, 7200))); // before July 2026
        base.set(receiver_leap, static_cast<double>(random.bits() % 5));
    } else if (random.chance(0.2)) {
        const double off = 1 + static_cast<double>(random.bits() % 18);
        base.set(receiver_leap_count_error, random.chance(0.5) ? off : -off);
        base.set(receiver_leap_count_for, random.between(100, 1000));
    }
}

void draw_faults(Scenario& scenario, Random& random) {
    for (std::uint64_t i = random.bits() % 8; i > 0; --i) {
        const FaultDraw& from = faults[random.bits() % faults.size()];
        TimedFault fault;
        fault.every = std::exp(random.between(std::log(60.0), std::log(20000.0)));
        fault.length = {from.longest > 0 ? 0.5 : 0, from.longest * random.unit()};
        if (fault.length.high < fault.length.low) fault.length.high = fault.length.low;
        fault.changes.push_back({from.key, {from.low, from.high}});
        scenario.faults.push_back(fault);
    }
}

// A wire that comes off again before its pulses have been locked on, for some time or for good.
bool draw_loose_wire(Scenario& scenario, Random& random) {
    if (!random.chance(0.05)) return false;
    TimedFault fault;
    fault.at = scenario.base[receiver_fix_after] + random.between(0, 20);
    fault.length.low = fault.length.high = std::exp(random.between(std::log(5.0), std::log(1e5)));
    fault.changes.push_back({line_missing, {1, 1}});
    scenario.faults.push_back(fault);
    return true;
}

// Sentences that come at another time of the second for a while, perhaps while there are no pulses;
// always at the same, and not for longer than the last pulse tells: which of several it is, nobody
// could say.
void draw_other_delay(Scenario& scenario, Random& random) {
    const double scatter =
        std::max(8 * scenario.base[nmea_delay_jitter], 2 * scenario.base[nmea_wander]);
    const double named = until_named(scenario);
    double earliest = scatter;
    double latest = 0.95 - named - scatter;
    // What the user has told them to be decides which pulse they mean, to half a second.
    constexpr double near = 0.3;
    if (const double told = scenario.base[ppsd_nmea_delay]; told != not_set) {
        earliest = std::max(earliest, told - near);
        latest = std::min(latest, told + near - named);
    }
    if (latest <= earliest || !random.chance(0.2)) return;
    TimedFault fault;
    fault.every = std::exp(random.between(std::log(100.0), std::log(20000.0)));
    fault.length = {1, std::exp(random.between(std::log(10.0), std::log(1500.0)))};
    const double other = random.between(earliest, latest);
    fault.changes.push_back({nmea_delay, {other, other}});
    if (random.chance(0.5)) fault.changes.push_back({line_missing, {1, 1}});
    scenario.faults.push_back(fault);
}

// A line that is nearly full, or more than full, and what the receiver's buffer makes of it.
void draw_full_line(Scenario& scenario, Random& random) {
    using enum SentenceType;
    constexpr double bits = 10, usual_sentence = 66; // bytes
    constexpr int baud = 9600;
    const double load = random.between(0.8, 1.3);
    SentenceSet set{random.chance(0.5) ? SentenceSet{rmc, gga} : SentenceSet{gga, gsa, rmc}};
    while (static_cast<double>(set.size() + 1) * usual_sentence * bits < load * baud)
        set.push_back(gsv);
    set.push_back(random.chance(0.5) ? rmc : vtg);
    scenario.sentence_sets.push_back(set);
    Parameters& base = scenario.base;
    base.set(nmea_sentences, static_cast<double>(scenario.sentence_sets.size() - 1));
    base.set(nmea_rate, 1);
    base.set(nmea_baud, baud);
    base.set(nmea_gsv_varies, random.chance(0.5));
    base.set(nmea_buffer, 512 << random.bits() % 4);
}

// Pulses that aren't one in a second, or come as a USB adapter shows them.
void draw_other_pulses(Scenario& scenario, Random& random) {
    Parameters& base = scenario.base;
    if (random.chance(0.3)) {
        base.set(pps_late_uniform, random.between(1e5, 16e6));
        return;
    }
    if (random.chance(0.3)) {
        base.set(pps_width, random.chance(0.5) ? 0.5 : 0.9);
        base.set(ppsd_edge, 1 + base[pps_polarity]); // auto can't tell, and errs by 0.1 s
        return;
    }
    constexpr std::array rates{0.2, 0.5, 2.0, 5.0, 10.0};
    base.set(pps_rate, rates[random.bits() % rates.size()]);
    base.set(pps_width, std::min(base[pps_width], 0.04));
}

// What was added after the others, so that those stay as they were.
void draw_rarities(Scenario& scenario, Random& random) {
    Parameters& base = scenario.base;
    if (random.chance(0.05)) draw_full_line(scenario, random);
    if (random.chance(0.05)) {
        // All of a burst comes before the next.
        base.set(nmea_pause, random.between(0.05, 0.6) / base[nmea_rate]);
        base.set(nmea_pause_after, 1 + static_cast<double>(random.bits() % 3));
    }
    if (random.chance(0.05)) draw_other_pulses(scenario, random);
    if (random.chance(0.05)) base.set(clock_drift, random.between(-500, 500));
    // Sentences that come near the next second, or beyond it, to a user who hasn't noticed.
    if (random.chance(0.05) && base[ppsd_nmea_delay] == not_set) {
        base.set(nmea_delay, random.between(0.8, 1.3));
        base.set(nmea_delay_jitter, random.between(0, 0.05));
        base.set(nmea_wander, random.chance(0.5) ? 0 : random.between(0, 0.35));
    }
    // A month's end without a list, and without a leap second.
    const bool ordinary = base.word<LeapSecond>(leap) == LeapSecond::none;
    if (ordinary && random.chance(0.05)) {
        base.set(ppsd_leap_list, 1);
        base.set(start, std::floor(1'782'864'000 - random.between(60, 3600))); // before July 2026
    }
}

} // namespace

Scenario draw_scenario(std::uint64_t seed) {
    Random random{seed, 99};
    Scenario scenario;
    for (const Draw& from : parameters)
        if (random.chance(from.chance)) scenario.base.set(from.key, draw(from, random));
    draw_sentences(scenario, random);
    keep_within_the_second(scenario);
    draw_words(scenario, random);
    draw_faults(scenario, random);
    Random of_their_own{seed, 98}; // the other draws stay as they were
    if (!draw_loose_wire(scenario, of_their_own)) draw_other_delay(scenario, of_their_own);
    Random of_rarities{seed, 97};
    draw_rarities(scenario, of_rarities);
    keep_the_line_free(scenario);
    // What takes long to simulate has a tenth of the day.
    const double longest = scenario.base[nmea_rate] > 2 ? 8640 : 86400;
    scenario.base.set(length, std::exp(random.between(std::log(600.0), std::log(longest))));
    return scenario;
}

} // namespace ppsd::app
