#include "daemon/nmea/sentence.hpp"

#include "daemon/nmea/fields.hpp"

#include <algorithm>
#include <array>

namespace ppsd::nmea {
namespace {

Fix status_fix(std::string_view status) {
    if (status.empty()) return Fix::unsaid;
    return status == "A" ? Fix::yes : Fix::no;
}

constexpr bool is_measured(char mode) {
    return std::string_view{"ADFMPR"}.find(mode) != std::string_view::npos;
}

// One letter; GNS has one for each satellite system, and one system with a fix is enough.
Fix mode_fix(std::string_view modes) {
    if (modes.empty()) return Fix::unsaid;
    return std::ranges::any_of(modes, is_measured) ? Fix::yes : Fix::no;
}

Fix quality_fix(std::string_view quality) {
    if (quality.empty()) return Fix::unsaid;
    const bool measured = quality.size() == 1 &&
                          std::string_view{"1234579"}.find(quality[0]) != std::string_view::npos;
    return measured ? Fix::yes : Fix::no;
}

// "0", "00"; an empty field says nothing.
bool is_zero(std::string_view number) {
    return !number.empty() && number.find_first_not_of('0') == std::string_view::npos;
}

// A position that was entered by hand needs no satellites; the time does.
bool only_manual(std::string_view modes) {
    return modes.find_first_not_of("MN") == std::string_view::npos;
}

// A status with no mode is that of receivers before NMEA 0183 2.3.
Fix status_and_mode(std::string_view status, std::string_view mode) {
    return mode_fix(mode) == Fix::no ? Fix::no : status_fix(status);
}

// time, status, latitude 2, longitude 2, speed, course, date, variation 2, mode, (navigational
// status)
bool read_rmc(const Fields& field, Sentence& said) {
    said.fix = status_and_mode(field[2], field[12]);
    return read_time(field[1], said.time) && read_short_date(field[9], said.date);
}

// time, day, month, year, local zone 2
bool read_zda(const Fields& field, Sentence& said) {
    return read_time(field[1], said.time) &&
           read_long_date(field[2], field[3], field[4], said.date);
}

// time, latitude 2, longitude 2, quality, satellites, HDOP, altitude 2, geoid 2, DGPS 2
bool read_gga(const Fields& field, Sentence& said) {
    said.fix = quality_fix(field[6]);
    if (field[6] == "7" && is_zero(field[7])) said.fix = Fix::no;
    return read_time(field[1], said.time);
}

// time, latitude 2, longitude 2, modes, satellites, HDOP, altitude, geoid, DGPS 2, (nav. status)
bool read_gns(const Fields& field, Sentence& said) {
    said.fix = mode_fix(field[6]);
    if (said.fix == Fix::yes && only_manual(field[6]) && is_zero(field[7])) said.fix = Fix::no;
    return read_time(field[1], said.time);
}

// latitude 2, longitude 2, time, status, mode
bool read_gll(const Fields& field, Sentence& said) {
    said.fix = status_and_mode(field[6], field[7]);
    return read_time(field[5], said.time);
}

// message, time, date, time of week, week, leap seconds, clock bias and drift, granularity. A D
// behind the leap seconds: the firmware's own count, since none was received yet (UBX-13003221
// 31.3.4). Seconds may then be off by however many came since the firmware.
bool read_pubx04(const Fields& field, Sentence& said) {
    if (field[6].ends_with('D')) said.fix = Fix::no;
    return read_time(field[2], said.time);
}

struct Row {
    Type type;
    std::string_view name;
    std::size_t min_fields; // with the address; fewer: it was cut off
    bool (*read)(const Fields&, Sentence&);
};

constexpr std::array rows{
    Row{Type::rmc, "RMC", 12, read_rmc}, Row{Type::zda, "ZDA", 5, read_zda},
    Row{Type::gga, "GGA", 14, read_gga}, Row{Type::gns, "GNS", 13, read_gns},
    Row{Type::gll, "GLL", 7, read_gll},  Row{Type::pubx04, "PUBX,04", 7, read_pubx04},
};
static_assert(rows.size() == timed_types && rows.back().type == Type::pubx04);

// "GPRMC,": two characters of talker, three of type; proprietary addresses begin with P, and
// u-blox's has the message's number behind it.
const Row* find_row(std::string_view text) {
    if (text.starts_with("PUBX,04,")) return &rows.back();
    if (text.find(',') != 5 || text[0] == 'P') return nullptr;
    const auto row = std::ranges::find(rows, text.substr(2, 3), &Row::name);
    return row == rows.end() ? nullptr : row;
}

struct Talker {
    std::string_view name;
    Talkers bit;
};
// NMEA 0183 4.11 table 2; BD and QZ are older names.
constexpr std::array talkers{Talker{"GP", 2},  Talker{"GL", 4},  Talker{"GA", 8},
                             Talker{"GB", 16}, Talker{"BD", 16}, Talker{"GQ", 32},
                             Talker{"QZ", 32}, Talker{"GI", 64}};

} // namespace

hal::Nanos later_by(const TimeOfDay& a, const TimeOfDay& b) noexcept {
    constexpr hal::Nanos day = std::chrono::hours{24};
    const auto length = [](const TimeOfDay& t) {
        return std::chrono::seconds{t.second} + hal::Nanos{t.ns};
    };
    const hal::Nanos apart = (length(a) - length(b)) % day;
    if (apart > day / 2) return apart - day;
    return apart < -day / 2 ? apart + day : apart;
}

Talkers talker_bit(std::string_view talker) noexcept {
    const auto row = std::ranges::find(talkers, talker, &Talker::name);
    return row == talkers.end() ? combined : row->bit;
}

std::string_view name(Type type) noexcept {
    const auto row = std::ranges::find(rows, type, &Row::type);
    return row == rows.end() ? "other" : row->name;
}

bool begins_as_timed(std::string_view text) noexcept {
    return find_row(text) != nullptr;
}

Parsed parse(std::string_view text) noexcept {
    const Row* row = find_row(text);
    if (row == nullptr) return {};
    Parsed parsed{Verdict::used, {}};
    parsed.sentence.type = row->type;
    parsed.sentence.talker = {text[0], text[1]};
    const Fields fields{text};
    const bool complete = fields.count() >= row->min_fields;
    if (complete && row->read(fields, parsed.sentence)) return parsed;
    if (!complete || parsed.sentence.fix != Fix::no) return {Verdict::malformed, parsed.sentence};
    parsed.sentence.time.reset();
    parsed.sentence.date.reset();
    return parsed;
}

} // namespace ppsd::nmea
