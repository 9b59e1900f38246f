#include "daemon/nmea/named_time.hpp"

namespace ppsd::nmea {
namespace {

std::uint8_t bit(Type type) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type));
}

bool differ(const Date& a, const Date& b) {
    const bool short_year = a.two_digit_year || b.two_digit_year;
    const bool years = short_year ? a.year % 100 != b.year % 100 : a.year != b.year;
    return years || a.month != b.month || a.day != b.day;
}

} // namespace

void NamedTime::add(const Sentence& sentence) {
    if (sentence.time) types |= bit(sentence.type);
    if (sentence.type == Type::pubx04) return; // it says nothing of a fix
    const Talkers talker = talker_bit({sentence.talker.data(), sentence.talker.size()});
    if (sentence.fix == Fix::no) {
        no_fix |= talker;
        if (!first_no) first_no = sentence;
        return;
    }
    if (!sentence.time) return;
    if (sentence.fix == Fix::yes) fix |= talker;
    if (!sentence.date) return;
    if (!date) date = sentence.date;
    if (dated_by != Type::rmc) dated_by = sentence.type;
    two_dates |= differ(*date, *sentence.date);
}

bool NamedTime::named_by(Type type) const {
    return (types & bit(type)) != 0;
}

bool NamedTime::named_only_by(Type type) const {
    return types == bit(type);
}

Type NamedTime::dating_type() const {
    if (dated_by != Type::other) return dated_by;
    if (named_by(Type::rmc)) return Type::rmc;
    return named_by(Type::zda) ? Type::zda : Type::other;
}

bool NamedTime::denied(Talkers also) const {
    const auto yes = static_cast<Talkers>(fix | also);
    const bool each_for_itself = ((yes | no_fix) & combined) == 0 && (yes & no_fix) == 0;
    return no_fix != 0 && (yes == 0 || !each_for_itself);
}

Verdict NamedTime::verdict() const {
    if (denied()) return Verdict::no_fix;
    if (two_dates) return Verdict::two_dates;
    if (!date) return Verdict::no_date;
    return fix == 0 ? Verdict::fix_unsaid : Verdict::used;
}

} // namespace ppsd::nmea
