// A receiver beside a timekeeper, for its tests.
#pragma once

#include "daemon/discipline/timekeeper.hpp"
#include "tests/unit/discipline/instants.hpp"
#include "tests/unit/discipline/leaps.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace ppsd::discipline {

/// Pulse n comes at n seconds and is second `zero + n`; its label follows by `delay` and is
/// complete 60 ms after that.
class Receiver {
  public:
    static constexpr Nanos lag = 60ms;
    static constexpr Nanos raw_minus_mono = 3s;

    explicit Receiver(const Timekeeper::Settings& settings = {}, LeapTable leaps = {})
        : keeper{settings, std::move(leaps)} {}

    [[nodiscard]] static Stamp stamp(Nanos since) {
        return {at(since), MonoTime::from_ns((at(since) - raw_minus_mono).ns())};
    }

    Edges::Outcome edge(Nanos since) { return keeper.add_edge(stamp(since)); }
    Edges::Outcome pulse(std::int64_t n) { return edge(whole_seconds(n)); }

    [[nodiscard]] Label label_of(std::int64_t n, Nanos after) const {
        return {zero + n, 0ns, stamp(whole_seconds(n) + after), false};
    }
    Timekeeper::Outcome give(const Label& label) {
        return keeper.add_label(label, label.arrival.osc + lag);
    }
    /// Label n, as if the receiver numbered it `ahead` seconds too high.
    Timekeeper::Outcome label(std::int64_t n, std::int64_t ahead = 0) {
        Label label = label_of(n, delay);
        label.second = label.second + ahead;
        return give(label);
    }
    Timekeeper::Outcome late_label(std::int64_t n, Nanos after) { return give(label_of(n, after)); }
    /// :60 in the place of second n.
    Timekeeper::Outcome leap_second(std::int64_t n) {
        Label label = label_of(n, delay);
        label.leap_second = true;
        return give(label);
    }

    /// What is handed over by so long after pulse n.
    std::optional<LabelledPulse> take(std::int64_t n, Nanos after) {
        return keeper.take(at(whole_seconds(n) + after));
    }
    /// By the time that label n is complete.
    std::optional<LabelledPulse> take(std::int64_t n) { return take(n, delay + lag); }
    /// By the time that label n would long have come.
    std::optional<LabelledPulse> overdue(std::int64_t n) { return take(n, 990ms); }

    /// Pulse and label n; the second that pulse n is said to be, if it is handed over.
    std::optional<UtcSecond> both(std::int64_t n, std::int64_t ahead = 0) {
        (void)pulse(n);
        (void)label(n, ahead);
        const auto handed_over = take(n);
        if (!handed_over || handed_over->time != stamp(whole_seconds(n)).mono) return std::nullopt;
        return handed_over->second;
    }

    /// Pulses and labels `from` to `to`; how many pulses were handed over.
    int run(std::int64_t from, std::int64_t to, std::int64_t ahead = 0) {
        int handed_over = 0;
        for (std::int64_t n = from; n <= to; ++n)
            if (both(n, ahead)) ++handed_over;
        return handed_over;
    }

    /// A minute of pulses and labels, to -1; the next one is 0.
    Receiver& lock() {
        run(-60, -1);
        return *this;
    }

    Timekeeper keeper;
    UtcSecond zero = UtcSecond::from_posix(1'750'000'000); // 2025-06-15T15:06:40Z
    Nanos delay = 200ms;
};

inline Timekeeper::Settings with_holdover(Nanos d) {
    Timekeeper::Settings settings;
    settings.holdover = d;
    return settings;
}

inline Timekeeper::Settings with_nmea_delay(Nanos d) {
    Timekeeper::Settings settings;
    settings.nmea_delay = d;
    return settings;
}

/// A receiver whose pulse `n` is the first second of July 2025, were there no leap second.
inline Receiver before_july(std::int64_t n, LeapTable table = {}) {
    Receiver receiver{{}, std::move(table)};
    receiver.zero = UtcSecond::from_posix(july_2025) - n;
    return receiver;
}

} // namespace ppsd::discipline
