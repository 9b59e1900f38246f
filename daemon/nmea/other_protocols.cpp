#include "daemon/nmea/other_protocols.hpp"

#include <algorithm>
#include <optional>

namespace ppsd::nmea {
namespace {

using Bytes = std::uint64_t; // the newest lowest

constexpr unsigned nth(Bytes bytes, unsigned from_newest) {
    return static_cast<unsigned>(bytes >> 8U * from_newest) & 0xffU;
}

// b5 62, class
constexpr bool is_ubx(Bytes bytes) {
    constexpr std::array classes{0x01U, 0x02U, 0x03U, 0x04U, 0x05U, 0x06U, 0x09U, 0x0aU, 0x0bU,
                                 0x0cU, 0x0dU, 0x10U, 0x13U, 0x21U, 0x27U, 0x28U, 0x29U};
    return nth(bytes, 2) == 0xb5 && nth(bytes, 1) == 0x62 &&
           std::ranges::find(classes, nth(bytes, 0)) != classes.end();
}

// a0 a2, length of 15 bits (of at most 1023 bytes)
constexpr bool is_sirf(Bytes bytes) {
    return nth(bytes, 2) == 0xa0 && nth(bytes, 1) == 0xa2 && nth(bytes, 0) <= 3;
}

// d3, six zeros and a length of ten bits, message number of twelve: 1001 to 1300, or 4050 to 4095
constexpr bool is_rtcm3(Bytes bytes) {
    const unsigned number = nth(bytes, 1) << 4U | nth(bytes, 0) >> 4U;
    return nth(bytes, 4) == 0xd3 && nth(bytes, 3) <= 3 &&
           ((number >= 1001 && number <= 1300) || number >= 4050);
}

// ba ce, length (little-endian, a multiple of four, of less than 2048)
constexpr bool is_casic(Bytes bytes) {
    return nth(bytes, 3) == 0xba && nth(bytes, 2) == 0xce && nth(bytes, 1) % 4 == 0 &&
           nth(bytes, 0) < 8;
}

// a0 a1, length (big-endian, of at most 1023)
constexpr bool is_skytraq(Bytes bytes) {
    return nth(bytes, 2) == 0xa0 && nth(bytes, 1) == 0xa1 && nth(bytes, 0) <= 3;
}

std::optional<Protocol> begun(Bytes bytes) {
    if (is_ubx(bytes)) return Protocol::ubx;
    if (is_sirf(bytes)) return Protocol::sirf;
    if (is_rtcm3(bytes)) return Protocol::rtcm3;
    if (is_casic(bytes)) return Protocol::casic;
    if (is_skytraq(bytes)) return Protocol::skytraq;
    return std::nullopt;
}

} // namespace

std::string_view name(Protocol protocol) noexcept {
    static constexpr std::array<std::string_view, protocol_count> names{"UBX", "SiRF", "RTCM 3",
                                                                        "CASIC", "SkyTraq"};
    return names[static_cast<std::size_t>(protocol)];
}

void OtherProtocols::add(char byte) noexcept {
    last_ = last_ << 8U | static_cast<std::uint8_t>(byte);
    if (const auto protocol = begun(last_)) ++counts_[static_cast<std::size_t>(*protocol)];
}

} // namespace ppsd::nmea
