#include "daemon/discipline/distrust.hpp"

#include <algorithm>
#include <chrono>

namespace ppsd::discipline {

using namespace hal;

namespace {

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t oscillator_ppm = 1500;
constexpr Nanos late_pulse = 25ms;
// chronyd's limit of 83333 ppm makes a true second 0.917 s, of which 91000 ppm are missing.
constexpr std::int64_t slewing_ppm = 91'000 + 2 * oscillator_ppm;
constexpr Nanos late_when_slewed = 500ms;
constexpr Nanos note_age = 20ms;
constexpr Nanos anchor_age = 60s;
constexpr Nanos half_second = 500ms;

constexpr Nanos parts(Nanos d, std::int64_t ppm) {
    return d / million * ppm;
}

/// Leap seconds: at the end of a month the numbers may move by one.
bool month_ends_between(UtcSecond from, UtcSecond to) {
    return to >= next_month(std::min(from, to)) - 1;
}

} // namespace

std::string_view name(Distrust::Reason reason) noexcept {
    switch (reason) {
    case Distrust::Reason::second_jumped:
        return "the receiver's second jumped";
    case Distrust::Reason::pulse_moved:
        return "the pulse moved";
    case Distrust::Reason::wrong_rate:
        return "the receiver's time runs at a wrong rate";
    case Distrust::Reason::none:
        break;
    }
    return "nothing";
}

void Distrust::note_oscillator(MonoTime at, Nanos raw_minus_mono) noexcept {
    notes_[noted_++ % notes_.size()] = {at, raw_minus_mono};
}

std::optional<Nanos> Distrust::oscillator_at(MonoTime t) const noexcept {
    for (std::size_t i = 0; i < std::min(noted_, notes_.size()); ++i)
        if (notes_[i].at >= t && notes_[i].at - t <= note_age) return notes_[i].raw_minus_mono;
    return std::nullopt;
}

// By how much more than it may the receiver's time has got ahead, or behind; 0 if it may.
Nanos Distrust::excess(const Instant& from, const Instant& to) noexcept {
    const bool known = from.raw_minus_mono && to.raw_minus_mono;
    Nanos passed = to.time - from.time;
    if (known) passed += *to.raw_minus_mono - *from.raw_minus_mono;
    const Nanos allowed = known ? late_pulse + parts(std::chrono::abs(passed), oscillator_ppm)
                                : late_when_slewed + parts(std::chrono::abs(passed), slewing_ppm);
    // A date that is years off would be too long for nanoseconds times anything, but not for these.
    const Nanos ahead = std::chrono::seconds{to.second - from.second} - passed;
    if (std::chrono::abs(ahead) <= allowed) return 0ns;
    const bool leap = std::chrono::abs(std::chrono::abs(ahead) - 1s) <= allowed;
    return leap && month_ends_between(from.second, to.second) ? 0ns : ahead;
}

Distrust::Finding Distrust::compare(const Instant& now) const noexcept {
    if (last_)
        if (const Nanos off = excess(*last_, now); off != 0ns)
            return {std::chrono::abs(off) >= half_second ? Reason::second_jumped
                                                         : Reason::pulse_moved,
                    off};
    if (anchor_)
        if (const Nanos off = excess(*anchor_, now); off != 0ns) return {Reason::wrong_rate, off};
    return {};
}

Distrust::Finding Distrust::judge(const LabelledPulse& pulse) noexcept {
    if (length_ == 0ns) return {};
    const Instant now{pulse.second, pulse.time, oscillator_at(pulse.time)};
    Finding finding = compare(now);
    if (finding.reason != Reason::none) {
        forget();
        until_ = pulse.time + length_;
    }
    remember(now);
    finding.withheld = withholds(pulse.time);
    return finding;
}

void Distrust::remember(const Instant& now) noexcept {
    last_ = now;
    if (next_anchor_ && now.time - next_anchor_->time < anchor_age) return;
    anchor_ = next_anchor_;
    next_anchor_ = now;
}

void Distrust::forget() noexcept {
    last_.reset();
    anchor_.reset();
    next_anchor_.reset();
    noted_ = 0;
}

} // namespace ppsd::discipline
