#include "daemon/pipeline/missed_pulses.hpp"

#include "daemon/pipeline/publisher.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace ppsd::app {

using namespace hal;
using discipline::Verdict;
using Instead = MissedPulses::Instead;

namespace {

/// What an edge with that verdict is, if its second has no sample; nothing: it says nothing.
std::optional<Instead> instead_of(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::glitch:
    case Verdict::off_beat:
    case Verdict::noisy:
        return Instead::noise;
    case Verdict::used:
    case Verdict::late_edge:
    case Verdict::read_late:
    case Verdict::out_of_order:
    case Verdict::stale_generation:
    case Verdict::stretched:
        return Instead::late;
    default:
        return std::nullopt;
    }
}

} // namespace

void MissedPulses::begin(MonoTime at) noexcept {
    if (counts_ && !newest_at_) newest_at_ = at;
}

std::int64_t MissedPulses::second_of(MonoTime at) const noexcept {
    constexpr std::int64_t second_ns = 1'000'000'000;
    const std::int64_t ns = (at - *newest_at_).count() + second_ns / 2;
    return newest_ + ns / second_ns - (ns < 0 ? 1 : 0);
}

void MissedPulses::move_to(std::int64_t second) noexcept {
    for (std::int64_t s = std::max(newest_, second - size) + 1; s <= second; ++s)
        marks_[place(s)] = 0;
    newest_at_ = *newest_at_ + std::chrono::seconds{second - newest_};
    newest_ = second;
}

void MissedPulses::mark(std::int64_t second, Mark mark) noexcept {
    if (second > newest_) move_to(second);
    if (second < 0 || second <= newest_ - size) return;
    Mark& marked = marks_[place(second)];
    marked = std::max(marked, mark);
}

std::int64_t MissedPulses::last_due(MonoTime now) const noexcept {
    return newest_ +
           std::chrono::floor<std::chrono::seconds>(now - pps_max_age - *newest_at_).count();
}

void MissedPulses::locked(MonoTime now) noexcept {
    begin(now);
    if (!newest_at_ || !unlocked_from_) return;
    const std::int64_t until = second_of(now);
    for (std::int64_t s = std::max(*unlocked_from_, until - size + 1); s <= until; ++s)
        mark(s, static_cast<Mark>(Instead::unlocked));
    unlocked_from_.reset();
}

void MissedPulses::unlocked(MonoTime now) noexcept {
    if (newest_at_ && !unlocked_from_) unlocked_from_ = second_of(now);
}

void MissedPulses::edge(MonoTime at, Verdict verdict) noexcept {
    const auto instead = instead_of(verdict);
    if (newest_at_ && instead) mark(second_of(at), static_cast<Mark>(*instead));
}

void MissedPulses::sample(MonoTime pulse, Verdict verdict) noexcept {
    begin(pulse);
    if (!newest_at_) return;
    const bool used = verdict == Verdict::used;
    const bool untaken = verdict == Verdict::not_taken;
    const std::int64_t second = second_of(pulse);
    if (used && second >= newest_ && mark_of(second) != published) ++published_;
    mark(second, used ? published : static_cast<Mark>(untaken ? Instead::untaken : Instead::late));
    if (second == newest_) newest_at_ = pulse;
}

void MissedPulses::slept(Nanos length) noexcept {
    if (newest_at_) newest_at_ = *newest_at_ - length;
}

std::uint64_t MissedPulses::count(MonoTime now) const noexcept {
    if (!newest_at_) return 0;
    const std::int64_t due = last_due(now);
    std::int64_t missed = due + 1 - published_;
    for (std::int64_t s = std::max<std::int64_t>(due + 1, 0); s <= newest_; ++s)
        if (mark_of(s) == published) ++missed; // it is not due yet
    return static_cast<std::uint64_t>(std::max<std::int64_t>(missed, 0));
}

MissedPulses::Lately MissedPulses::lately(MonoTime now) const noexcept {
    Lately lately;
    if (!newest_at_) return lately;
    std::array<int, published + 1> marks{};
    const std::int64_t due = last_due(now);
    for (std::int64_t s = std::max<std::int64_t>(due - window + 1, 0); s <= due; ++s, ++lately.due)
        ++marks[mark_of(s)];
    lately.every = distance(due);
    lately.missed = lately.due - marks[published];
    const auto most = std::max_element(marks.begin(), marks.begin() + published);
    lately.most = static_cast<Instead>(most - marks.begin());
    lately.by_most = *most;
    return lately;
}

int MissedPulses::distance(std::int64_t due) const noexcept {
    constexpr int enough = 3; // samples
    std::int64_t last = -1;
    std::int64_t every = 0;
    int samples = 0;
    for (std::int64_t s = std::max<std::int64_t>(due - window + 1, 0); s <= due; ++s) {
        if (mark_of(s) != published) continue;
        if (every != 0 && s - last != every) return 0;
        if (++samples > 1) every = s - last;
        last = s;
    }
    return samples >= enough && due - last < every ? static_cast<int>(every) : 0;
}

std::string_view name(Instead instead) noexcept {
    switch (instead) {
    case Instead::nothing:
        return "no-edge";
    case Instead::noise:
        return "noise";
    case Instead::late:
        return "late";
    case Instead::untaken:
        return "not-taken";
    case Instead::unlocked:
        return "unlocked";
    case Instead::count_:
        break;
    }
    return {};
}

namespace {

std::string_view advice(Instead instead) noexcept {
    switch (instead) {
    case Instead::nothing:
        return "no edge came; look at the antenna, the PPS wire, and the receiver's time pulse "
               "settings (one a second)";
    case Instead::noise:
        return "edges came that are no pulses; look at the PPS wire and its ground";
    case Instead::late:
        return "the pulse was too late, or read too late, to be used; is the machine overloaded?";
    case Instead::untaken:
        return "no output took the sample; does chronyd or ntpd run, and does it read it?";
    case Instead::unlocked:
        return "ppsd was not locked; the last unlock says why";
    case Instead::count_:
        break;
    }
    return {};
}

} // namespace

std::string explanation(const MissedPulses::Lately& lately) {
    if (lately.every > 1 && lately.most == Instead::nothing)
        return fmt::format(
            "samples are published, but only every {} s, because a pulse comes every "
            "{} s; set the receiver's time pulse to one a second",
            lately.every, lately.every);
    return fmt::format("samples are published, but {} of the last {} are missing; for {}{} of them "
                       "{}",
                       lately.missed, lately.due, lately.by_most < lately.missed ? "" : "all ",
                       lately.by_most, advice(lately.most));
}

} // namespace ppsd::app
