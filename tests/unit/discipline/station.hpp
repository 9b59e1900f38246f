// What the discipline's tests have in common: instants, and a receiver beside a labeller.
#pragma once

#include "daemon/discipline/labeller.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

/// An instant, counted from one in the middle of nowhere.
constexpr MonoTime at(Nanos since) {
    return MonoTime::from_ns(5'000'000'000'000'123) + since;
}

/// For loops over lengths in different units.
using Lengths = std::initializer_list<Nanos>;

constexpr Nanos whole_seconds(std::int64_t n) {
    return std::chrono::seconds{n};
}

inline Labeller::Settings with_lock_count(int n) {
    Labeller::Settings settings;
    settings.lock_count = n;
    return settings;
}

inline Labeller::Settings with_holdover(Nanos d) {
    Labeller::Settings settings;
    settings.holdover = d;
    return settings;
}

inline Labeller::Settings with_nmea_delay(Nanos d) {
    Labeller::Settings settings;
    settings.nmea_delay = d;
    return settings;
}

/// Pulse n comes at n seconds and is second `zero + n`; its label follows by `delay` and is
/// complete 60 ms after that.
class Station {
  public:
    static constexpr Nanos lag = 60ms;

    explicit Station(Labeller::Settings settings = {}, LeapTable leaps = {})
        : labeller{settings, std::move(leaps)} {}

    void pulse(std::int64_t n) {
        lost = labeller.add_pulse({at(whole_seconds(n)), n - origin}, n == origin);
    }

    /// The pulses have stopped, and begin anew with pulse n.
    void restart_pulses(std::int64_t n) {
        origin = n;
        pulse(n);
    }

    [[nodiscard]] Label label_of(std::int64_t n) const { return label_of(n, delay); }
    [[nodiscard]] Label label_of(std::int64_t n, Nanos after) const {
        return {zero + n, at(whole_seconds(n) + after), false};
    }

    /// Label n, as if the receiver numbered it `ahead` seconds too high.
    Labeller::Outcome label(std::int64_t n, std::int64_t ahead = 0) {
        Label label = label_of(n);
        label.second = label.second + ahead;
        return give(label);
    }
    Labeller::Outcome late_label(std::int64_t n, Nanos after) { return give(label_of(n, after)); }
    Labeller::Outcome give(const Label& label) {
        return labeller.add_label(label, label.arrival + lag);
    }

    Labeller::Outcome both(std::int64_t n, std::int64_t ahead = 0) {
        pulse(n);
        return label(n, ahead);
    }

    /// Pulses and labels `from` to `to`; the last one's outcome.
    Labeller::Outcome run(std::int64_t from, std::int64_t to, std::int64_t ahead = 0) {
        Labeller::Outcome outcome;
        for (std::int64_t n = from; n <= to; ++n)
            outcome = both(n, ahead);
        return outcome;
    }

    /// Locked by labels 0 to 4: the next pulse is 5.
    Station& lock() {
        run(0, 4);
        return *this;
    }

    /// What holdover hands over by the time that label n would long have come.
    std::optional<LabelledPulse> overdue(std::int64_t n) {
        return labeller.take_overdue(at(whole_seconds(n) + 900ms));
    }

    Labeller labeller;
    UtcSecond zero = UtcSecond::from_posix(1'750'000'000); // 2025-06-15T15:06:40Z
    Nanos delay = 200ms;
    std::int64_t origin = 0;
    bool lost = false; ///< what add_pulse said last
};

/// Leap seconds at the end of June 2025 (posix 1751328000 = 2025-07-01) as the table has them.
inline constexpr std::int64_t july_2025 = 1'751'328'000;
inline LeapTable table_with(Leap at_june_end) {
    constexpr auto head = "#@ 4000000000\n2272060800 10\n"; // until 2026-10-03; 1972-01-01
    constexpr auto june = "3960316800 ";                    // 2025-07-01
    std::string text{head};
    if (at_june_end != Leap::none) text += june;
    if (at_june_end == Leap::inserted) text += "11\n";
    if (at_june_end == Leap::deleted) text += "9\n";
    return LeapTable::parse(text).value();
}

/// A station whose pulse `n` is the first second of July 2025, were there no leap second.
inline Station before_july(std::int64_t n, LeapTable table = {}) {
    Station station{{}, std::move(table)};
    station.zero = UtcSecond::from_posix(july_2025) - n;
    return station;
}

} // namespace ppsd::discipline
