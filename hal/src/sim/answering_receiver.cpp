#include "hal/sim/answering_receiver.hpp"

#include <array>
#include <ctime>
#include <fmt/format.h>
#include <utility>

namespace hal::sim {
namespace {

constexpr std::size_t longest_command = 2048;

std::string sentence(std::string_view type, std::int64_t second, unsigned ms) {
    const auto t = static_cast<std::time_t>(second); // 32 bits on some boards
    std::tm utc{};
    ::gmtime_r(&t, &utc);
    const auto time =
        fmt::format("{:02}{:02}{:02}.{:02}", utc.tm_hour, utc.tm_min, utc.tm_sec, ms / 10);
    const auto day = utc.tm_mday;
    const auto month = utc.tm_mon + 1;
    const auto year = utc.tm_year + 1900;
    if (type == "RMC")
        return with_checksum(
            fmt::format("GNRMC,{},A,4717.114,N,00833.915,E,0.0,77.5,{:02}{:02}{:02},,,A", time, day,
                        month, year % 100));
    if (type == "ZDA")
        return with_checksum(fmt::format("GNZDA,{},{:02},{:02},{},00,00", time, day, month, year));
    if (type == "GGA")
        return with_checksum(
            fmt::format("GNGGA,{},4717.114,N,00833.915,E,1,08,1.0,499.6,M,48.0,M,,", time));
    if (type == "GLL")
        return with_checksum(fmt::format("GNGLL,4717.114,N,00833.915,E,{},A,A", time));
    if (type == "VTG") return with_checksum("GNVTG,77.5,T,,M,0.0,N,0.0,K,A");
    if (type == "GSA") return with_checksum("GNGSA,A,3,05,13,15,20,,,,,,,,,1.8,1.0,1.5");
    return with_checksum("GPGSV,1,1,04,05,40,083,46,13,17,308,41,15,07,344,39,20,42,120,44");
}

} // namespace

std::string with_checksum(const std::string& text) {
    unsigned sum = 0;
    for (const char c : text)
        sum ^= static_cast<unsigned char>(c);
    return fmt::format("${}*{:02X}\r\n", text, sum);
}

unsigned AnsweringReceiver::rate() const {
    return static_cast<unsigned>(std::stoul(now_.at("rate")));
}

void AnsweringReceiver::set_rate(unsigned baud) {
    now_["rate"] = std::to_string(baud);
}

void AnsweringReceiver::set_up(const Settings& settings) {
    now_.insert(settings.begin(), settings.end());
    saved_ = now_;
}

std::string AnsweringReceiver::hear(std::string_view bytes, unsigned baud) {
    if (baud != rate()) {
        heard_.clear();
        return {};
    }
    heard_ += bytes;
    std::string answers;
    while (!heard_.empty()) {
        std::string answer;
        const auto size = take(heard_, answer);
        if (size == 0 && heard_.size() < longest_command) break;
        heard_.erase(0, std::max<std::size_t>(size, 1));
        answers += answer;
    }
    return answers;
}

std::string AnsweringReceiver::say(std::int64_t second) {
    std::string bytes;
    for (unsigned fix = 0; fix < fixes_per_second(); ++fix)
        bytes += say(second, fix);
    return bytes;
}

std::string AnsweringReceiver::say(std::int64_t second, unsigned fix) {
    constexpr std::array<std::string_view, 7> types{"RMC", "ZDA", "GGA", "GLL",
                                                    "GSA", "GSV", "VTG"};
    std::string bytes;
    for (const auto type : types)
        if (const auto each = interval(type); each > 0 && fixes_ % each == 0)
            bytes += sentence(type, second, fix * 1000 / fixes_per_second());
    ++fixes_;
    return bytes + packets();
}

std::unique_ptr<AnsweringReceiver> make_answering_receiver(std::string_view kind) {
    using Make = std::unique_ptr<AnsweringReceiver> (*)();
    constexpr std::array<std::pair<std::string_view, Make>, 9> kinds{{{"ublox8", make_ublox8},
                                                                      {"ublox9", make_ublox9},
                                                                      {"allystar", make_allystar},
                                                                      {"casic", make_casic},
                                                                      {"skytraq", make_skytraq},
                                                                      {"mediatek", make_mediatek},
                                                                      {"airoha", make_airoha},
                                                                      {"quectel", make_quectel},
                                                                      {"unicore", make_unicore}}};
    for (const auto& [word, make] : kinds)
        if (word == kind) return make();
    return nullptr;
}

} // namespace hal::sim
