#include "daemon/discipline/pulse_train.hpp"

#include <chrono>
#include <utility>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr Nanos max_gap = 4s;
// chronyd's maxslewrate of 83333 ppm: 0.917 to 1.083 s, and a little for the edge's own jitter.
constexpr Nanos shortest_second = 910ms;
constexpr Nanos longest_second = 1090ms;
// Oscillators move by ppm and interrupts come late by microseconds; 2 ms are neither.
constexpr Nanos beat = 2ms;
constexpr int off_beat_limit = 3;

// An edge this soon after a pulse is the same pulse ringing.
constexpr Nanos bounce = 20ms;
constexpr int glitches_allowed = 3;
constexpr int noisy_limit = 3;
constexpr int clean_needed = 3;
// Hum and floating lines are not so quiet.
constexpr Nanos quiet = 700ms;

/// To the nearest whole second: however slewed, up to max_gap there is one that could_be_seconds.
constexpr std::int64_t nearest_seconds(Nanos d) {
    return (d + 500ms) / 1s;
}

constexpr bool could_be_seconds(Nanos d, std::int64_t n) {
    return d >= n * shortest_second && d <= n * longest_second;
}

} // namespace

PulseTrain::Outcome PulseTrain::add(MonoTime edge) noexcept {
    if (!last_) return restart(edge);
    const Nanos since_last = edge - last_->time;
    if (std::chrono::abs(since_last) > max_gap) return restart(edge);
    if (since_last <= 0ns) return {Verdict::out_of_order, {}, false, since_last};
    const Nanos silence = edge - std::exchange(last_edge_, edge);

    const std::int64_t seconds = nearest_seconds(since_last);
    const Nanos error = since_last - seconds * period_;
    if (seconds > 0 && std::chrono::abs(error) <= beat) return on_beat(edge, seconds, error);
    if (noisy_ && silence > quiet) return begin_beat(edge, silence);
    if (seconds > 0 && could_be_seconds(since_last, seconds)) return off_beat(edge, seconds, error);
    return glitch(since_last);
}

PulseTrain::Outcome PulseTrain::restart(MonoTime edge) noexcept {
    *this = PulseTrain{};
    last_ = Pulse{edge, 0};
    last_used_ = *last_;
    last_edge_ = edge;
    // A line that is noisy from the start, as one with two pulses a second, has no second chance.
    noisy_in_a_row_ = noisy_limit - 1;
    return {Verdict::used, *last_, true, 0ns};
}

// The noise seems to be over. Where its edges were, and how far apart, means nothing; but two with
// nothing between them tell the rate, where it is no longer that of before.
PulseTrain::Outcome PulseTrain::begin_beat(MonoTime edge, Nanos silence) noexcept {
    const Nanos since_last = edge - last_->time;
    const bool lone = since_last - silence <= bounce;
    period_ = lone && could_be_seconds(since_last, 1) ? since_last : clean_period_;
    last_ = Pulse{edge, last_used_.ordinal + nearest_seconds(edge - last_used_.time)};
    candidate_.reset();
    glitches_ = stray_ = clean_in_a_row_ = 0;
    return {Verdict::noisy, {}, false, 0ns};
}

PulseTrain::Outcome PulseTrain::on_beat(MonoTime edge, std::int64_t seconds, Nanos error) noexcept {
    const std::int64_t ordinal = last_->ordinal + seconds;
    // Amid noise, where the last one was says nothing about this one.
    if (noisy_ && clean_in_a_row_ + 1 < clean_needed) {
        follow(edge, seconds);
        return accept(edge, ordinal, error);
    }
    switch (lateness_.judge(seconds, error)) {
    case Lateness::Finding::late: // or the clock began to slew just before it
        candidate_ = Candidate{edge, ordinal, candidate_ ? candidate_->seen + 1 : 1, true};
        if (noisy_) return {Verdict::noisy, {}, false, error}; // its place is none either
        return {Verdict::late_edge, Pulse{edge, ordinal, true}, false, error};
    case Lateness::Finding::new_rate:
        period_ = candidate_ && candidate_->ordinal < ordinal
                      ? (edge - candidate_->time) / (ordinal - candidate_->ordinal)
                      : (edge - last_->time) / seconds;
        break;
    case Lateness::Finding::early:
        break;
    case Lateness::Finding::in_time:
        follow(edge, seconds);
        break;
    }
    return accept(edge, ordinal, error);
}

