#include "daemon/pipeline/clock_check.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

// So that a daemon that is started again when a contradiction begins does not hide it.
constexpr Nanos ask_every = 1min;

} // namespace

bool ClockCheck::outside(const Comparison& c) const noexcept {
    const Nanos inside_by = since_ ? clearly : 0ns;
    return c.ahead < c.lowest + inside_by || c.ahead > c.highest - inside_by;
}

bool ClockCheck::asks_kernel(const Comparison& c) const noexcept {
    if (basis_ != Basis::others) return basis_ == Basis::unknown;
    return outside(c) || !synchronised_at_ || c.now - *synchronised_at_ >= ask_every;
}

bool ClockCheck::called_synchronised(MonoTime now) const noexcept {
    return synchronised_at_ && now - *synchronised_at_ < holds;
}

ClockCheck::Outcome ClockCheck::judge(const Comparison& c, bool synchronised) noexcept {
    if (basis_ == Basis::ours) return {};
    if (asks_kernel(c) && synchronised) {
        synchronised_at_ = c.now;
        basis_ = Basis::others;
    }
    if (!outside(c)) return end(Word::agree, c.now);
    if (!called_synchronised(c.now)) return end(Word::lapses, c.now);
    return contradict(c.now);
}

ClockCheck::Outcome ClockCheck::contradict(MonoTime now) noexcept {
    Outcome outcome{trust_ != Trust::receiver, Word::none, now - since_.value_or(now)};
    if (!since_) {
        since_ = now;
        again_at_ = now + again_after;
        outcome.word = Word::begins;
    } else if (now >= again_at_) {
        again_at_ = now + again_every;
        outcome.word = Word::goes_on;
    }
    return outcome;
}

ClockCheck::Outcome ClockCheck::end(Word word, MonoTime now) noexcept {
    if (led_astray_) basis_ = Basis::ours;
    const auto since = std::exchange(since_, std::nullopt);
    if (!since) return {};
    return {false, word, now - *since};
}

void ClockCheck::published(Nanos ahead) noexcept {
    if (basis_ == Basis::unknown) basis_ = Basis::ours;
    if (ahead < -half_second || ahead > half_second) led_astray_ = true;
}

void ClockCheck::slept() noexcept {
    basis_ = Basis::ours;
    since_.reset();
}

} // namespace ppsd::app
