// One sentence's text to what it says. What is parsed is possible, and the time is what stands in
// the text; printed and parsed again it is the same; and the talker says nothing. GSV and GSA: the
// same, and what they add up to is possible.
#include "daemon/nmea/satellites.hpp"
#include "daemon/nmea/sentence.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

using fuzz::require;
using namespace ppsd::nmea;

namespace {

std::string time_text(const std::optional<TimeOfDay>& time) {
    if (!time) return {};
    if (time->second == 86400) return fmt::format("235960.{:09}", time->ns);
    const int minutes = time->second / 60;
    return fmt::format("{:02}{:02}{:02}.{:09}", minutes / 60, minutes % 60, time->second % 60,
                       time->ns);
}

std::string short_date_text(const std::optional<Date>& date) {
    return date ? fmt::format("{:02}{:02}{:02}", date->day, date->month, date->year) : "";
}

std::string long_date_text(const std::optional<Date>& date) {
    return date ? fmt::format("{:02},{:02},{:04}", date->day, date->month, date->year) : ",,";
}

std::string_view word(Fix fix, std::string_view yes, std::string_view no) {
    if (fix == Fix::unsaid) return {};
    return fix == Fix::yes ? yes : no;
}

/// As a receiver would say it.
std::string text_of(const Sentence& said) {
    const std::string time = time_text(said.time);
    const auto status = word(said.fix, "A", "V");
    switch (said.type) {
    case Type::rmc:
        return fmt::format("GPRMC,{},{},,,,,,,{},,,", time, status, short_date_text(said.date));
    case Type::zda:
        return fmt::format("GPZDA,{},{},00,00", time, long_date_text(said.date));
    case Type::gga:
        return fmt::format("GPGGA,{},,,,,{},,,,,,,", time, word(said.fix, "1", "0"));
    case Type::gns:
        return fmt::format("GPGNS,{},,,,,{},,,,,,", time, word(said.fix, "AN", "NN"));
    case Type::gll:
        return fmt::format("GPGLL,,,,,{},{}", time, status);
    case Type::pubx04:
        return fmt::format("PUBX,04,{},,,,{}", time, said.fix == Fix::no ? "18D" : "18");
    case Type::other:
        break;
    }
    return {};
}

bool same(const Sentence& a, const Sentence& b) {
    return a.type == b.type && a.time == b.time && a.date == b.date && a.fix == b.fix;
}

bool exists(const Date& date) {
    constexpr int days[]{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int year = date.two_digit_year ? 2000 + date.year : date.year;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days[date.month - 1] && (leap || date.month != 2 || date.day != 29) &&
           (date.two_digit_year ? date.year >= 0 && date.year <= 79 : date.year >= 2000);
}

void check_possible(const Sentence& said) {
    if (said.time)
        require(said.time->second >= 0 && said.time->second <= 86400 && said.time->ns >= 0 &&
                    said.time->ns <= 999'999'999,
                "a time of the day");
    if (!said.date) return;
    require(exists(*said.date), "a date that exists");
    require(said.type == Type::rmc || said.type == Type::zda, "only RMC and ZDA have a date");
    require(said.date->two_digit_year == (said.type == Type::rmc), "RMC has two-digit years");
}

/// The n-th field, counted from 0.
std::string field(std::string_view text, int n) {
    for (; n > 0 && !text.empty(); --n)
        text.remove_prefix(std::min(text.size(), text.find(',') + 1));
    return std::string{text.substr(0, text.find(','))};
}

/// Read in another way than the parser does.
void check_time(std::string_view text, const Sentence& said) {
    const int place = said.type == Type::gll ? 5 : said.type == Type::pubx04 ? 2 : 1;
    const std::string time = field(text, place);
    if (time.empty()) return require(!said.time, "no time out of nothing");
    if (!said.time) return require(said.fix == Fix::no, "a time that can't be is none", time);
    int hour = 0, minute = 0, second = 0;
    double fraction = 0;
    const int read = std::sscanf(time.c_str(), "%2d%2d%2d%lf", &hour, &minute, &second, &fraction);
    require(read >= 3 && hour < 24 && minute < 60 && second <= 60, "a time that there is", time);
    require(said.time->second == (hour * 60 + minute) * 60 + second &&
                std::abs(said.time->ns - fraction * 1e9) < 1,
            "the time is what stands there", time);
}

std::string number_text(int number) {
    return number == 0 ? "" : std::to_string(number);
}

/// As a receiver would say it; a signal needs a satellite's fields before it.
std::string text_of(const Gsv& said) {
    std::string text = fmt::format("{}{}GSV,{},{},{}", said.talker[0], said.talker[1], said.parts,
                                   said.part, said.in_view);
    for (std::size_t i = 0; i < said.count; ++i)
        text += fmt::format(",{},,,{}", said.seen[i].id, number_text(said.seen[i].signal_db));
    return said.signal == '\0' ? text : text + "," + said.signal;
}

void check_gsv(const std::string& text) {
    const auto said = parse_gsv(text);
    if (!said) return;
    require(said->part >= 1 && said->part <= said->parts && said->count <= said->seen.size(),
            "a part of its parts");
    for (std::size_t i = 0; i < said->count; ++i)
        require(said->seen[i].id >= 0 && said->seen[i].signal_db >= 0 &&
                    said->seen[i].signal_db <= 999,
                "a signal that there is");
    const std::string printed = text_of(*said);
    const auto again = parse_gsv(printed);
    require(again && again->count == said->count && again->signal == said->signal &&
                text_of(*again) == printed,
            "printed and parsed again it is the same GSV", printed);
}

void check_gsa(const std::string& text) {
    const auto said = parse_gsa(text);
    if (!said) return;
    std::string printed = fmt::format("{}{}GSA,A,3", said->talker[0], said->talker[1]);
    for (const int id : said->ids)
        printed += "," + number_text(id);
    printed += std::string{",,,,"} + said->system;
    const auto again =
        parse_gsa(said->system == '\0' ? printed.substr(0, printed.size() - 5) : printed);
    require(again && again->ids == said->ids && again->system == said->system,
            "printed and parsed again it is the same GSA", printed);
}

/// The bytes, cut at line ends, as sentences of one receiver.
void check_satellites(std::string_view text) {
    const auto now = hal::MonoTime::from_ns(1);
    Satellites satellites;
    bool readable = false;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const bool kept = satellites.add(line, now);
        require(!kept || parse(line).verdict == Verdict::unknown_sentence, "it tells no time");
        readable = readable || parse_gsv(line) || parse_gsa(line);
    }
    const auto report = satellites.report(now);
    if (!report) return;
    require(readable, "nothing out of what can't be read");
    require(report->used || report->in_view, "one of the two");
    require(!report->used || (*report->used >= 0 && *report->used <= 16 * 12), "used ones");
    require(!report->in_view || *report->in_view >= 0, "satellites in view");
    require(!report->signal_db || (*report->signal_db > 0 && *report->signal_db <= 999), "signal");
    require(!satellites.report(now + Satellites::forget_after), "forgotten");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    check_satellites(text);
    check_gsv(text);
    check_gsa(text);
    const Parsed parsed = parse(text);
    if (parsed.verdict == Verdict::unknown_sentence) return 0;
    if (!text.starts_with("PUBX")) {
        const Parsed other = parse("QZ" + text.substr(2));
        require(other.verdict == parsed.verdict && same(other.sentence, parsed.sentence),
                "the talker says nothing");
    }
    if (parsed.verdict != Verdict::used) {
        require(parsed.verdict == Verdict::malformed, "used, unknown or malformed");
        return 0;
    }
    check_possible(parsed.sentence);
    check_time(text, parsed.sentence);
    const std::string printed = text_of(parsed.sentence);
    const Parsed again = parse(printed);
    require(again.verdict == Verdict::used && same(again.sentence, parsed.sentence),
            "printed and parsed again it is the same", printed);
    return 0;
}
