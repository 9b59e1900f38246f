#include "daemon/setup/receivers/ublox.hpp"

#include "daemon/setup/receivers/bytes.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>

namespace ppsd::receivers::ublox {
namespace {

constexpr std::uint16_t ack_nak = 0x0500;
constexpr std::uint16_t ack_ack = 0x0501;
constexpr std::uint16_t mon_ver = 0x0A04;
constexpr std::uint16_t mon_hw = 0x0A09;
constexpr std::uint16_t mon_rf = 0x0A38;
constexpr std::uint16_t nav_timegps = 0x0120;
constexpr std::uint16_t nav_timels = 0x0126;

/// "18.00" to 1800.
unsigned version_number(std::string_view text) {
    unsigned major = 0;
    unsigned minor = 0;
    const auto* end = text.data() + text.size();
    const auto [dot, failed] = std::from_chars(text.data(), end, major);
    if (failed != std::errc{} || major > 1000) return 0;
    if (dot != end && *dot == '.') std::from_chars(dot + 1, end, minor);
    return major * 100 + std::min(minor, 99U);
}

/// An extension of MON-VER, "MOD=NEO-M8N-0"; before u-blox 8 "PROTVER 14.00".
void note_extension(std::string_view text, Version& version) {
    const auto value_of = [&](std::string_view key) -> std::optional<std::string_view> {
        if (!text.starts_with(key) || text.size() <= key.size()) return std::nullopt;
        return text.substr(key.size() + 1);
    };
    if (const auto protocol = value_of("PROTVER")) version.protocol = version_number(*protocol);
    if (const auto model = value_of("MOD")) version.identity.model = *model;
    if (const auto firmware = value_of("FWVER")) version.identity.firmware = *firmware;
    const bool systems = text.starts_with("GPS") || text.find(";GPS") != std::string_view::npos ||
                         text.find("GLO;") != std::string_view::npos;
    if (systems) {
        if (!version.identity.constellations.empty()) version.identity.constellations += ';';
        version.identity.constellations += text;
    }
}

std::string generation_of(std::string_view hardware) {
    constexpr std::array names{std::pair{"0004", "u-blox 6"},  std::pair{"0007", "u-blox 7"},
                               std::pair{"0008", "u-blox 8"},  std::pair{"0019", "u-blox 9"},
                               std::pair{"000A", "u-blox 10"}, std::pair{"000B", "u-blox 20"}};
    for (const auto& [prefix, name] : names)
        if (hardware.starts_with(prefix)) return name;
    return "";
}

constexpr std::array<std::string_view, 5> antenna_texts{"starting", "", "ok", "short", "open"};
constexpr std::array<std::string_view, 4> jamming_texts{"", "none", "some", "critical"};

template <std::size_t N>
std::string word_of(const std::array<std::string_view, N>& words, std::size_t at) {
    return std::string{at < N ? words[at] : ""};
}

void note_leap_seconds(const Packet& packet, Condition& condition) {
    constexpr std::array<std::string_view, 8> sources{
        "firmware", "GPS less GLONASS", "GPS",          "SBAS",
        "BeiDou",   "Galileo",          "augmentation", "NavIC"};
    const auto source = number_at<std::uint8_t>(packet.body, 8);
    const bool valid = (number_at<std::uint8_t>(packet.body, 23) & 1U) != 0;
    if (valid) condition.leap_seconds = number_at<std::int8_t>(packet.body, 9);
    condition.leap_source = word_of(sources, source);
    condition.leap_from_sky = valid && source != 0 && source < sources.size();
}

} // namespace

std::string hello() {
    return ubx_packet(mon_ver, "");
}

std::optional<Version> version_of(const Packet& packet) {
    if (packet.wire != Wire::ubx || packet.id != mon_ver || packet.body.size() < 40) return {};
    Version version;
    version.identity.maker = "u-blox";
    version.identity.firmware = text_at(packet.body, 0, 30);
    version.identity.hardware = text_at(packet.body, 30, 10);
    version.identity.model = generation_of(version.identity.hardware);
    for (std::size_t at = 40; at + 30 <= packet.body.size(); at += 30)
        note_extension(text_at(packet.body, at, 30), version);
    return version;
}

std::vector<std::string> questions() {
    return {ubx_packet(mon_hw, ""), ubx_packet(mon_rf, ""), ubx_packet(nav_timegps, ""),
            ubx_packet(nav_timels, "")};
}

// MON-HW: 22 flags, 20 the antenna. MON-RF: blocks of 24 bytes, the first at 4.
void note(const Packet& packet, Condition& condition) {
    if (packet.wire != Wire::ubx) return;
    const auto byte = [&](std::size_t at) { return number_at<std::uint8_t>(packet.body, at); };
    const auto size = packet.body.size();
    if (packet.id == mon_hw && size >= 60) {
        condition.antenna = word_of(antenna_texts, byte(20));
        condition.jamming = word_of(jamming_texts, byte(22) >> 2U & 3U);
    } else if (packet.id == mon_rf && size >= 28) {
        condition.antenna = word_of(antenna_texts, byte(6));
        condition.jamming = word_of(jamming_texts, byte(5) & 3U);
    } else if (packet.id == nav_timegps && size == 16 && !condition.leap_from_sky) {
        if ((byte(11) & 4U) != 0) condition.leap_seconds = number_at<std::int8_t>(packet.body, 10);
    } else if (packet.id == nav_timels && size == 24) {
        note_leap_seconds(packet, condition);
    }
}

std::optional<Answer> acknowledgment(const Packet& packet) {
    if (packet.wire != Wire::ubx || packet.body.size() < 2) return {};
    if (packet.id != ack_ack && packet.id != ack_nak) return {};
    return Answer{packet.id == ack_ack ? Answer::Kind::accepted : Answer::Kind::refused,
                  hex_of(std::string_view{packet.body}.substr(0, 2)), ""};
}

std::string_view model_text(unsigned model) {
    constexpr std::array<std::string_view, 13> models{
        "portable", "(1)",          "stationary",   "pedestrian",   "automotive",
        "at sea",   "airborne 1 g", "airborne 2 g", "airborne 4 g", "wrist",
        "bike",     "mower",        "scooter"};
    return model < models.size() ? models[model] : "unknown";
}

} // namespace ppsd::receivers::ublox
