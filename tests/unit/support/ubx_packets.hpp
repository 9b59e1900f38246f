// A u-blox receiver's packets about time, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace ppsd::nmea::test {

/// A UBX packet of less than 256 bytes.
inline std::string ubx(unsigned packet_class, unsigned id, const std::string& payload) {
    std::string bytes{static_cast<char>(packet_class), static_cast<char>(id),
                      static_cast<char>(payload.size()), '\0'};
    bytes += payload;
    unsigned a = 0;
    unsigned b = 0;
    for (const char c : bytes) {
        a += static_cast<unsigned char>(c);
        b += a;
    }
    return "\xb5\x62" + bytes + static_cast<char>(a) + static_cast<char>(b);
}

inline std::string ubx_nav(unsigned id, const std::string& payload) {
    return ubx(0x01, id, payload);
}

/// TIM-TP: qErr of the next pulse, ps. flags: 3: by UTC, which is known; 0x10: qErr isn't valid.
inline std::string tim_tp(std::int32_t q_err, int flags = 3) {
    std::string payload(16, '\0');
    for (std::size_t i = 0; i < 4; ++i)
        payload[8 + i] = static_cast<char>(static_cast<std::uint32_t>(q_err) >> 8 * i);
    payload[14] = static_cast<char>(flags);
    return ubx(0x0d, 0x01, payload);
}

/// What NAV-TIMELS holds; as it is, satellites have told of 18, and that no more is planned.
struct Timels {
    int version = 0;
    int source = 2; ///< of the count: GPS
    int count = 18; ///< GPS time less UTC
    int next_source = 2;
    int change = 0;
    std::int32_t in = 0; ///< s
    int valid = 3;       ///< the count, and when
    std::uint32_t itow = 172'818'000;
};

inline std::string timels(const Timels& has) {
    const auto byte = [](int value) {
        return static_cast<char>(static_cast<unsigned char>(value));
    };
    std::string payload(24, '\0');
    for (std::size_t i = 0; i < 4; ++i) {
        payload[i] = static_cast<char>(has.itow >> 8 * i);
        payload[12 + i] = static_cast<char>(static_cast<std::uint32_t>(has.in) >> 8 * i);
    }
    payload[4] = byte(has.version);
    payload[8] = byte(has.source);
    payload[9] = byte(has.count);
    payload[10] = byte(has.next_source);
    payload[11] = byte(has.change);
    payload[23] = byte(has.valid);
    return ubx_nav(0x26, payload);
}

/// valid: NAV-TIMEUTC's flags; 4: the count of leap seconds is known.
inline std::string timeutc(int valid) {
    std::string payload(20, '\0');
    payload[19] = static_cast<char>(valid);
    return ubx_nav(0x21, payload);
}

} // namespace ppsd::nmea::test
