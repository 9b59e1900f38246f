#include "sim/ntp_daemon.hpp"

#include <algorithm>
#include <cmath>

namespace hal::sim {
namespace {

Nanos seconds_of(double s) {
    return Nanos{static_cast<std::int64_t>(s * 1e9)};
}

} // namespace

NtpDaemon::Action NtpDaemon::act(TrueTime t, const Parameters& parameters) noexcept {
    switch (mode_) {
    case NtpMode::outside:
        return disturb(t, parameters);
    case NtpMode::loop:
        return steer(t, parameters);
    case NtpMode::none:
        break;
    }
    next_ = never;
    return {};
}

NtpDaemon::Action NtpDaemon::disturb(TrueTime t, const Parameters& parameters) noexcept {
    const auto later = [&](Key key) {
        return t + seconds_of(1 + parameters[key] * random_.exponential());
    };
    Action action;
    if (!begun_) {
        begun_ = true;
        next_step_ = later("ntp.step-every");
        next_slew_ = later("ntp.slew-every");
        slew_end_ = never;
    }
    if (t >= next_step_) {
        action.step = seconds_of(parameters["ntp.step-size"] * random_.normal());
        next_step_ = later("ntp.step-every");
    }
    if (t >= slew_end_) {
        slew_ppm_ = 0;
        slew_end_ = never;
        next_slew_ = later("ntp.slew-every");
    } else if (slew_end_ == never && t >= next_slew_) {
        const double most_ppm = parameters["ntp.longest-slew"];
        slew_ppm_ = random_.between(-most_ppm, most_ppm);
        slew_end_ = later("ntp.slew-length");
    }
    action.slew_ppm = slew_ppm_;
    next_ = std::min({next_step_, slew_end_ == never ? next_slew_ : slew_end_});
    return action;
}

void NtpDaemon::take_sample(Nanos ahead) noexcept {
    if (mode_ != NtpMode::loop || samples_ == most) return;
    ahead_[samples_++] = static_cast<double>(ahead.count()) * 1e-9;
}

double NtpDaemon::median() noexcept {
    const auto begin = ahead_.begin();
    const auto middle = begin + static_cast<std::ptrdiff_t>(samples_ / 2);
    std::nth_element(begin, middle, begin + static_cast<std::ptrdiff_t>(samples_));
    return *middle;
}

NtpDaemon::Action NtpDaemon::steer(TrueTime t, const Parameters& parameters) noexcept {
    const double interval = std::exp2(parameters["ntp.poll"]);
    Action action;
    action.slew_ppm = frequency_ppm_; // a slew is over by now
    const bool poll = t >= next_poll_;
    if (poll) next_poll_ = t + seconds_of(interval);
    next_ = next_poll_;
    if (!poll || samples_ == 0) return action;

    const double ahead = median();
    samples_ = 0;
    if (++actions_ <= parameters["ntp.makestep"] && std::abs(ahead) > 1) {
        action.step = seconds_of(-ahead);
        return action;
    }
    // Part of the offset is what the oscillator gained since the last poll.
    constexpr double gain = 0.25;
    constexpr double largest_ppm = 500;
    const double gained_ppm = std::clamp(ahead / interval * 1e6, -largest_ppm, largest_ppm);
    frequency_ppm_ = std::clamp(frequency_ppm_ - gain * gained_ppm, -largest_ppm, largest_ppm);
    const double most_ppm = parameters["ntp.longest-slew"];
    const double length = std::clamp(std::abs(ahead) / most_ppm * 1e6, interval / 2, interval);
    const double ppm = std::clamp(-ahead / length * 1e6, -most_ppm, most_ppm);
    action.slew_ppm = frequency_ppm_ + ppm;
    next_ = std::min(next_poll_, t + seconds_of(length));
    return action;
}

} // namespace hal::sim
