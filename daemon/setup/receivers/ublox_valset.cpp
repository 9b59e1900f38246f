// u-blox 9, 10 and 20: settings are numbered values, asked by UBX-CFG-VALGET and set by
// UBX-CFG-VALSET. Source: u-blox F9 HPG 1.51 Interface Description UBX-23006991, 3.10 (messages)
// and 6.9 (keys); M10 SPG 5.10 UBX-21035062; X20 HPG 2.00 UBX-24093459 have the same keys.
#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/ublox.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::ublox_valset {
namespace {

constexpr std::uint16_t valset_id = 0x068A;
constexpr std::uint16_t valget_id = 0x068B;
const std::string command = "068A";

// Layers of VALSET.
constexpr char in_ram = 1;
constexpr char in_backup = 2;
constexpr char in_flash = 4;

constexpr std::uint32_t baud_key = 0x40520001;

enum class Wish : std::uint8_t { always, satellites, cable, place };

struct Row {
    std::uint32_t key;
    std::string_view what;
    std::uint32_t value; ///< what a time server wants
    Wish wish = Wish::always;
};

// CFG-MSGOUT-NMEA_ID_x_UART1, CFG-MSGOUT-UBX_x_UART1, CFG-RATE, CFG-NAVSPG, CFG-TP, CFG-TMODE.
constexpr std::array rows{
    Row{0x209100BB, "GGA", 0},
    Row{0x209100CA, "GLL", 0},
    Row{0x209100C0, "GSA", 0, Wish::satellites},
    Row{0x209100C5, "GSV", 0, Wish::satellites},
    Row{0x209100B1, "VTG", 0},
    Row{0x209100B6, "GNS", 0},
    Row{0x209100CF, "GRS", 0},
    Row{0x209100D4, "GST", 0},
    Row{0x209100DE, "GBS", 0},
    Row{0x209100AC, "RMC", 1},
    Row{0x209100D9, "ZDA", 1},
    Row{0x20910061, "NAV-TIMELS", 1},
    Row{0x2091017E, "TIM-TP", 1},
    Row{0x30210001, "ms between measurements", 1000},
    Row{0x30210002, "measurements per fix", 1},
    Row{0x20110021, "model of movement", ublox::stationary},
    Row{0x20050023, "pulse defined by its period", 0},
    Row{0x20050030, "pulse defined by its length", 1},
    Row{0x40050002, "pulse's period without a fix, us", 1'000'000},
    Row{0x40050003, "pulse's period, us", 1'000'000},
    Row{0x40050004, "pulse's length without a fix, us", 0},
    Row{0x40050005, "pulse's length, us", 100'000},
    Row{0x10050009, "pulse different with a fix", 1},
    Row{0x10050008, "pulse on GNSS time", 1},
    Row{0x1005000A, "pulse at the top of the second", 1},
    Row{0x1005000B, "pulse rising", 1},
    Row{0x2005000C, "pulse's time grid", 0}, // 0: UTC
    Row{0x10050007, "pulse", 1},
    Row{0x30050001, "antenna cable's delay, ns", 0, Wish::cable},
    Row{0x20030002, "fixed position as latitude and longitude", 1, Wish::place},
    Row{0x40030009, "fixed latitude, 1e-7 degrees", 0, Wish::place},
    Row{0x4003000A, "fixed longitude, 1e-7 degrees", 0, Wish::place},
    Row{0x4003000B, "fixed height, cm", 0, Wish::place},
    Row{0x4003000F, "fixed position's accuracy, 0.1 mm", survey_mm * 10, Wish::place},
    Row{0x40030010, "survey, s at least", survey_seconds, Wish::place},
    Row{0x40030011, "survey, 0.1 mm", survey_mm * 10, Wish::place},
    Row{0x20030001, "time mode (1: survey, 2: fixed)", 1, Wish::place},
};

std::string key_of(std::uint32_t key) {
    return fmt::format("{}:{:08X}", command, key);
}

std::uint32_t number_of(const std::string& key) {
    return number_at<std::uint32_t>(bytes_from_hex(which_of(key)), 0, Order::big);
}

/// The bytes of a key's value; 0: no such key.
std::size_t size_of(std::uint32_t key) {
    constexpr std::array<std::size_t, 8> sizes{0, 1, 1, 2, 4, 8, 0, 0};
    return sizes[key >> 28U & 7U];
}

bool is_wanted(const Row& row, const Wishes& wishes) {
    if (row.wish == Wish::cable) return wishes.cable_ns.has_value();
    if (row.wish != Wish::place) return true;
    if (!wishes.survey && !wishes.position) return false;
    const bool of_survey = row.key == 0x40030010 || row.key == 0x40030011;
    return row.key == 0x20030001 || of_survey != wishes.position.has_value();
}

std::uint32_t as_number(double value) {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(value)));
}

