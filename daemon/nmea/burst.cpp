#include "daemon/nmea/burst.hpp"

#include <span>

namespace ppsd::nmea {
namespace {

std::size_t index(Type type) {
    return static_cast<std::size_t>(type);
}
std::uint8_t bit(Type type) {
    return static_cast<std::uint8_t>(1U << index(type));
}

bool differ(const Date& a, const Date& b) {
    const bool short_year = a.two_digit_year || b.two_digit_year;
    const bool years = short_year ? a.year % 100 != b.year % 100 : a.year != b.year;
    return years || a.month != b.month || a.day != b.day;
}

} // namespace

void Second::add(const Sentence& sentence, hal::MonoTime when) {
    const bool rmc = sentence.type == Type::rmc;
    types |= bit(sentence.type);
    no_fix |= sentence.fix == Fix::no;
    (rmc ? rmc_fix : other_fix) |= sentence.fix == Fix::yes;
    if (!sentence.date) return;
    for (const auto& known : {rmc_date, zda_date})
        two_dates |= known && differ(*known, *sentence.date);
    auto& date = rmc ? rmc_date : zda_date;
    if (!date) (rmc ? rmc_arrival : zda_arrival) = when;
    date = sentence.date;
}

bool Second::named_by(Type type) const {
    return (types & bit(type)) != 0;
}

bool Burst::is_over_at(const Sentence& sentence) const {
    if ((types_ & bit(sentence.type)) == 0) return false;
    return !sentence.time || times_[index(sentence.type)] != sentence.time;
}

void Burst::add(const Sentence& sentence, hal::MonoTime arrival) {
    types_ |= bit(sentence.type);
    times_[index(sentence.type)] = sentence.time;
    no_fix_ |= sentence.fix == Fix::no;
    if (sentence.time) second_of(*sentence.time, arrival).add(sentence, arrival);
}

Second& Burst::second_of(const TimeOfDay& time, hal::MonoTime arrival) {
    for (Second& second : std::span{seconds_.data(), count_})
        if (second.time == time) return second;
    seconds_[count_] = Second{};
    seconds_[count_].time = time;
    seconds_[count_].arrival = arrival;
    return seconds_[count_++];
}

std::optional<Second> Burst::take_last(const TimeOfDay& time) {
    if (count_ < 2 || seconds_[count_ - 1].time != time) return std::nullopt;
    return seconds_[--count_];
}

void Burst::clear() {
    count_ = 0;
    types_ = 0;
    no_fix_ = false;
}

void Burst::carry(const Second& second, hal::MonoTime when) {
    clear();
    seconds_[count_++] = second;
    seconds_[0].arrival = when;
    types_ = second.types;
    times_.fill(second.time);
    no_fix_ = second.no_fix;
}

} // namespace ppsd::nmea
