#include "sim/burst_text.hpp"

#include <chrono>
#include <cstring>
#include <fmt/format.h>

namespace hal::sim {
namespace {

// A field of a template that is to be filled in: time, date, long date.
constexpr char time_mark = 't', date_mark = 'd', long_date_mark = 'l';

struct Text {
    SentenceType type;
    std::string_view fix;
    std::string_view without; ///< a fix; with the time
    std::string_view nothing; ///< empty fields
};

constexpr std::array texts{
    Text{SentenceType::rmc, "RMC,t,A,4717.11399,N,00833.91590,E,0.004,77.52,d,,,A",
         "RMC,t,V,,,,,,,d,,,N", "RMC,,V,,,,,,,,,,N"},
    Text{SentenceType::gga, "GGA,t,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,",
         "GGA,t,,,,,0,00,99.99,,,,,,", "GGA,,,,,,0,00,99.99,,,,,,"},
    Text{SentenceType::gns, "GNS,t,4717.11399,N,00833.91590,E,AA,10,0.83,499.6,48.0,,",
         "GNS,t,,,,,NN,00,99.99,,,,", "GNS,,,,,,NN,00,99.99,,,,"},
    Text{SentenceType::gll, "GLL,4717.11399,N,00833.91590,E,t,A,A", "GLL,,,,,t,V,N",
         "GLL,,,,,,V,N"},
    Text{SentenceType::zda, "ZDA,t,l,00,00", "ZDA,t,l,00,00", "ZDA,,,,,00,00"},
    Text{SentenceType::gsa, "GSA,A,3,23,29,07,08,09,18,26,28,,,,,1.94,1.18,1.54",
         "GSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99", "GSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99"},
    Text{SentenceType::gsv, "GSV,3,1,10,23,38,230,44,29,71,156,47,07,29,116,41,08,09,081,36",
         "GSV,1,1,00", "GSV,1,1,00"},
    Text{SentenceType::vtg, "VTG,77.52,T,,M,0.004,N,0.008,K,A", "VTG,,,,,,,,,N", "VTG,,,,,,,,,N"},
    Text{SentenceType::txt, "TXT,01,01,02,ANTSTATUS=OK", "TXT,01,01,02,ANTSTATUS=INIT",
         "TXT,01,01,02,ANTSTATUS=INIT"},
};

std::uint8_t sum_of(std::string_view text) noexcept {
    unsigned sum = 0;
    for (const char c : text)
        sum ^= static_cast<unsigned char>(c);
    return static_cast<std::uint8_t>(sum);
}

// A zero more or less changes the XOR by '0': digits count only as far as they differ from it.
template <std::size_t size>
std::uint8_t digits_sum(const std::array<char, size>& digits, std::size_t length) noexcept {
    unsigned sum = 0;
    for (std::size_t i = 0; i < length; ++i)
        if (digits[i] >= '0') sum ^= static_cast<unsigned>(digits[i] - '0');
    return static_cast<std::uint8_t>(sum);
}

void two_digits(char* out, std::int64_t value) noexcept {
    out[0] = static_cast<char>('0' + value / 10);
    out[1] = static_cast<char>('0' + value % 10);
}

constexpr char hex(unsigned value) {
    return "0123456789ABCDEF"[value & 0xf];
}

std::string_view zeros_for(char mark, std::string_view time) {
    if (mark == time_mark) return time;
    return mark == date_mark ? "000000" : "00,00,0000";
}

bool is_mark(char c) {
    return c == time_mark || c == date_mark || c == long_date_mark;
}

} // namespace

std::optional<SentenceType> sentence_type(std::string_view name) noexcept {
    for (const Text& text : texts)
        if (text.fix.substr(0, 3) == name) return text.type;
    return std::nullopt;
}

BurstText::BurstText(std::string_view talker, int decimals)
    : time_length_{static_cast<std::size_t>(decimals == 0 ? 6 : 7 + decimals)} {
    for (const Text& text : texts) {
        auto& by_certainty = templates_[static_cast<std::size_t>(text.type)];
        by_certainty[static_cast<std::size_t>(Certainty::fix)] = make(talker, text.fix);
        by_certainty[static_cast<std::size_t>(Certainty::time_without_fix)] =
            make(talker, text.without);
        by_certainty[static_cast<std::size_t>(Certainty::nothing)] = make(talker, text.nothing);
    }
}

BurstText::Template BurstText::make(std::string_view talker, std::string_view body) const {
    Template made;
    std::string text = "$" + std::string{talker} + std::string{body.substr(0, 3)};
    for (std::size_t at = 3; at < body.size(); ++at) {
        const char mark = is_mark(body[at]) ? body[at] : '\0';
        const auto place = static_cast<std::int8_t>(text.size());
        if (mark == time_mark) made.time_at = place;
        if (mark == date_mark) made.date_at = place;
        if (mark == long_date_mark) made.long_date_at = place;
        if (mark)
            text += zeros_for(mark, std::string_view{"000000.000"}.substr(0, time_length_));
        else
            text += body[at];
    }
    made.sum = sum_of(std::string_view{text}.substr(1));
    text += "*00\r\n";
    made.size = static_cast<std::uint8_t>(text.size());
    std::memcpy(made.text.data(), text.data(), text.size());
    return made;
}

void BurstText::set_time(const SpokenTime& time) noexcept {
    const std::int64_t posix = time.second.posix() - (time.leap_second ? 1 : 0);
    const std::int64_t day = posix / 86400;
    if (day != day_) set_day(day);
    const std::int64_t of_day = posix % 86400;
    two_digits(&time_[0], of_day / 3600);
    two_digits(&time_[2], of_day / 60 % 60);
    two_digits(&time_[4], of_day % 60 + (time.leap_second ? 1 : 0));
    time_[6] = '.';
    two_digits(&time_[7], time.milliseconds / 10);
    time_[9] = static_cast<char>('0' + time.milliseconds % 10);
    time_sum_ = digits_sum(time_, time_length_);
}

void BurstText::set_day(std::int64_t day) noexcept {
    using namespace std::chrono;
    day_ = day;
    const year_month_day date{sys_days{days{day}}};
    const int year = static_cast<int>(date.year());
    two_digits(&date_[0], static_cast<unsigned>(date.day()));
    two_digits(&date_[2], static_cast<unsigned>(date.month()));
    two_digits(&date_[4], year % 100);
    std::memcpy(&long_date_[0], &date_[0], 2);
    std::memcpy(&long_date_[3], &date_[2], 2);
    long_date_[2] = long_date_[5] = ',';
    two_digits(&long_date_[6], year / 100);
    std::memcpy(&long_date_[8], &date_[4], 2);
    date_sum_ = digits_sum(date_, date_.size());
    long_date_sum_ = digits_sum(long_date_, long_date_.size());
}

std::size_t BurstText::append(SentenceType type, Certainty certainty, char* out) const noexcept {
    const Template& from =
        templates_[static_cast<std::size_t>(type)][static_cast<std::size_t>(certainty)];
    std::memcpy(out, from.text.data(), longest); // of a constant length: much faster than of `size`
    unsigned sum = from.sum;
    if (from.time_at >= 0) {
        std::memcpy(out + from.time_at, time_.data(), time_length_);
        sum ^= time_sum_;
    }
    if (from.date_at >= 0) {
        std::memcpy(out + from.date_at, date_.data(), date_.size());
        sum ^= date_sum_;
    }
    if (from.long_date_at >= 0) {
        std::memcpy(out + from.long_date_at, long_date_.data(), long_date_.size());
        sum ^= long_date_sum_;
    }
    out[from.size - 4] = hex(sum >> 4);
    out[from.size - 3] = hex(sum);
    return from.size;
}

} // namespace hal::sim