std::uint32_t value_for(const Row& row, const Wishes& wishes) {
    if (row.wish == Wish::satellites) return wishes.keep_satellites ? 10 : 0;
    if (row.wish == Wish::cable) return static_cast<std::uint32_t>(wishes.cable_ns.value_or(0));
    if (!wishes.position) return row.value;
    switch (row.key) {
    case 0x40030009:
        return as_number(wishes.position->latitude * 1e7);
    case 0x4003000A:
        return as_number(wishes.position->longitude * 1e7);
    case 0x4003000B:
        return as_number(wishes.position->height * 100);
    case 0x20030001:
        return 2;
    default:
        return row.value;
    }
}

std::string item(std::uint32_t key, std::string_view value) {
    return bytes_of(key) + std::string{value};
}

std::string valset(int layers, const std::string& items) {
    return ubx_packet(valset_id, std::string{'\0', static_cast<char>(layers), '\0', '\0'} + items);
}

class UbloxValset final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override {
        return "u-blox 9, 10 and 20 (UBX-CFG-VALSET)";
    }
    [[nodiscard]] std::string hello() const override { return ublox::hello(); }
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        const auto version = ublox::version_of(packet);
        if (!version || version->protocol < ublox::valset_from) return false;
        identity = version->identity;
        return true;
    }
    [[nodiscard]] std::vector<std::string> questions() const override { return ublox::questions(); }
    void note(const Packet& packet, Condition& condition) const override {
        ublox::note(packet, condition);
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& wishes) const override {
        std::vector<Setting> all;
        for (const Row& row : rows)
            if (is_wanted(row, wishes)) all.push_back({key_of(row.key), std::string{row.what}});
        return all;
    }

    // From RAM, what is in force.
    [[nodiscard]] std::string ask(const std::string& key) const override {
        return ubx_packet(valget_id, std::string(4, '\0') + bytes_of(number_of(key)));
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        if (!values.contains(key)) return std::nullopt;
        for (const Row& row : rows)
            if (key == key_of(row.key))
                return bytes_of(value_for(row, wishes)).substr(0, size_of(row.key));
        return std::nullopt;
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        return valset(in_ram, item(number_of(key), value));
    }

    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        const auto number = number_of(key);
        if (number >> 16U == 0x2091) return every_text(number_at<std::uint8_t>(value, 0));
        if (number == 0x20110021)
            return std::string{ublox::model_text(number_at<std::uint8_t>(value, 0))};
        if (value.size() == 1) return fmt::format("{}", number_at<std::uint8_t>(value, 0));
        if (value.size() == 2) return fmt::format("{}", number_at<std::int16_t>(value, 0));
        return fmt::format("{}", number_at<std::int32_t>(value, 0));
    }

    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (auto ack = ublox::acknowledgment(packet)) {
            // A question is refused where there is no such setting.
            if (ack->key == "068B") ack->key.clear();
            return {*ack};
        }
        if (packet.wire != Wire::ubx || packet.id != valget_id) return {};
        std::vector<Answer> answers;
        for (std::size_t at = 4; at + 4 < packet.body.size();) {
            const auto key = number_at<std::uint32_t>(packet.body, at);
            const auto size = size_of(key);
            if (size == 0 || packet.body.size() - at - 4 < size) break;
            answers.push_back({Answer::Kind::value, key_of(key), packet.body.substr(at + 4, size)});
            at += 4 + size;
        }
        return answers;
    }

    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        return valset(in_ram, item(baud_key, bytes_of(std::uint32_t{baud})));
    }

    // Not all have a flash; a VALSET takes 64 values.
    [[nodiscard]] std::vector<std::string> save(const Values& changed, unsigned baud,
                                                unsigned attempt) const override {
        if (attempt > 1) return {};
        std::string items = item(baud_key, bytes_of(std::uint32_t{baud}));
        for (const auto& [key, value] : changed)
            if (command_of(key) == command) items += item(number_of(key), value);
        return {valset(attempt == 0 ? in_backup | in_flash : in_backup, items)};
    }
};

const UbloxValset row;

} // namespace
} // namespace protocol::ublox_valset

extern const Protocol& ublox_valset;
const Protocol& ublox_valset = protocol::ublox_valset::row;

} // namespace ppsd::receivers
