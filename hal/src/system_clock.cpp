#include "hal/system_clock.hpp"

#include "bracket.hpp"
#include "hal/error.hpp"

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <limits>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

namespace hal {
namespace {

std::int64_t read_clock(clockid_t id) noexcept {
    timespec t{};
    ::clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

MonoTime read_mono() noexcept {
    return MonoTime::from_ns(read_clock(CLOCK_MONOTONIC));
}
RealTime read_real() noexcept {
    return RealTime::from_ns(read_clock(CLOCK_REALTIME));
}

Nanos read_boot() noexcept {
    return Nanos{read_clock(CLOCK_BOOTTIME)};
}
Nanos read_raw() noexcept {
    return Nanos{read_clock(CLOCK_MONOTONIC_RAW)};
}

// Where that clock minus CLOCK_MONOTONIC lies; wide if we were preempted each time.
Bracket against_mono(const SystemClock::Readings& readings, Nanos (*clock)() noexcept) noexcept {
    return fresh([&] {
        const MonoTime before = readings.mono();
        const RealTime between = RealTime::from_ns(clock().count());
        return bracket(before, between, readings.mono());
    });
}

// Less is no sleep: both clocks are read one after the other.
constexpr Nanos shortest_sleep = 5ms;

Bracket take_bracket(const SystemClock::Readings& readings) noexcept {
    const MonoTime before = readings.mono();
    const RealTime between = readings.real();
    return bracket(before, between, readings.mono());
}

/// For a time that never comes: only the setting of the clock wakes it.
int arm(const UniqueFd& timer) noexcept {
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<time_t>::max();
    return ::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                             nullptr);
}

UniqueFd make_step_timer() {
    UniqueFd timer{::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)};
    // ECANCELED: the clock was set at this very moment; the timer is armed all the same.
    if (!timer || (arm(timer) != 0 && errno != ECANCELED))
        throw DeviceError("timerfd on CLOCK_REALTIME", errno,
                          "ppsd needs it to see the clock being set; look at the limits on files");
    return timer;
}

} // namespace

SystemClock::SystemClock() : SystemClock(Readings{read_mono, read_real, read_boot, read_raw}) {}

SystemClock::SystemClock(Readings readings) : readings_{readings}, step_timer_{make_step_timer()} {
    measure_anew();
    if (readings_.boot != nullptr) slept_ = against_mono(readings_, readings_.boot).middle();
}

Nanos SystemClock::slept() noexcept {
    if (readings_.boot == nullptr) return slept_;
    const Bracket now = against_mono(readings_, readings_.boot);
    if (now.lo > slept_ + shortest_sleep) slept_ = now.middle();
    return slept_;
}

std::optional<Stamp> SystemClock::stamp() noexcept {
    if (readings_.raw == nullptr) return std::nullopt;
    Stamp narrowest;
    Nanos width = Nanos::max();
    for (int n = 0; n < most_stamps && width > wide_bracket; ++n) {
        const MonoTime before = readings_.mono();
        const OscTime osc = OscTime::from_ns(readings_.raw().count());
        const Nanos next = readings_.mono() - before;
        if (next >= width) continue;
        narrowest = {osc, before + next / 2};
        width = next;
    }
    if (width > widest_stamp) return std::nullopt;
    return narrowest;
}

void SystemClock::measure_anew() noexcept {
    const Bracket measured = measure([this] { return take_bracket(readings_); });
    cached_.real_minus_mono = measured.middle();
    uncertainty_ = measured.hi - measured.middle();
}

bool SystemClock::still_true() const noexcept {
    const Nanos cached = cached_.real_minus_mono;
    const Bracket known{cached - uncertainty_, cached + uncertainty_};
    return intersect(known, fresh([this] { return take_bracket(readings_); })).has_value();
}

ClockOffset SystemClock::offset() noexcept {
    if (!still_true()) {
        measure_anew();
        ++cached_.generation;
        step_noticed_ = true;
    }
    return cached_;
}

bool SystemClock::take_setting() noexcept {
    if (readings_.was_set != nullptr) return readings_.was_set();
    std::uint64_t expirations = 0;
    if (::read(step_timer_.get(), &expirations, sizeof expirations) >= 0 || errno != ECANCELED)
        return false;
    // Armed before measuring, so that a step in between wakes us again.
    arm(step_timer_);
    return true;
}

void SystemClock::acknowledge_step() noexcept {
    if (!take_setting()) return;
    // A step that was taken back counts too: REALTIME stamps of the time between are wrong.
    if (!step_noticed_ || !still_true()) {
        measure_anew();
        ++cached_.generation;
    }
    step_noticed_ = false;
}

bool SystemClock::synchronised() noexcept {
    timex state{};
    const int told = ::adjtimex(&state);
    return means_synchronised(told, state.status);
}

bool SystemClock::means_synchronised(int told, int status) noexcept {
    return told >= 0 && told != TIME_ERROR && (status & STA_UNSYNC) == 0;
}

} // namespace hal
