// u-blox 6 to 8: each UBX-CFG message, asked without a payload, answers with the one that sets it.
// Sources: u-blox 8 / M8 Receiver Description UBX-13003221 R28, 32.10 (CFG) and 32.8 (ACK);
// u-blox 6 GPS.G6-SW-10018 for what is missing there. The cable's delay is CFG-TP5's.
#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/ublox.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::ublox_cfg {
namespace {

const std::string port_key = "0600";
const std::string message = "0601";
const std::string fix_key = "0608";
const std::string model_key = "0624";
const std::string pulse_key = "0631";
const std::string place_key = "063D";
constexpr std::size_t message_size = 8; // class, id, a rate for each of six ports

enum class Wish : std::uint8_t { no, satellites, yes };

struct Message {
    std::string_view id;
    std::string_view name;
    Wish wish;
};
// One that it doesn't have is refused when asked for, and left alone: u-blox 6 and 7 have no
// NAV-TIMELS.
constexpr std::array messages{
    Message{"F000", "GGA", Wish::no},         Message{"F001", "GLL", Wish::no},
    Message{"F002", "GSA", Wish::satellites}, Message{"F003", "GSV", Wish::satellites},
    Message{"F005", "VTG", Wish::no},         Message{"F006", "GRS", Wish::no},
    Message{"F007", "GST", Wish::no},         Message{"F009", "GBS", Wish::no},
    Message{"F00D", "GNS", Wish::no},         Message{"F100", "PUBX,00", Wish::no},
    Message{"F103", "PUBX,03", Wish::no},     Message{"F004", "RMC", Wish::yes},
    Message{"F008", "ZDA", Wish::yes},        Message{"0126", "NAV-TIMELS", Wish::yes},
    Message{"0D01", "TIM-TP", Wish::yes}};

// CFG-TP5's flags.
constexpr std::uint32_t active = 1U << 0U;
constexpr std::uint32_t to_gnss = 1U << 1U;
constexpr std::uint32_t locked_other = 1U << 2U;
constexpr std::uint32_t is_frequency = 1U << 3U;
constexpr std::uint32_t is_length = 1U << 4U;
constexpr std::uint32_t align = 1U << 5U;
constexpr std::uint32_t rising = 1U << 6U;
constexpr std::uint32_t grid = 15U << 7U; // 0: UTC

std::uint16_t id_of(const std::string& command) {
    return number_at<std::uint16_t>(bytes_from_hex(command), 0, Order::big);
}

std::string value_or_empty(const Values& values, const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string{} : found->second;
}

/// On which of its ports we are; nothing: it didn't tell.
std::optional<std::size_t> port_of(const Values& values) {
    const auto value = value_or_empty(values, port_key);
    if (value.size() != 20 || static_cast<std::uint8_t>(value[0]) > 5) return {};
    return static_cast<std::size_t>(value[0]);
}

std::optional<std::string> wanted_message(std::string value, const Values& values,
                                          const std::string& which, const Wishes& wishes) {
    const auto port = port_of(values);
    if (!port || value.size() != message_size) return {};
    const auto* const row = std::ranges::find(messages, which, &Message::id);
    if (row == messages.end()) return {};
    const bool satellites = row->wish == Wish::satellites && wishes.keep_satellites;
    value[2 + *port] = static_cast<char>(row->wish == Wish::yes ? 1 : satellites ? 10 : 0);
    return value;
}

std::string wanted_pulse(std::string value, const Wishes& wishes) {
    constexpr std::uint32_t second_us = 1'000'000;
    constexpr std::uint32_t width_us = 100'000;
    if (wishes.cable_ns) put_at(value, 4, static_cast<std::int16_t>(*wishes.cable_ns));
    put_at(value, 8, second_us);
    put_at(value, 12, second_us);
    put_at(value, 16, std::uint32_t{0}); // no fix: no pulse
    put_at(value, 20, width_us);
    auto flags = number_at<std::uint32_t>(value, 28);
    flags &= ~(is_frequency | grid);
    flags |= active | to_gnss | locked_other | is_length | align | rising;
    put_at(value, 28, flags);
    return value;
}

std::string wanted_place(std::string value, const Wishes& wishes) {
    if (wishes.position) {
        const auto& at = *wishes.position;
        value.assign(28, '\0');
        value[0] = 2;
        put_at(value, 2, std::uint16_t{1}); // latitude, longitude, height
        put_at(value, 4, static_cast<std::int32_t>(std::lround(at.latitude * 1e7)));
        put_at(value, 8, static_cast<std::int32_t>(std::lround(at.longitude * 1e7)));
        put_at(value, 12, static_cast<std::int32_t>(std::lround(at.height * 100)));
        put_at(value, 16, std::uint32_t{survey_mm});
    } else {
        value[0] = 1;
        put_at(value, 20, std::uint32_t{survey_seconds});
        put_at(value, 24, std::uint32_t{survey_mm});
    }
    return value;
}

std::string pulse_text(const std::string& value) {
    const auto flags = number_at<std::uint32_t>(value, 28);
    if ((flags & active) == 0) return "off";
    const auto period = number_at<std::uint32_t>(value, 12);
    const auto length = number_at<std::uint32_t>(value, 20);
    const auto free_length = number_at<std::uint32_t>(value, 16);
    const bool fix_only = (flags & locked_other) != 0 && free_length == 0;
    return fmt::format(
        "{} {}, {} {}, {}, {}, {}, cable {} ns", period,
        (flags & is_frequency) != 0 ? "Hz" : "us period",
        (flags & is_length) != 0 ? fmt::format("{}", length)
                                 : fmt::format("{:.1f} %", length * 100.0 / 4294967296.0),
        (flags & is_length) != 0 ? "us" : "of it", (flags & rising) != 0 ? "rising" : "falling",
        (flags & grid) == 0 ? "UTC" : "GNSS time",
        fix_only ? "only with a fix" : "also without a fix", number_at<std::int16_t>(value, 4));
}

class UbloxCfg final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "u-blox 6 to 8 (UBX-CFG)"; }
    [[nodiscard]] std::string hello() const override { return ublox::hello(); }
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        const auto version = ublox::version_of(packet);
        if (!version || version->protocol >= ublox::valset_from) return false;
        identity = version->identity;
        return true;
    }
    [[nodiscard]] std::vector<std::string> questions() const override { return ublox::questions(); }
    void note(const Packet& packet, Condition& condition) const override {
        ublox::note(packet, condition);
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& wishes) const override {
        std::vector<Setting> all{{port_key, "port"}};
        for (const auto& one : messages)
            all.push_back({message + ":" + std::string{one.id}, std::string{one.name}});
        all.push_back({fix_key, "fixes"});
        all.push_back({model_key, "model of movement"});
        all.push_back({pulse_key, "pulse"});
        if (wishes.survey || wishes.position) all.push_back({place_key, "fixed position"});
        return all;
    }

    [[nodiscard]] std::string ask(const std::string& key) const override {
        return ubx_packet(id_of(command_of(key)), bytes_from_hex(which_of(key)));
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        auto value = value_or_empty(values, key);
        if (key.starts_with(message)) return wanted_message(value, values, which_of(key), wishes);
        if (key == fix_key && value.size() == 6) {
            put_at(value, 0, std::uint16_t{1000});
            put_at(value, 2, std::uint16_t{1});
            return value;
        }
        if (key == model_key && value.size() == 36) {
            value[2] = static_cast<char>(ublox::stationary);
            return value;
        }
        if (key == pulse_key && value.size() == 32) return wanted_pulse(value, wishes);
        if (key == place_key && value.size() == 28) return wanted_place(value, wishes);
        return std::nullopt;
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        return ubx_packet(id_of(command_of(key)), value);
    }

    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        if (key.starts_with(message) && value.size() == message_size) {
            std::string all;
            for (std::size_t port = 0; port < 6; ++port)
                all +=
                    fmt::format("{}{}", port == 0 ? "" : "/",
                                static_cast<unsigned>(static_cast<std::uint8_t>(value[2 + port])));
            return all + " (each so many fixes, by port)";
        }
        if (key == fix_key)
            return fmt::format("every {} ms",
                               number_at<std::uint16_t>(value, 0) *
                                   std::max(1, int{number_at<std::uint16_t>(value, 2)}));
        if (key == model_key)
            return std::string{ublox::model_text(number_at<std::uint8_t>(value, 2))};
        if (key == pulse_key) return pulse_text(value);
        if (key == port_key)
            return fmt::format("number {}, {} baud", number_at<std::uint8_t>(value, 0),
                               number_at<std::uint32_t>(value, 8));
        constexpr std::array<std::string_view, 3> modes{"off", "survey", "fixed"};
        const auto mode = number_at<std::uint8_t>(value, 0);
        return std::string{mode < modes.size() ? modes[mode] : "unknown"};
    }

    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (const auto ack = ublox::acknowledgment(packet)) return {*ack};
        if (packet.wire != Wire::ubx || packet.id >> 8U != 0x06) return {};
        std::string key = fmt::format("{:04X}", packet.id);
        std::string value = packet.body;
        if (key == message && value.size() == message_size) key += ":" + hex_of(value.substr(0, 2));
        // Its mask says which part of the message is applied: only the model.
        if (key == model_key) put_at(value, 0, std::uint16_t{1});
        return {{Answer::Kind::value, key, value}};
    }

    // The port's masks of protocols stay; USB (3) and SPI (4) have no rate.
    [[nodiscard]] std::string rate(unsigned baud, const Values& values) const override {
        auto value = value_or_empty(values, port_key);
        const auto port = port_of(values);
        if (!port || (*port != 1 && *port != 2)) return {};
        put_at(value, 8, std::uint32_t{baud});
        return ubx_packet(id_of(port_key), value);
    }

    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        std::string payload(13, '\0'); // what to clear, to save, to load, and where
        put_at(payload, 4, std::uint32_t{0xFFFF});
        payload[12] = 0x17; // battery-backed RAM, flash, EEPROM, SPI flash
        return {ubx_packet(0x0609, payload)};
    }
};

const UbloxCfg row;

} // namespace
} // namespace protocol::ublox_cfg

extern const Protocol& ublox_cfg;
const Protocol& ublox_cfg = protocol::ublox_cfg::row;

} // namespace ppsd::receivers
