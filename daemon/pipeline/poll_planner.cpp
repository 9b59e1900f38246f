#include "daemon/pipeline/poll_planner.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;

namespace {

constexpr Nanos most_off = 100ms; // of a second between two pulses
// How long interrupts are measured, and how long it is from one beginning to the next.
constexpr Nanos measured_for = 60s, calibrated_for = 120s, every = 3600s;
// One in so many is an interrupt's then: fewer than a reader's median filter discards.
constexpr int one_in = 8;
constexpr int margin = 4;  // windows are so many times what edges were off by
constexpr int fading = 16; // pulses
constexpr int shrinking = 8;
constexpr int reads = 4; // half intervals that a window has room for

} // namespace

void PollPlanner::add(const PulseEdge& edge, OscTime at, Verdict verdict) noexcept {
    const bool pulse = verdict == Verdict::used || verdict == Verdict::late_edge;
    if (verdict == Verdict::stretched) return lose();
    if (!pulse) return;
    const bool follows = last_ && std::chrono::abs(at - *last_ - 1s) < most_off;
    last_ = at;
    // Late edges among interrupts may be a phase that has moved: polling would miss there.
    if (awaited_ || verdict == Verdict::used)
        in_a_row_ = follows || awaited_ ? std::min(in_a_row_ + 1, followed_after) : 1;
    if (edge.stamping == Stamping::stand_in) found_in_a_row_ = 0;
    if (edge.stamping == Stamping::interrupt || edge.stamping == Stamping::stand_in) return;
    lost_in_a_row_ = 0;
    if (edge.stamping != Stamping::polled) return;
    ++counts_.polled;
    found_in_a_row_ = std::min(found_in_a_row_ + 1, sure_after);
    if (awaited_) learn(std::chrono::abs(at - awaited_->due), edge.bound);
}

void PollPlanner::learn(Nanos off, Nanos bound) noexcept {
    off_ = std::max(off, off_ - off_ / fading);
    const Nanos enough =
        std::clamp(margin * off_ + reads * bound, Nanos{least_window}, Nanos{most_window});
    window_ += enough > window_ ? enough - window_ : (enough - window_) / shrinking;
}

void PollPlanner::missed() noexcept {
    if (!awaited_) return;
    if (awaited_->polled()) window_ = std::min(2 * window_, Nanos{most_window});
    lose();
}

void PollPlanner::lose() noexcept {
    ++counts_.missed;
    found_in_a_row_ = 0;
    if (++lost_in_a_row_ < lost_after) return;
    // Little was measured. A calibration ends after its two minutes, whatever comes of it.
    if (measures_ && poll_ != Poll::calibrate) measuring_.reset();
    forget();
}

void PollPlanner::forget() noexcept {
    in_a_row_ = found_in_a_row_ = lost_in_a_row_ = 0;
    window_ = first_window;
    off_ = 0ns;
    awaited_.reset();
    last_.reset();
}

std::optional<AwaitedEdge> PollPlanner::next(const std::optional<NextPulse>& next) noexcept {
    awaited_.reset();
    if (poll_ == Poll::no || !next || in_a_row_ < followed_after) return std::nullopt;
    const bool measured = std::exchange(measures_, is_to_measure(next->due));
    if (poll_ == Poll::calibrate && !measures_) {
        if (measured) forget();
        return std::nullopt;
    }
    // The last of each eight.
    const auto second = std::chrono::round<std::chrono::seconds>(next->due - *measuring_).count();
    const bool to_measure = measures_ && second % one_in == one_in - 1;
    // Interrupts may scatter by more than the edges do: what is within the largest window is found.
    const Nanos first = std::min(next->bound, Nanos{most_window});
    awaited_ = {next->due, std::max(window_, found_in_a_row_ == 0 ? first : 0ns), next->leading,
                to_measure ? AwaitedBy::interrupt : polled_by()};
    return awaited_;
}

AwaitedBy PollPlanner::polled_by() const noexcept {
    return found_in_a_row_ >= sure_after ? AwaitedBy::polling : AwaitedBy::either;
}

bool PollPlanner::is_to_measure(OscTime due) noexcept {
    if (!measuring_ || due - *measuring_ >= every) measuring_ = due;
    return due - *measuring_ < (poll_ == Poll::calibrate ? calibrated_for : measured_for);
}

} // namespace ppsd::app
