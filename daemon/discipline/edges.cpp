#include "daemon/discipline/edges.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr Nanos square_from = 450ms; // and then the longer part is at most 0.55 s
// A high and a low part that are one second together: late interrupts, and 500 ppm.
constexpr Nanos shortest_second = 970ms, longest_second = 1030ms;
constexpr int votes_needed = 3;        // seconds: one is shortened by noise, two hardly
constexpr int same_polarity_limit = 3; // edges: a lost one makes two alike

constexpr Nanos beat = 2ms;    // no pulse is earlier than expected by more, unless they scatter
constexpr Nanos latest = 25ms; // no interrupt is served later
// An edge this soon after where a pulse was expected is that pulse ringing; so often, at most.
constexpr Nanos bounce = 20ms;
constexpr int most_bounces = 8;
// So many pulses that are off alike are no late interrupts: a receiver found its position anew.
constexpr int off_limit = 8;
constexpr std::int64_t paused_after = 3; // seconds without a pulse: the rate may be what is wrong
// An edge elsewhere costs two clean seconds: with one each second no line is quiet.
constexpr int quiet_from = 3, stray_cost = 2;
constexpr std::int64_t longest_gap = 5; // seconds, in a run: some receivers send one pulse in five
constexpr Nanos run_tolerance = 20ms;   // a USB bridge polls every 16 ms; and 500 ppm
// Noise has edges a second apart by chance: so many in a row it hasn't in a century.
constexpr Nanos fine = 1ms;
constexpr Nanos worst_oscillator = 500us; // in a second
constexpr int resume_needed = 3;          // where pulses were before a pause
constexpr int fine_needed = 5, coarse_needed = 8;

} // namespace

Verdict LeadingEdge::judge(Edge edge) noexcept {
    if (automatic_) measure(edge);
    if (same_polarity_ >= same_polarity_limit) return Verdict::one_polarity;
    if (leads_ == Leads::unknown) return Verdict::undecided;
    if (leads_ == Leads::either) return Verdict::square;
    return edge.rising == rising() ? Verdict::used : Verdict::trailing;
}

void LeadingEdge::measure(Edge edge) noexcept {
    const auto last = std::exchange(last_, edge);
    if (!last) return;
    if (last->rising == edge.rising) {
        same_polarity_ = std::min(same_polarity_ + 1, same_polarity_limit);
        high_.reset();
        low_.reset();
        if (same_polarity_ >= same_polarity_limit) leads_ = candidate_ = Leads::unknown;
        return;
    }
    same_polarity_ = 0;
    (last->rising ? high_ : low_) = edge.time - last->time;
    const Leads leads = shorter();
    if (leads == Leads::unknown) return;
    agreeing_ = leads == std::exchange(candidate_, leads) ? agreeing_ + 1 : 1;
    if (agreeing_ >= votes_needed) leads_ = leads;
}

LeadingEdge::Leads LeadingEdge::shorter() const noexcept {
    if (!high_ || !low_) return Leads::unknown;
    const Nanos second = *high_ + *low_;
    if (second < shortest_second || second > longest_second) return Leads::unknown;
    if (std::min(*high_, *low_) >= square_from) return Leads::either;
    return *high_ < *low_ ? Leads::rising : Leads::falling;
}

Edges::Outcome Edges::add(OscTime edge, Flywheel& wheel, int needed) noexcept {
    const Nanos gap = edge - std::exchange(last_, std::max(edge, last_));
    if (gap <= 0ns) return {Verdict::out_of_order, 0, gap};
    const Nanos at = wheel.at(edge) - WheelTime{};
    const std::int64_t count = nearest_second(at);
    const Outcome here{Verdict::used, count, at - std::chrono::seconds{count}};
    const Nanos window = std::max(beat, wheel.scatter_limit()) + wheel.drift(edge);
    // After a long pause a single edge somewhere near proves nothing.
    const bool sure = wheel.phased(edge) && wheel.drift(edge) <= beat;
    const bool near = here.error >= -window && here.error <= std::max(window, latest);
    if (sure && near && count > second_) return on_beat(edge, here, wheel);
    const bool rings = count == second_ && here.error >= 0ns && here.error <= bounce;
    if (rings && ++rings_ <= most_bounces) return here.with(Verdict::glitch);
    extend_run(edge, gap, here.error, wheel.scatter_limit());
    const bool resumes = wheel.phased(edge) && std::chrono::abs(here.error) <= window;
    return off_beat(edge, here, wheel, resumes, needed);
}

