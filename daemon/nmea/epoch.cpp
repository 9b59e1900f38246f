#include "daemon/nmea/epoch.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::nmea {
namespace {

using namespace std::chrono_literals;

// A sentence that comes again is of the next burst: a second later, less some jitter.
constexpr hal::Nanos next_burst = std::chrono::milliseconds{900};
// As much as delays scatter anyway.
constexpr hal::Nanos little_late = std::chrono::milliseconds{100};
// Satellites send the count of leap seconds every 12.5 minutes: who has said nothing more of it for
// longer is another receiver, or doesn't say.
constexpr hal::Nanos leap_count_within = std::chrono::minutes{20};

Event about(const Sentence& sentence, hal::Stamp arrival, Verdict verdict) {
    Event event;
    event.kind = sentence.fix == Fix::no ? Event::Kind::no_fix : Event::Kind::rejected;
    event.verdict = verdict;
    event.type = sentence.type;
    event.talker = sentence.talker;
    event.time = sentence.time;
    event.arrival = arrival;
    return event;
}

Event about(const NamedTime& time, Verdict verdict) {
    Event event;
    event.verdict = verdict;
    event.type = time.dating_type();
    event.time = time.time;
    event.arrival = time.arrival;
    return event;
}

} // namespace

void Epoch::push(const Sentence& sentence, hal::Stamp arrival) {
    if (sentence.type == Type::other) return;
    if (sentence.type == Type::pubx04)
        note_leap_count(LeapWitness::pubx04, sentence.fix != Fix::no, arrival.osc);
    if (is_late(sentence))
        push_late(sentence, arrival);
    else
        push_current(sentence, arrival);
    if (sentence.fix != Fix::no && !sentence.time)
        announce(about(sentence, arrival, Verdict::no_time));
    silence_ = false;
}

void Epoch::note_leap_count(LeapWitness witness, bool known, hal::OscTime at) noexcept {
    auto& missing = leap_count_missing_[static_cast<std::size_t>(witness)];
    missing.reset();
    if (!known) missing = at;
}

bool Epoch::leap_count_missing(hal::OscTime now) const noexcept {
    return std::ranges::any_of(leap_count_missing_, [&](const auto& said) {
        return said && now - *said <= leap_count_within;
    });
}

void Epoch::push_damaged(hal::Stamp arrival) {
    if (!damaged_ || arrival.osc - damaged_->first >= next_burst) damaged_ = {arrival.osc, {}};
    damaged_->last = arrival.osc;
}

bool Epoch::is_late(const Sentence& sentence) const {
    if (!now_ || !sentence.time || later_by(now_->time, *sentence.time) < 1s) return false;
    const bool goes_on = now_->late.named_by(sentence.type) && now_->late.time != *sentence.time;
    return !now_->named_by(sentence.type) && !goes_on;
}

void Epoch::push_late(const Sentence& sentence, hal::Stamp arrival) {
    now_->ahead = later_by(now_->time, *sentence.time);
    now_->late.time = *sentence.time;
    now_->late.add(sentence);
    if (sentence.fix == Fix::no)
        say_no_fix(sentence, arrival);
    else if (sentence.type == Type::rmc)
        offer_behind(sentence, arrival);
    else if (sentence.date)
        announce(about(sentence, arrival, Verdict::two_seconds));
}

void Epoch::push_current(const Sentence& sentence, hal::Stamp arrival) {
    if (sentence.time) begin_unless_current(sentence, arrival);
    const bool agreed = now_ && !now_->two_dates;
    if (now_ && sentence.time && !now_->named_by(sentence.type))
        now_->first[static_cast<std::size_t>(sentence.type)] = {sentence.talker, arrival.osc};
    if (now_) now_->add(sentence);
    if (sentence.fix == Fix::no) return deny(sentence, arrival);
    if (agreed && now_->two_dates) {
        now_->settled = true;
        reject(*now_, Verdict::two_dates);
    }
    if (sentence.type != Type::rmc || !sentence.time) return;
    if (now_->ahead > 0s)
        offer_behind(sentence, arrival);
    else
        two_times_.add_one();
}

// The time is that of now_.
bool Epoch::is_again(const Sentence& sentence, hal::Stamp arrival) const {
    const auto& first = now_->first[static_cast<std::size_t>(sentence.type)];
    return now_->named_by(sentence.type) && first.talker == sentence.talker &&
           arrival.osc - first.at >= next_burst;
}

