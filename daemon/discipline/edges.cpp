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
constexpr int stray_cost = 2;
// Pulses may be missing (some receivers send one in two or five seconds).
constexpr std::int64_t longest_pause = 5;
// 500 ppm of it, and what pulses through a USB bridge scatter by.
constexpr Nanos run_tolerance = 20ms;
// Noise has edges a second apart by chance: so many in a row it hasn't in a century.
constexpr Nanos fine = 1ms;
constexpr Nanos worst_oscillator = 500us; // in a second
constexpr int resume_needed = 3;          // where pulses were before a pause
constexpr int fine_needed = 5;
constexpr int coarse_needed = 8;

} // namespace

Edges::Outcome Edges::add(OscTime edge, Flywheel& wheel, int needed) noexcept {
    const Nanos gap = edge - std::exchange(last_, std::max(edge, last_));
    if (gap <= 0ns) return {Verdict::out_of_order, 0, gap, {}, false};
    const Nanos at = wheel.at(edge) - WheelTime{};
    const Place place{edge, nearest_second(at), at - std::chrono::seconds{nearest_second(at)},
                      std::max(beat, wheel.limit()) + wheel.drift(edge)};
    // After a long pause a single edge somewhere near proves nothing.
    const bool sure = wheel.phased(edge) && wheel.drift(edge) <= beat;
    const bool expected =
        sure && place.error >= -place.window && place.error <= std::max(place.window, latest);
    if (expected && place.count > claimed_) return on_beat(place, wheel);
    const bool rings = place.count == claimed_ && place.error >= 0ns && place.error <= bounce;
    if (rings && ++strays_ <= most_bounces) return place.is(Verdict::glitch);
    return off_beat(place, gap, wheel, needed);
}

Edges::Outcome Edges::on_beat(const Place& place, Flywheel& wheel) noexcept {
    if (strays_ <= most_bounces) calm_ = std::min(calm_ + 1, calmest);
    strays_ = 0;
    claimed_ = place.count;
    if (!quiet()) return place.is(Verdict::noisy);
    run_ = {};
    const bool paused = place.count - std::exchange(count_, place.count) > pause;
    const Nanos distance = std::chrono::abs(place.error);
    if (distance <= wheel.limit()) {
        off_ = 0;
        return place.is(Verdict::used, wheel.follow(place.edge));
    }
    // After a pause it is more likely the oscillator; the next one tells that from an interrupt.
    const bool drifted = paused && distance <= wheel.limit() + wheel.drift(place.edge);
    const Nanos differ = std::chrono::abs(place.error - std::exchange(off_by_, place.error));
    const Nanos alike = wheel.limit() + (paused ? wheel.drift(place.edge) : 0ns);
    off_ = off_ > 0 && differ <= alike ? off_ + 1 : drifted ? off_limit - 1 : 1;
    wheel.note_outlier(place.error);
    if (off_ < off_limit) return place.is(Verdict::late_edge);
    off_ = 0;
    return place.is(Verdict::used, wheel.jump(place.edge));
}

Edges::Outcome Edges::off_beat(const Place& place, Nanos gap, Flywheel& wheel,
                               int needed) noexcept {
    extend_run(place, gap, wheel);
    strays_ = most_bounces + 1;
    calm_ = std::max(0, calm_ - stray_cost);
    const bool phased = wheel.phased(place.edge);
    const bool resumes = phased && std::chrono::abs(place.error) <= place.window;
    const int least = run_.error <= fine ? (resumes ? resume_needed : fine_needed) : coarse_needed;
    if (run_.length < (phased && !resumes ? std::max(needed, least) : least))
        return place.is(Verdict::off_beat);
    // Its interrupt may be late, never early: the least late of the run tells.
    const Nanos off = place.error - run_.least;
    const bool late = resumes && off > wheel.limit() + wheel.drift_over(place.edge - run_.first);
    const Nanos moved = resumes ? wheel.jump(place.edge - (late ? off : 0ns))
                                : wheel.begin(run_.first, run_.last, run_.seconds, run_.scatter);
    count_ = claimed_ = nearest_second(wheel.at(place.edge) - WheelTime{});
    run_ = {};
    calm_ = quiet_from;
    strays_ = off_ = 0;
    return {late ? Verdict::late_edge : Verdict::used, count_, place.error, moved, !resumes};
}

// Only an edge that follows the last one, of any kind, by whole seconds goes on with it.
void Edges::extend_run(const Place& place, Nanos gap, const Flywheel& wheel) noexcept {
    const OscTime edge = place.edge;
    const std::int64_t seconds = nearest_second(gap);
    const Nanos off = gap - std::chrono::seconds{seconds};
    const bool follows = run_.length > 0 && edge - gap == run_.last && seconds >= 1 &&
                         seconds <= longest_pause &&
                         std::chrono::abs(off) <= std::max(run_tolerance, wheel.limit());
    if (!follows) {
        run_ = {edge, edge, 0, {}, {}, place.error, 1};
        return;
    }
    run_.last = edge;
    run_.least = std::min(run_.least, place.error);
    run_.seconds += seconds;
    run_.error = std::max(run_.error, std::chrono::abs(off) - seconds * worst_oscillator);
    const Nanos fitted = (edge - run_.first - std::chrono::seconds{run_.seconds}) / run_.seconds;
    run_.scatter = std::max(run_.scatter, std::chrono::abs(off - fitted * seconds));
    ++run_.length;
}

} // namespace ppsd::discipline
