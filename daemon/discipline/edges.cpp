#include "daemon/discipline/edges.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

namespace {

// Farther from where it is expected a pulse isn't, unless pulses scatter by as much; an interrupt
// may be served as late as that.
constexpr Nanos beat = 2ms;
constexpr Nanos latest = 25ms;
// An edge this soon after a pulse is the same pulse ringing; that often, at most.
constexpr Nanos bounce = 20ms;
constexpr int most_bounces = 8;
// A phase jump of less than `beat` (a receiver that found its position anew) is believed after so
// many pulses that are off alike.
constexpr int off_limit = 8;
constexpr std::int64_t pause = 3;
constexpr int calmest = 6;
constexpr int quiet_from = 3;
constexpr int stray_cost = 2;
// Pulses may be missing (some receivers send one in two or five seconds).
constexpr std::int64_t longest_pause = 5;
// 500 ppm of it, and what pulses through a USB bridge scatter by.
constexpr Nanos run_tolerance = 20ms;
// Noise has edges a second apart by chance: so many in a row it hasn't in a century.
constexpr Nanos fine = 1ms;
constexpr Nanos worst_oscillator = 500us; // in a second
constexpr int resume_needed = 4;          // where pulses were before a pause
constexpr int fine_needed = 5;
constexpr int coarse_needed = 8;
constexpr std::int64_t second_ns = 1'000'000'000;

constexpr std::int64_t nearest(Nanos d) {
    const std::int64_t shifted = d.count() + second_ns / 2;
    return (shifted - ((shifted % second_ns) + second_ns) % second_ns) / second_ns;
}

} // namespace

bool Edges::quiet() const noexcept {
    return calm_ >= quiet_from;
}

Edges::Outcome Edges::add(OscTime edge, Flywheel& wheel, int needed) noexcept {
    const Nanos gap = edge - std::exchange(last_, std::max(edge, last_));
    if (gap <= 0ns) return {Verdict::out_of_order, 0, gap, {}, false};
    const WheelTime at = wheel.at(edge);
    const std::int64_t count = nearest(at - WheelTime{});
    const Nanos error = at - WheelTime{} - std::chrono::seconds{count};
    const Nanos window = std::max(beat, wheel.limit()) + wheel.drift(edge);
    // After a long pause a single edge somewhere near proves nothing.
    const bool sure = wheel.phased(edge) && wheel.drift(edge) <= beat;
    const bool expected = sure && error >= -window && error <= std::max(window, latest);
    if (expected && count > claimed_) return on_beat(edge, at, wheel);
    if (count == claimed_ && error >= 0ns && error <= bounce && ++strays_ <= most_bounces)
        return {Verdict::glitch, count, error, {}, false};
    return off_beat(edge, gap, wheel, needed);
}

Edges::Outcome Edges::on_beat(OscTime edge, WheelTime at, Flywheel& wheel) noexcept {
    const std::int64_t count = nearest(at - WheelTime{});
    const Nanos error = at - WheelTime{} - std::chrono::seconds{count};
    if (strays_ <= most_bounces) calm_ = std::min(calm_ + 1, calmest);
    strays_ = 0;
    claimed_ = count;
    if (!quiet()) return {Verdict::noisy, count, error, {}, false};
    run_ = {};
    // After a pause the oscillator has its share in it.
    const bool paused = count - std::exchange(count_, count) > pause;
    const Nanos in_time = wheel.limit() + (paused ? wheel.drift(edge) : 0ns);
    if (std::chrono::abs(error) <= in_time) {
        off_ = 0;
        return {Verdict::used, count, error, wheel.follow(edge), false};
    }
    const bool alike = std::chrono::abs(error - std::exchange(off_by_, error)) <= wheel.limit();
    off_ = alike ? off_ + 1 : 1;
    wheel.note_outlier(error);
    if (off_ < off_limit) return {Verdict::late_edge, count, error, {}, false};
    off_ = 0;
    return {Verdict::used, count, error, wheel.jump(edge), false};
}

Edges::Outcome Edges::off_beat(OscTime edge, Nanos gap, Flywheel& wheel, int needed) noexcept {
    extend_run(edge, gap, wheel);
    disturb();
    const std::int64_t count = nearest(wheel.at(edge) - WheelTime{});
    const Nanos error = wheel.at(edge) - WheelTime{} - std::chrono::seconds{count};
    const bool phased = wheel.phased(edge);
    const Nanos window = std::max(beat, wheel.limit()) + wheel.drift(edge);
    const bool resumes = phased && std::chrono::abs(error) <= window;
    const int least = run_.error <= fine ? (resumes ? resume_needed : fine_needed) : coarse_needed;
    if (run_.length < (phased && !resumes ? std::max(needed, least) : least))
        return {Verdict::off_beat, count, error, {}, false};
    const Nanos moved = resumes ? wheel.follow(edge)
                                : wheel.begin(run_.first, run_.last, run_.seconds, run_.scatter);
    count_ = claimed_ = nearest(wheel.at(edge) - WheelTime{});
    run_ = {};
    calm_ = quiet_from;
    strays_ = off_ = 0;
    return {Verdict::used, count_, error, moved, !resumes};
}

// Only an edge that follows the last one, of any kind, by whole seconds goes on with it.
void Edges::extend_run(OscTime edge, Nanos gap, const Flywheel& wheel) noexcept {
    const std::int64_t seconds = nearest(gap);
    const Nanos off = gap - std::chrono::seconds{seconds};
    const bool follows = run_.length > 0 && edge - gap == run_.last && seconds >= 1 &&
                         seconds <= longest_pause &&
                         std::chrono::abs(off) <= std::max(run_tolerance, wheel.limit());
    if (!follows) {
        run_ = {edge, edge, 0, {}, {}, 1};
        return;
    }
    run_.last = edge;
    run_.seconds += seconds;
    run_.error = std::max(run_.error, std::chrono::abs(off) - seconds * worst_oscillator);
    const Nanos fitted = (edge - run_.first - std::chrono::seconds{run_.seconds}) / run_.seconds;
    run_.scatter = std::max(run_.scatter, std::chrono::abs(off - fitted * seconds));
    ++run_.length;
}

void Edges::disturb() noexcept {
    strays_ = most_bounces + 1;
    calm_ = std::max(0, calm_ - stray_cost);
}

} // namespace ppsd::discipline