// An eighth at a time: follows a change of rate in seconds, and jitter hardly.
void PulseTrain::follow(MonoTime edge, std::int64_t seconds) noexcept {
    period_ += ((edge - last_->time) / seconds - period_) / 8;
}

PulseTrain::Outcome PulseTrain::accept(MonoTime edge, std::int64_t ordinal, Nanos error) noexcept {
    last_ = Pulse{edge, ordinal};
    // Two edges for one second, each where a pulse may be: no telling which is none.
    const bool doubled = candidate_ && candidate_->ordinal == ordinal;
    if (doubled) ++stray_;
    candidate_.reset();
    if (!trusted() || doubled) return {Verdict::noisy, *last_, false, error};
    const bool restarted =
        edge - last_used_.time > max_gap; // who counted the noise counted nothing
    last_used_ = *last_;
    clean_period_ = period_;
    return {Verdict::used, Pulse{edge, ordinal, false, std::exchange(moved_, false)}, restarted,
            error};
}

// A lone edge off the beat is a disturbance. Two with a second between them are a new rate (the
// clock began to slew) or a new phase; a third in a row is a rate that changes all the time.
PulseTrain::Outcome PulseTrain::off_beat(MonoTime edge, std::int64_t seconds,
                                         Nanos error) noexcept {
    if (candidate_) {
        const auto measured = period_by(*candidate_, edge);
        if (measured) {
            const std::int64_t ordinal = last_->ordinal + seconds;
            last_ = Pulse{candidate_->time, candidate_->ordinal};
            period_ = *measured;
            moved_ = true;
            return accept(edge, ordinal, error);
        }
    }
    const std::int64_t ordinal = last_->ordinal + seconds;
    if (candidate_ && candidate_->ordinal == ordinal)
        return glitch(edge - last_->time); // its ringing
    candidate_ = Candidate{edge, ordinal, candidate_ ? candidate_->seen + 1 : 1, false};
    return {Verdict::off_beat, {}, false, error};
}

std::optional<Nanos> PulseTrain::period_by(const Candidate& candidate,
                                           MonoTime edge) const noexcept {
    const Nanos apart = edge - candidate.time;
    const std::int64_t n = nearest_seconds(apart);
    if (n < 1 || !could_be_seconds(apart, n)) return std::nullopt;
    const Nanos measured = apart / n;
    const Nanos before = (candidate.time - last_->time) / (candidate.ordinal - last_->ordinal);
    const bool same_rate = std::chrono::abs(measured - before) <= beat;
    const bool new_phase = std::chrono::abs(measured - period_) <= beat;
    const bool alike = !candidate.late && (same_rate || new_phase);
    if (alike || candidate.seen + 1 >= off_beat_limit) return measured;
    return std::nullopt;
}

PulseTrain::Outcome PulseTrain::glitch(Nanos since_last) noexcept {
    ++glitches_;
    if (since_last > bounce) ++stray_;
    return {Verdict::glitch, {}, false, since_last};
}

// Hum on a floating line has an edge wherever a pulse may be due, and so has a pulse of 2 Hz or
// more: neither must pass for a train. A stray edge now and then must not stop a good one.
bool PulseTrain::trusted() noexcept {
    const bool many = glitches_ > glitches_allowed;
    const bool noisy_second = stray_ > 0 || many;
    noisy_in_a_row_ = noisy_second ? noisy_in_a_row_ + 1 : 0;
    clean_in_a_row_ = noisy_second ? 0 : clean_in_a_row_ + 1;
    if (noisy_in_a_row_ >= noisy_limit || many) noisy_ = true;
    if (clean_in_a_row_ >= clean_needed) noisy_ = false;
    glitches_ = stray_ = 0;
    return !noisy_;
}

} // namespace ppsd::discipline
