// SkyTraq Venus 8 and Phoenix (S1216F8, PX1100, NavSpark). Source: SkyTraq AN0028 "Binary Messages
// of Venus 8 GNSS Receiver" 1.4.45. What sets has an attribute as its last byte: 0 until power is
// off, 1 also in the flash. The line's rate (05) can be set but not asked.
#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/protocol.hpp"

#include <array>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::skytraq {
namespace {

/// key: the message that sets it, in hexadecimal, with its sub-id.
const std::string message = "6402";
const std::string fix_key = "0E";
const std::string width_key = "6501";
const std::string cable_key = "45";
const std::string align_key = "55";
const std::string place_key = "54";
constexpr std::uint8_t version_query = 0x02;
constexpr std::uint8_t version_answer = 0x80;
constexpr std::uint8_t accepted = 0x83;
constexpr std::uint8_t refused = 0x84;

/// What asks for it, and how its answer begins: the id, and a sub-id if there is one.
struct Row {
    const std::string& key;
    std::string_view question;
    std::string_view answer;
    std::size_t size; ///< of the value
};
// The two bytes of C3 are unconfirmed: no document that was seen has them.
const std::array rows{Row{message, "6403", "6481", 12},  Row{fix_key, "10", "86", 1},
                      Row{width_key, "6502", "6580", 4}, Row{cable_key, "46", "BB", 4},
                      Row{align_key, "56", "C3", 2},     Row{place_key, "44", "C2", 29}};

/// Intervals in 6402: GGA GSA GSV GLL RMC VTG ZDA GNS GBS GRS DTM GST.
constexpr std::size_t gsa = 1;
constexpr std::size_t gsv = 2;
constexpr std::size_t rmc = 4;
constexpr std::size_t zda = 6;

std::string command_bytes(std::string_view hex, std::string_view body) {
    const auto id = bytes_from_hex(hex);
    return skytraq_packet(static_cast<std::uint8_t>(id[0]), id.substr(1) + std::string{body});
}

std::string wanted_messages(std::string value, const Wishes& wishes) {
    const char satellites = wishes.keep_satellites ? 10 : 0;
    for (std::size_t i = 0; i < value.size(); ++i)
        value[i] = i == rmc || i == zda ? 1 : i == gsa || i == gsv ? satellites : 0;
    return value;
}

std::string wanted_place(std::string value, const Wishes& wishes) {
    value[0] = wishes.position ? 2 : 1;
    if (!wishes.position) {
        put_at(value, 1, std::uint32_t{survey_seconds}, Order::big);
        put_at(value, 5, std::uint32_t{survey_mm / 1000}, Order::big);
        return value;
    }
    put_at(value, 9, wishes.position->latitude, Order::big);
    put_at(value, 17, wishes.position->longitude, Order::big);
    put_at(value, 25, static_cast<float>(wishes.position->height), Order::big);
    return value;
}

std::string with_attribute(const std::string& key, const std::string& value, char attribute) {
    return command_bytes(key, value + attribute);
}

class Skytraq final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "SkyTraq (binary)"; }
    [[nodiscard]] std::string hello() const override {
        return skytraq_packet(version_query, std::string_view{"\x01", 1});
    }

    // Type, kernel's version, ODM's, revision: four bytes each after the first; the revision is a
    // date.
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::skytraq || packet.id != version_answer) return false;
        if (packet.body.size() < 13) return false;
        const auto byte = [&](std::size_t at) { return number_at<std::uint8_t>(packet.body, at); };
        identity.maker = "SkyTraq";
        identity.firmware =
            fmt::format("kernel {}.{}.{}, ODM {}.{}.{}, {:02}-{:02}-{:02}", byte(2), byte(3),
                        byte(4), byte(6), byte(7), byte(8), byte(10), byte(11), byte(12));
        return true;
    }

    // GPS time: 6420, answered by 648E: week's milliseconds, the rest in ns, week, default leap
    // seconds, present ones, validity (bit 2: of the leap seconds).
    [[nodiscard]] std::vector<std::string> questions() const override {
        return {command_bytes("6420", "")};
    }
    void note(const Packet& packet, Condition& condition) const override {
        if (packet.wire != Wire::skytraq || packet.id != 0x64 || packet.body.size() < 14) return;
        if (packet.body[0] != '\x8E') return;
        condition.leap_seconds = number_at<std::int8_t>(packet.body, 12);
        condition.leap_from_sky = (number_at<std::uint8_t>(packet.body, 13) & 4U) != 0;
        condition.leap_source = *condition.leap_from_sky ? "GPS" : "firmware";
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& wishes) const override {
        std::vector<Setting> all{{message, "sentences"},
                                 {fix_key, "fixes"},
                                 {width_key, "pulse's length"},
                                 {align_key, "pulse"}};
        if (wishes.cable_ns) all.push_back({cable_key, "antenna cable's delay"});
        if (wishes.survey || wishes.position) all.push_back({place_key, "fixed position"});
        return all;
    }
    [[nodiscard]] std::string ask(const std::string& key) const override {
        for (const Row& row : rows)
            if (row.key == key) return command_bytes(row.question, "");
        return {};
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        const auto found = values.find(key);
        if (found == values.end()) return std::nullopt;
        if (key == message) return wanted_messages(found->second, wishes);
        if (key == fix_key) return std::string(1, '\x01');
        if (key == width_key) return bytes_of(std::uint32_t{100'000}, Order::big);
        if (key == align_key) return "\x01\x01"; // once the time is known; UTC
        if (key == cable_key)                    // in hundredths of a nanosecond
            return bytes_of(std::int32_t{wishes.cable_ns.value_or(0) * 100}, Order::big);
        return wanted_place(found->second, wishes);
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        return with_attribute(key, value, 0);
    }
    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        constexpr std::array<std::string_view, 3> modes{"off", "survey", "fixed"};
        const auto first = number_at<std::uint8_t>(value, 0);
        if (key == fix_key) return fmt::format("{} a second", first);
        if (key == width_key)
            return fmt::format("{} us", number_at<std::uint32_t>(value, 0, Order::big));
        if (key == cable_key)
            return fmt::format("{:.2f} ns", number_at<std::int32_t>(value, 0, Order::big) / 100.0);
        if (key == align_key)
            return fmt::format("{}, {}", first == 1 ? "once the time is known" : "always",
                               number_at<std::uint8_t>(value, 1) == 1 ? "UTC" : "GNSS time");
        if (key == place_key) return std::string{first < modes.size() ? modes[first] : "unknown"};
        std::string all;
        for (const char interval : value)
            all += fmt::format("{}{}", all.empty() ? "" : ",",
                               static_cast<unsigned>(static_cast<std::uint8_t>(interval)));
        return all + " (GGA,GSA,GSV,GLL,RMC,VTG,ZDA,…)";
    }

    // 83 and 84 name the message that they are for, with its sub-id.
    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::skytraq || packet.id > 0xFF) return {};
        if (packet.id == accepted || packet.id == refused)
            return {{packet.id == accepted ? Answer::Kind::accepted : Answer::Kind::refused,
                     hex_of(packet.body), ""}};
        const auto whole = std::string(1, static_cast<char>(packet.id)) + packet.body;
        for (const Row& row : rows) {
            const auto head = bytes_from_hex(row.answer);
            if (whole.starts_with(head) && whole.size() >= head.size() + row.size)
                return {{Answer::Kind::value, row.key, whole.substr(head.size(), row.size)}};
        }
        return {};
    }

    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        return rate_command(baud, 0);
    }
    [[nodiscard]] std::vector<std::string> save(const Values& changed, unsigned baud,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        std::vector<std::string> commands;
        for (const auto& [key, value] : changed)
            commands.push_back(with_attribute(key, value, 1));
        if (const auto command = rate_command(baud, 1); !command.empty())
            commands.push_back(command);
        return commands;
    }

  private:
    static std::string rate_command(unsigned baud, char attribute) {
        constexpr std::array rates{4800U,   9600U,   19200U,  38400U, 57600U,
                                   115200U, 230400U, 460800U, 921600U};
        for (std::size_t code = 0; code < rates.size(); ++code)
            if (rates[code] == baud)
                return command_bytes("05", std::string{'\0', static_cast<char>(code), attribute});
        return {};
    }
};

const Skytraq row;

} // namespace
} // namespace protocol::skytraq

extern const Protocol& skytraq;
const Protocol& skytraq = protocol::skytraq::row;

} // namespace ppsd::receivers
