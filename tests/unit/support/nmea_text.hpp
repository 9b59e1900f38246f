// Sentences for tests, written here: none is from a recording.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace ppsd::nmea::test {

inline unsigned sum_of(std::string_view text) {
    unsigned sum = 0;
    for (const char c : text)
        sum ^= static_cast<unsigned char>(c);
    return sum;
}

/// "$text*hh\r\n"
inline std::string seal(std::string_view text) {
    return fmt::format("${}*{:02X}\r\n", text, sum_of(text));
}

inline std::string rmc_text(std::string_view time, std::string_view date = "180315",
                            std::string_view status = "A", std::string_view mode = "A") {
    return fmt::format("GNRMC,{},{},5230.0000,N,01322.0000,E,0.01,,{},,,{}", time, status, date,
                       mode);
}
inline std::string zda_text(std::string_view time, std::string_view date = "18,03,2015") {
    return fmt::format("GNZDA,{},{},00,00", time, date);
}
inline std::string gga_text(std::string_view time, std::string_view quality = "1") {
    return fmt::format("GPGGA,{},5230.0000,N,01322.0000,E,{},09,1.0,40.0,M,45.0,M,,", time,
                       quality);
}
inline std::string gns_text(std::string_view time, std::string_view modes = "AN") {
    return fmt::format("GNGNS,{},5230.0000,N,01322.0000,E,{},09,1.0,40.0,45.0,,", time, modes);
}
inline std::string gll_text(std::string_view time, std::string_view status = "A",
                            std::string_view mode = "A") {
    return fmt::format("GPGLL,5230.0000,N,01322.0000,E,{},{},{}", time, status, mode);
}
inline const std::string gsv_text = "GPGSV,1,1,02,01,40,083,46,02,17,308,41";

} // namespace ppsd::nmea::test