Edges::Outcome Edges::on_beat(OscTime edge, const Outcome& here, Flywheel& wheel) noexcept {
    if (rings_ <= most_bounces) calm_ = std::min(calm_ + 1, calmest);
    rings_ = 0;
    second_ = here.count;
    if (calm_ < quiet_from) return here.with(Verdict::noisy);
    run_ = {};
    const bool paused = here.count - std::exchange(count_, here.count) > paused_after;
    const Nanos distance = std::chrono::abs(here.error);
    if (distance <= wheel.scatter_limit()) {
        off_ = 0;
        return here.with(Verdict::used, wheel.follow(edge));
    }
    // After a pause it is more likely the oscillator; the next one tells that from an interrupt.
    const bool drifted = paused && distance <= wheel.scatter_limit() + wheel.drift(edge);
    const Nanos differ = std::chrono::abs(here.error - std::exchange(off_by_, here.error));
    const Nanos alike = wheel.scatter_limit() + (paused ? wheel.drift(edge) : 0ns);
    off_ = off_ > 0 && differ <= alike ? off_ + 1 : drifted ? off_limit - 1 : 1;
    wheel.learn_scatter(here.error);
    if (off_ < off_limit) return here.with(Verdict::late_edge);
    off_ = 0;
    return here.with(Verdict::used, wheel.jump(edge));
}

Edges::Outcome Edges::off_beat(OscTime edge, const Outcome& here, Flywheel& wheel, bool resumes,
                               int needed) noexcept {
    rings_ = most_bounces + 1;
    calm_ = std::max(0, calm_ - stray_cost);
    const int least = run_.error <= fine ? (resumes ? resume_needed : fine_needed) : coarse_needed;
    if (run_.length < (wheel.phased(edge) && !resumes ? std::max(needed, least) : least))
        return here.with(Verdict::off_beat);
    // Its interrupt may be late, never early: the least late of the run tells.
    const Nanos off = here.error - run_.least;
    const bool late = resumes && off > wheel.scatter_limit() + wheel.drift_over(edge - run_.first);
    const Nanos moved = resumes ? wheel.jump(edge - (late ? off : 0ns))
                                : wheel.begin(run_.first, run_.last, run_.seconds, run_.scatter);
    count_ = second_ = nearest_second(wheel.at(edge) - WheelTime{});
    run_ = {};
    calm_ = quiet_from;
    rings_ = off_ = 0;
    return {late ? Verdict::late_edge : Verdict::used, count_, here.error, moved, !resumes};
}

// Only an edge that follows the last one, of any kind, by whole seconds goes on with it.
void Edges::extend_run(OscTime edge, Nanos gap, Nanos error, Nanos limit) noexcept {
    const std::int64_t seconds = nearest_second(gap);
    const Nanos off = gap - std::chrono::seconds{seconds};
    const bool follows = run_.length > 0 && edge - gap == run_.last && seconds >= 1 &&
                         seconds <= longest_gap &&
                         std::chrono::abs(off) <= std::max(run_tolerance, limit);
    if (!follows) {
        run_ = {edge, edge, 0, {}, {}, error, 1};
        return;
    }
    run_.last = edge;
    run_.least = std::min(run_.least, error);
    run_.seconds += seconds;
    run_.error = std::max(run_.error, std::chrono::abs(off) - seconds * worst_oscillator);
    const Nanos fitted = (edge - run_.first - std::chrono::seconds{run_.seconds}) / run_.seconds;
    run_.scatter = std::max(run_.scatter, std::chrono::abs(off - fitted * seconds));
    ++run_.length;
}

} // namespace ppsd::discipline
