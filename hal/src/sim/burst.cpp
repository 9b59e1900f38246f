#include "sim/burst.hpp"

#include <fmt/format.h>

namespace hal::sim {
namespace {

struct Civil {
    unsigned day, month;
    int year;
    std::int64_t hour, minute, second;
};

Civil civil(UtcSecond t) {
    using namespace std::chrono;
    const sys_seconds when{seconds{t.posix()}};
    const auto midnight = floor<days>(when);
    const year_month_day date{midnight};
    const hh_mm_ss time{when - midnight};
    return {static_cast<unsigned>(date.day()),
            static_cast<unsigned>(date.month()),
            static_cast<int>(date.year()),
            time.hours().count(),
            time.minutes().count(),
            time.seconds().count()};
}

std::string garbage(std::uint64_t seed, std::int64_t place) {
    std::string bytes;
    const auto length = noise(seed, place) % 40;
    for (std::uint64_t i = 0; i < length; ++i)
        bytes += static_cast<char>(noise(seed + i, place) & 0xff);
    return bytes;
}

} // namespace

std::string sentence(std::string_view text) {
    unsigned sum = 0;
    for (const char c : text)
        sum ^= static_cast<unsigned char>(c);
    return fmt::format("${}*{:02X}\r\n", text, sum);
}

std::string burst(UtcSecond second, const Settings& settings) {
    constexpr std::int64_t rollover = std::int64_t{1024} * 7 * 86400;
    const Civil t = civil(settings.has(Fault::old_date) ? second - rollover : second);
    const bool fix = !settings.has(Fault::no_fix);
    std::string out = sentence(fmt::format(
        "GPRMC,{:02}{:02}{:02}.00,{},4717.11399,N,00833.91590,E,0.004,77.52,{:02}{:02}{:02},,,{}",
        t.hour, t.minute, t.second, fix ? 'A' : 'V', t.day, t.month, t.year % 100,
        fix ? 'A' : 'N'));
    if (settings.has(Fault::garbage)) out += garbage(settings.seed, second.posix());
    out += sentence(fmt::format(
        "GPGGA,{:02}{:02}{:02}.00,4717.11399,N,00833.91590,E,{},08,1.01,499.6,M,48.0,M,,", t.hour,
        t.minute, t.second, fix ? 1 : 0));
    out +=
        sentence(fmt::format("GPGSA,A,{},23,29,07,08,09,18,26,28,,,,,1.94,1.18,1.54", fix ? 3 : 1));
    out += sentence("GPGSV,3,1,10,23,38,230,44,29,71,156,47,07,29,116,41,08,09,081,36");
    out += sentence("GPGSV,3,2,10,10,07,189,,05,05,220,,09,34,274,42,18,25,309,44");
    out += sentence("GPGSV,3,3,10,26,82,187,47,28,43,056,46");
    if (settings.has(Fault::bad_checksum))
        for (std::size_t i = 0; i < out.size(); ++i)
            if (out[i] == '*') out[i + 1] = out[i + 1] == '0' ? '1' : '0';
    return out;
}

} // namespace hal::sim
