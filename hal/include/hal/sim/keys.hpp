// What can be said about a simulated world: each thing has a key, a unit and a default.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hal::sim {

/// In the order of the table in keys.cpp, where each has its name, unit, range and meaning.
enum class Key : std::uint8_t {
    start,
    length,
    levels,
    grace,
    leap,
    clock_ahead,
    clock_drift,
    clock_walk,
    clock_swing,
    clock_swing_period,
    clock_temperature_step,
    clock_slew,
    clock_step,
    clock_step_inside,
    clock_synchronised,
    latency_least,
    latency_usual,
    latency_tail,
    latency_tail_scale,
    latency_longest,
    latency_load,
    latency_load_length,
    latency_load_factor,
    latency_wake,
    daemon_stall,
    machine_sleep,
    pps_pulses,
    pps_jitter,
    pps_late_uniform,
    pps_sawtooth,
    pps_bias,
    pps_width,
    pps_polarity,
    pps_rate,
    line_missing,
    line_doubled,
    line_glitches,
    line_bounce,
    line_hum,
    line_floating,
    nmea_sentences,
    nmea_talker,
    nmea_decimals,
    nmea_rate,
    nmea_baud,
    nmea_chunk,
    nmea_buffer,
    nmea_pause,
    nmea_pause_after,
    nmea_delay,
    nmea_delay_jitter,
    nmea_wander,
    nmea_wander_period,
    nmea_late,
    nmea_late_by,
    nmea_shuffled,
    nmea_gsv_varies,
    nmea_silence,
    nmea_garbage,
    nmea_bad_checksum,
    nmea_flips,
    receiver_fix_after,
    receiver_fix,
    receiver_before_fix,
    receiver_rollovers,
    receiver_label_offset,
    receiver_leap_count_error,
    receiver_leap_count_for,
    receiver_repeats,
    receiver_skips,
    receiver_leap,
    receiver_leap_off,
    ntp_mode,
    ntp_poll,
    ntp_makestep,
    ntp_longest_slew,
    ntp_step_every,
    ntp_step_size,
    ntp_slew_every,
    ntp_slew_length,
    ppsd_edge,
    ppsd_lock_count,
    ppsd_holdover,
    ppsd_nmea_delay,
    ppsd_pps_delay,
    ppsd_leap_list,
    ppsd_trust,
    count_
};

inline constexpr auto key_count = static_cast<std::size_t>(Key::count_);

/// What a key's value is written as.
enum class Kind : std::uint8_t {
    number,    ///< 0.12
    word,      ///< one of `words`; its value is its place among them
    instant,   ///< 2026-06-30T23:50:00 (UTC); its value is POSIX seconds
    sentences, ///< RMC GGA GSV GSV; its value is its place in Scenario::sentence_sets
    optional   ///< a number, or "unset", whose value is not_set
};

/// The value of an optional that isn't set.
inline constexpr double not_set = -1e300;

struct KeyInfo {
    Key key;
    Kind kind;
    std::string_view name;     ///< "nmea.delay"
    std::string_view unit;     ///< "s"; of words, all of them: "no yes"
    std::string_view fallback; ///< as it would be written
    double low;
    double high;
    std::string_view meaning;
};

[[nodiscard]] std::span<const KeyInfo> keys() noexcept;
[[nodiscard]] const KeyInfo& info(Key key) noexcept;
[[nodiscard]] const KeyInfo* find_key(std::string_view name) noexcept;

/// The place of `word` among words that are separated by spaces; nothing if it isn't there.
[[nodiscard]] std::optional<int> place_of(std::string_view word, std::string_view words) noexcept;

// What the words mean, in the table's order.
enum class LeapSecond : std::uint8_t { none, inserted, deleted };
enum class Pulses : std::uint8_t { always, with_fix, never };
enum class LeadingPolarity : std::uint8_t { rising, falling };
enum class BeforeFix : std::uint8_t { empty, rtc, silent };
enum class LeapStyle : std::uint8_t { announced, repeat_59, repeat_00, late, early };
enum class NtpMode : std::uint8_t { none, outside, loop };
enum class EdgeOption : std::uint8_t { automatic, rising, falling };
enum class LeapList : std::uint8_t { current, missing };

/// A value for every key.
class Parameters {
  public:
    /// The defaults.
    Parameters();

    [[nodiscard]] double operator[](Key key) const noexcept {
        return values_[static_cast<std::size_t>(key)];
    }
    void set(Key key, double value) noexcept { values_[static_cast<std::size_t>(key)] = value; }

    template <class Word>
    [[nodiscard]] Word word(Key key) const noexcept {
        return static_cast<Word>(static_cast<int>((*this)[key]));
    }
    [[nodiscard]] bool is_on(Key key) const noexcept { return (*this)[key] != 0; }

    /// The key's value in seconds as nanoseconds.
    [[nodiscard]] std::int64_t ns(Key key) const noexcept {
        return static_cast<std::int64_t>((*this)[key] * 1e9);
    }

  private:
    std::array<double, key_count> values_{};
};

} // namespace hal::sim
