#include "sim/fault_schedule.hpp"

#include <algorithm>

namespace hal::sim {
namespace {

TrueTime true_seconds(double s) {
    return TrueTime::from_ns(static_cast<std::int64_t>(s * 1e9));
}

// Whether seconds may be missed for it: a slewed clock or a warmer oscillator is no fault, a
// stepped clock one of two seconds.
bool disturbs(Key key) {
    return key != "clock.slew" && key != "clock.step" && key != "clock.temperature-step";
}

double draw(Range range, Random& random) {
    return range.low == range.high ? range.low : random.between(range.low, range.high);
}

} // namespace

FaultSchedule::FaultSchedule(const Scenario& scenario, Random random)
    : scenario_{scenario}, random_{random}, current_{scenario.base}, impulses_{scenario.base} {
    for (const TimedFault& fault : scenario.faults) {
        const double wait = fault.every > 0 ? fault.every * random_.between(0.5, 1.5) : 0;
        running_.push_back({&fault, true_seconds(fault.at + wait), {}, false, {}});
    }
    next_change_ = TrueTime{}; // the parameters of the beginning take effect, too
}

void FaultSchedule::advance(TrueTime t) {
    impulses_ = scenario_.base;
    for (Running& running : running_) {
        if (running.active && running.end <= t) end(running);
        if (!running.active && running.begin <= t) begin(running);
    }
    apply();
    next_change_ = never;
    for (const Running& running : running_)
        next_change_ = std::min(next_change_, running.active ? running.end : running.begin);
}

void FaultSchedule::begin(Running& running) {
    running.active = true;
    const double length = draw(running.fault->length, random_);
    running.end = running.begin + (true_seconds(length) - TrueTime{});
    running.values.clear();
    for (const auto& change : running.fault->changes) {
        running.values.push_back(draw(change.value, random_));
        impulses_.set(change.key, running.values.back());
    }
}

void FaultSchedule::end(Running& running) {
    running.active = false;
    const double every = running.fault->every;
    running.begin =
        every > 0 ? running.end + (true_seconds(every * random_.between(0.5, 1.5)) - TrueTime{})
                  : never;
}

void FaultSchedule::apply() noexcept {
    current_ = scenario_.base;
    any_active_ = false;
    for (const Running& running : running_) {
        if (!running.active) continue;
        for (std::size_t i = 0; i < running.values.size(); ++i) {
            const Key key = running.fault->changes[i].key;
            current_.set(key, running.values[i]);
            any_active_ = any_active_ || disturbs(key);
        }
    }
}

double FaultSchedule::take_impulse(Key key) noexcept {
    const double value = impulses_[key];
    impulses_.set(key, 0);
    return value;
}

} // namespace hal::sim
