// Allystar HD8040, HD9310 and modules with them (TAU1201, TAU951M). Source: "Allystar GNSS Receiver
// Protocol Specification" 2.3.3, 3.4 (CFG). A message's rate is one in so many of the receiver's
// own measurements, one or five a second, so it is set by what was heard.
#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/texts.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::allystar {
namespace {

const std::string message = "0601";
const std::string pulse_key = "0607";
const std::string survey_key = "0612";
const std::string place_key = "0614";
constexpr std::uint16_t mon_ver = 0x0A04;

struct Sentence {
    std::string_view id;
    std::string_view name;
};
constexpr std::array sentences{Sentence{"F000", "GGA"}, Sentence{"F001", "GLL"},
                               Sentence{"F002", "GSA"}, Sentence{"F003", "GRS"},
                               Sentence{"F004", "GSV"}, Sentence{"F006", "VTG"},
                               Sentence{"F005", "RMC"}, Sentence{"F007", "ZDA"}};

std::uint16_t id_of(const std::string& command) {
    return number_at<std::uint16_t>(bytes_from_hex(command), 0, Order::big);
}

/// Measurements a second: what of a sentence comes in one, times its rate; 1 if none tells.
unsigned measurements(const Values& values) {
    for (const auto& sentence : sentences) {
        const auto rate = values.find(message + ":" + std::string{sentence.id});
        const auto heard = values.find("heard:" + std::string{sentence.name});
        if (rate == values.end() || heard == values.end() || rate->second.size() != 3) continue;
        const auto product = number_in(heard->second) * static_cast<std::uint8_t>(rate->second[2]);
        if (product >= 1 && product <= 20) return product;
    }
    return 1;
}

class Allystar final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "Allystar (binary)"; }
    [[nodiscard]] std::string hello() const override { return allystar_packet(mon_ver, ""); }

    // Software's and hardware's version, 16 bytes each.
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::allystar || packet.id != mon_ver || packet.body.size() < 32)
            return false;
        identity.maker = "Allystar";
        identity.firmware = text_at(packet.body, 0, 16);
        identity.hardware = text_at(packet.body, 16, 16);
        identity.model = identity.hardware.substr(0, identity.hardware.find('.'));
        return true;
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& wishes) const override {
        std::vector<Setting> all;
        for (const auto& sentence : sentences)
            all.push_back({message + ":" + std::string{sentence.id}, std::string{sentence.name}});
        all.push_back({pulse_key, "pulse"});
        if (wishes.survey) all.push_back({survey_key, "survey of the position"});
        if (wishes.position) all.push_back({place_key, "fixed position"});
        return all;
    }
    [[nodiscard]] std::string ask(const std::string& key) const override {
        return allystar_packet(id_of(command_of(key)), bytes_from_hex(which_of(key)));
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        const auto found = values.find(key);
        if (found == values.end()) return std::nullopt;
        auto value = found->second;
        if (command_of(key) == message && value.size() == 3) {
            const auto which = which_of(key);
            const auto second = measurements(values);
            const bool time = which == "F005" || which == "F007";
            const bool satellites = which == "F002" || which == "F004";
            value[2] = static_cast<char>(time                                   ? second
                                         : satellites && wishes.keep_satellites ? second * 10
                                                                                : 0);
            return value;
        }
        if (key == pulse_key && value.size() == 15) return wanted_pulse(value, wishes);
        if (key == survey_key)
            return bytes_of(std::uint32_t{survey_seconds}) + bytes_of(std::uint32_t{survey_mm});
        if (key != place_key || !wishes.position) return std::nullopt;
        const auto at = ecef_of(*wishes.position);
        const auto cm = [](double m) {
            return bytes_of(static_cast<std::int32_t>(std::lround(m * 100)));
        };
        return cm(at.x) + cm(at.y) + cm(at.z);
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        return allystar_packet(id_of(command_of(key)), value);
    }
    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        if (command_of(key) == message) {
            const auto rate = number_at<std::uint8_t>(value, 2);
            return rate == 0 ? "off" : fmt::format("every {} measurements", rate);
        }
        if (key == survey_key) {
            const auto seconds = number_at<std::uint32_t>(value, 0);
            return seconds == 0 ? "off" : fmt::format("{} s", seconds);
        }
        if (key == place_key) return value == std::string(12, '\0') ? "off" : "fixed";
        return fmt::format(
            "{} us period, {:.1f} % of it, {}, {}, moved by {} ns",
            number_at<std::uint32_t>(value, 0), number_at<std::uint32_t>(value, 8) / 10000.0,
            number_at<std::uint8_t>(value, 12) == 1 ? "rising" : "falling",
            number_at<std::uint8_t>(value, 14) == 0 ? "only with a fix" : "also without a fix",
            number_at<std::int32_t>(value, 4));
    }

    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::allystar) return {};
        const bool ack = packet.id == 0x0501;
        if ((ack || packet.id == 0x0500) && packet.body.size() >= 2)
            return {{ack ? Answer::Kind::accepted : Answer::Kind::refused,
                     hex_of(packet.body.substr(0, 2)), ""}};
        if (packet.id >> 8U != 0x06) return {};
        std::string key = fmt::format("{:04X}", packet.id);
        if (key == message && packet.body.size() == 3)
            key += ":" + hex_of(packet.body.substr(0, 2));
        return {{Answer::Kind::value, key, packet.body}};
    }

    // CFG-PRT is for one port by its number, and there is no word for the one that is used.
    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        const auto port = [&](char number) {
            return allystar_packet(0x0600, std::string{number, '\0', '\0', '\0'} +
                                               bytes_of(std::uint32_t{baud}));
        };
        return port(0) + port(1);
    }
    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        return {allystar_packet(0x0609, bytes_of(std::uint32_t{0}) + bytes_of(std::uint32_t{7}))};
    }

  private:
    // Period in us, offset in ns, share of it in ppm, polarity, its pin, whether without a fix.
    static std::string wanted_pulse(std::string value, const Wishes& wishes) {
        put_at(value, 0, std::uint32_t{1'000'000});
        // Unconfirmed: the specification has no example with an offset's sign.
        if (wishes.cable_ns) put_at(value, 4, std::int32_t{-*wishes.cable_ns});
        put_at(value, 8, std::uint32_t{100'000});
        value[12] = 1;
        value[14] = 0;
        return value;
    }
};

const Allystar row;

} // namespace
} // namespace protocol::allystar

extern const Protocol& allystar;
const Protocol& allystar = protocol::allystar::row;

} // namespace ppsd::receivers