void Epoch::begin_unless_current(const Sentence& sentence, hal::Stamp arrival) {
    const TimeOfDay& time = *sentence.time;
    bool ambiguous = false;
    if (now_ && now_->time == time && !is_again(sentence, arrival)) {
        if (!now_->too_early || now_->settled) return;
        reject(*now_, Verdict::too_early);
        ambiguous = !now_->named_only_by(Type::gll);
    } else {
        settle();
    }
    const bool in_burst = !silence_ && now_ && arrival.osc - now_->arrival.osc < long_silence;
    now_.emplace();
    now_->time = time;
    now_->arrival = arrival;
    now_->in_burst = in_burst;
    now_->ambiguous = ambiguous;
    now_->usable = point_.add(time);
    const auto counts = [&](hal::OscTime at) {
        return arrival.osc - at >= little_late && arrival.osc - at < next_burst;
    };
    now_->after_damage = damaged_ && (counts(damaged_->first) || counts(damaged_->last));
}

void Epoch::deny(const Sentence& sentence, hal::Stamp arrival) {
    if (sentence.type == Type::pubx04) {
        if (now_) now_->settled = true;
        return say_no_fix(sentence, arrival);
    }
    if (now_ && !now_->denied(usual_)) return;
    const bool said = now_ && std::exchange(now_->no_fix_said, true);
    if (said && sentence.time) return;
    say_no_fix(sentence, arrival);
}

void Epoch::say_no_fix(const Sentence& sentence, hal::Stamp arrival) {
    const bool leap_count = sentence.type == Type::pubx04;
    if (!leap_count) usual_ = 0;
    announce(about(sentence, arrival, leap_count ? Verdict::no_leap_count : Verdict::no_fix));
}

// With its own arrival: the time may have been named a second ago.
void Epoch::offer_behind(const Sentence& rmc, hal::Stamp arrival) {
    NamedTime alone;
    alone.time = *rmc.time;
    alone.arrival = arrival;
    alone.add(rmc);
    const bool always = two_times_.add(now_->ahead);
    Verdict verdict = alone.verdict();
    if (verdict == Verdict::used && alone.time.ns != 0) verdict = Verdict::changing_fraction;
    if (verdict == Verdict::used && !always) verdict = Verdict::two_seconds;
    if (now_->time == alone.time) now_->settled = true;
    if (now_->denied()) return; // said already
    if (verdict == Verdict::used)
        give(alone);
    else
        reject(alone, verdict);
}

void Epoch::idle(hal::Nanos silence) {
    silence_ = true;
    if (complete()) settle();
    if (now_ && silence >= long_silence && now_->in_burst && now_->ahead == 0s)
        now_->too_early = true;
}

void Epoch::finish() {
    settle();
    now_.reset();
    silence_ = true;
}

void Epoch::begin_anew() {
    const auto missing = leap_count_missing_;
    *this = {};
    leap_count_missing_ = missing;
}

bool Epoch::complete() const {
    return now_ && !now_->settled && judge(*now_) == Verdict::used;
}

Verdict Epoch::judge(const NewestTime& newest) const {
    const Verdict verdict = newest.verdict();
    const bool dated = verdict == Verdict::used || verdict == Verdict::fix_unsaid;
    if (dated && newest.ambiguous) return Verdict::too_early;
    if (dated && !newest.usable) return Verdict::changing_fraction;
    if (dated && newest.ahead > 0s) return Verdict::two_seconds;
    return verdict;
}

void Epoch::settle() {
    if (!now_ || std::exchange(now_->settled, true)) return;
    const Verdict verdict = judge(*now_);
    if (verdict == Verdict::used) return give(*now_);
    if (verdict != Verdict::no_fix) return reject(*now_, verdict);
    if (!now_->no_fix_said) say_no_fix(*now_->first_no, now_->arrival);
}

void Epoch::give(const NamedTime& time) {
    const bool named = given_ && given_->time == time.time;
    if (named && time.arrival.osc - given_->arrival.osc < next_burst) return; // by another talker
    Event event = about(time, Verdict::used);
    event.kind = Event::Kind::label;
    const bool may_be_late = now_ && now_->after_damage;
    event.label = {*time.date, time.time, time.arrival, time.dated_by, may_be_late};
    if (leap_count_missing(time.arrival.osc)) {
        event.kind = Event::Kind::no_fix; // as was said before: that doesn't come with every time
        event.verdict = Verdict::no_leap_count;
        return announce(event);
    }
    given_ = event.label;
    usual_ = time.fix;
    announce(event);
}

void Epoch::reject(const NamedTime& time, Verdict verdict) {
    Event event = about(time, verdict);
    if (verdict == Verdict::two_seconds) event.other = now_->time;
    announce(event);
}

std::optional<Event> Epoch::next() {
    if (events_.count == 0) return std::nullopt;
    --events_.count;
    return events_.all[events_.first++ % max_events];
}

void Epoch::announce(const Event& event) {
    if (events_.count == max_events)
        ++events_.first;
    else
        ++events_.count;
    events_.all[(events_.first + events_.count - 1) % max_events] = event;
}

} // namespace ppsd::nmea
