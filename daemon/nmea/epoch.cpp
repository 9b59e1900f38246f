#include "daemon/nmea/epoch.hpp"

#include <algorithm>

namespace ppsd::nmea {
namespace {

constexpr std::int32_t day = 86400;
// Satellites send the count of leap seconds every 12.5 minutes: who has said nothing more of it for
// longer is another receiver, or doesn't say.
constexpr hal::Nanos leap_count_within = std::chrono::minutes{20};

bool rmc_dates(const Second& second) {
    return second.rmc_date && second.rmc_fix;
}
bool zda_dates(const Second& second) {
    return second.zda_date && second.other_fix;
}

Verdict judge_alone(const Second& second) {
    if (second.two_dates) return Verdict::two_dates;
    if (rmc_dates(second) || zda_dates(second)) return Verdict::used;
    return second.rmc_date || second.zda_date ? Verdict::fix_unsaid : Verdict::no_date;
}

// Only for a second that judge_alone() calls used.
SecondLabel label_of(const Second& second, bool begun_surely) {
    const bool rmc = rmc_dates(second);
    const auto dated = rmc ? second.rmc_arrival : second.zda_arrival;
    return {.date = rmc ? *second.rmc_date : *second.zda_date,
            .second_of_day = second.time.second,
            .arrival = begun_surely ? second.arrival : dated,
            .from = rmc ? Type::rmc : Type::zda};
}

Type dating_type(const Second& second) {
    for (const Type type : {Type::rmc, Type::zda})
        if (second.named_by(type)) return type;
    return Type::other;
}

// The same second in a burst that comes when the next one is due says something else.
bool same_again(const SecondLabel& before, const SecondLabel& label) {
    using namespace hal;
    return before.date == label.date && before.second_of_day == label.second_of_day &&
           label.arrival - before.arrival < 500ms;
}

Verdict why_no_fix(const Sentence& sentence) {
    return sentence.type == Type::pubx04 ? Verdict::no_leap_count : Verdict::no_fix;
}

Event about(const Sentence& sentence, hal::MonoTime arrival, Verdict verdict) {
    Event event;
    event.kind = sentence.fix == Fix::no ? Event::Kind::no_fix : Event::Kind::rejected;
    event.verdict = verdict;
    event.type = sentence.type;
    event.time = sentence.time;
    event.arrival = arrival;
    return event;
}

} // namespace

struct Epoch::Named {
    const Second* main{nullptr};  // RMC's, or else the first
    const Second* other{nullptr}; // a further one
    std::size_t count{0};

    void add(const Second& second) {
        ++count;
        if (main == nullptr) {
            main = &second;
        } else {
            other = &second;
            if (second.named_by(Type::rmc)) std::swap(main, other);
        }
    }
};

void Epoch::push(const Sentence& sentence, hal::MonoTime arrival) {
    if (sentence.type == Type::other) return;
    if (burst_.is_over_at(sentence))
        begin_burst(sentence, arrival);
    else if (burst_.empty())
        note_beginning(sentence.type);
    const bool no_fix_before = burst_.no_fix();
    burst_.add(sentence, arrival);
    if (sentence.type == Type::pubx04) {
        leap_count_missing_.reset();
        if (sentence.fix == Fix::no) leap_count_missing_ = arrival;
    }
    if (sentence.fix == Fix::no) {
        if (!no_fix_before) announce(about(sentence, arrival, why_no_fix(sentence)));
    } else if (!sentence.time) {
        announce(about(sentence, arrival, Verdict::no_time));
    }
}

void Epoch::begin_burst(const Sentence& first, hal::MonoTime arrival) {
    const auto carried = first.time ? burst_.take_last(*first.time) : std::nullopt;
    settle();
    if (carried)
        burst_.carry(*carried, arrival);
    else
        burst_.clear();
    note_beginning(first.type);
}

void Epoch::note_beginning(Type first) {
    if (silence_) opener_ = first;
    begun_surely_ = opener_ == first;
    silence_ = false;
}

void Epoch::end_burst() {
    settle();
    burst_.clear();
    silence_ = true;
}

void Epoch::begin_anew() {
    const auto missing = leap_count_missing_;
    *this = {};
    leap_count_missing_ = missing;
}

std::optional<Event> Epoch::next() {
    if (event_count_ == 0) return std::nullopt;
    --event_count_;
    return events_[first_event_++ % max_events];
}

void Epoch::announce(const Event& event) {
    if (event_count_ == max_events)
        ++first_event_;
    else
        ++event_count_;
    events_[(first_event_ + event_count_ - 1) % max_events] = event;
}

Epoch::Named Epoch::named() const {
    Named named;
    for (const Second& second : burst_.seconds())
        if (second.time.ns == 0) named.add(second);
    return named;
}

void Epoch::learn_mixing(const Named& named) {
    if (named.count == 0) return;
    if (named.count != 2 || !named.main->named_by(Type::rmc)) {
        mixed_ = 0;
        return;
    }
    const auto by = (named.other->time.second - named.main->time.second + day) % day;
    mixed_ = by == mixed_by_ ? std::min(mixed_ + 1, mixing_bursts + 1) : 1;
    mixed_by_ = by;
}

Verdict Epoch::judge(const Named& named) const {
    if (named.count == 0) return Verdict::fractional;
    if (named.count > 1 && mixed_ <= mixing_bursts) return Verdict::two_seconds;
    const Verdict verdict = judge_alone(*named.main);
    if (verdict != Verdict::used) return verdict;
    const bool again = last_ && same_again(*last_, label_of(*named.main, begun_surely_));
    return again ? Verdict::repeated : Verdict::used;
}

void Epoch::settle() {
    if (burst_.seconds().empty()) return;
    const Named named = this->named();
    learn_mixing(named);
    if (burst_.no_fix()) return; // said already
    const Second& second = named.main != nullptr ? *named.main : burst_.seconds().front();
    Event event;
    if (leap_count_missing_ && second.arrival - *leap_count_missing_ <= leap_count_within) {
        event.kind = Event::Kind::no_fix; // as PUBX,04 said, which doesn't come with every burst
        event.verdict = Verdict::no_leap_count;
        event.type = Type::pubx04;
        event.time = second.time;
        event.arrival = second.arrival;
        return announce(event);
    }
    event.verdict = judge(named);
    event.type = dating_type(second);
    event.time = second.time;
    if (named.other != nullptr) event.other = named.other->time;
    event.arrival = second.arrival;
    if (event.verdict == Verdict::used) {
        event.kind = Event::Kind::label;
        event.label = label_of(second, begun_surely_);
        last_ = event.label;
    }
    announce(event);
}

} // namespace ppsd::nmea
