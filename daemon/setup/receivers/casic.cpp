// CASIC receivers (AT6558, AT6668, ATGM332D, ATGM336H, L76K): PCAS sentences and binary messages.
// Source: "CASIC Multimode Satellite Navigation Receiver Protocol Specification" V4.2.0.3, 1.6
// (PCAS), 2.11 (CFG), 2.13 (MON). Beyond it, as receivers do: CFG-MSG without a payload tells all
// messages, or is refused, and then what was heard tells; the upper half of CFG-TMODE's mode is
// undefined.
#include "daemon/setup/receivers/bytes.hpp"
#include "daemon/setup/receivers/protocol.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::casic {
namespace {

const std::string message = "0601";
const std::string pulse_key = "0603";
const std::string fix_key = "0604";
const std::string place_key = "0606";
const std::string model_key = "0607";
constexpr std::uint16_t mon_ver = 0x0A04;
constexpr std::uint16_t mon_hw = 0x0A09;

struct Sentence {
    std::string_view id;
    std::string_view name;
};
constexpr std::array sentences{Sentence{"4E00", "GGA"}, Sentence{"4E01", "GLL"},
                               Sentence{"4E02", "GSA"}, Sentence{"4E03", "GSV"},
                               Sentence{"4E05", "VTG"}, Sentence{"4E07", "GST"},
                               Sentence{"4E11", "ANT"}, Sentence{"4E13", "DHV"},
                               Sentence{"4E04", "RMC"}, Sentence{"4E08", "ZDA"}};

bool is_time(std::string_view which) {
    return which == "4E04" || which == "4E08";
}

std::uint16_t id_of(const std::string& command) {
    return number_at<std::uint16_t>(bytes_from_hex(command), 0, Order::big);
}

std::string value_or_empty(const Values& values, const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string{} : found->second;
}

std::string wanted_pulse(std::string value, const Wishes& wishes) {
    put_at(value, 0, std::uint32_t{1'000'000});
    put_at(value, 4, std::uint32_t{100'000});
    value[8] = 3;  // only with a fix
    value[9] = 0;  // rising
    value[10] = 0; // UTC
    if (wishes.cable_ns) put_at(value, 12, static_cast<float>(*wishes.cable_ns * 1e-9));
    return value;
}

std::string wanted_place(std::string value, const Wishes& wishes) {
    put_at(value, 0, std::uint32_t{wishes.position ? 2U : 1U});
    if (wishes.position) {
        const auto at = ecef_of(*wishes.position);
        put_at(value, 4, at.x);
        put_at(value, 12, at.y);
        put_at(value, 20, at.z);
        put_at(value, 28, 25.0F); // m^2
    } else {
        put_at(value, 32, std::uint32_t{survey_seconds});
        put_at(value, 36, 25.0F);
    }
    return value;
}

std::string pulse_text(const std::string& value) {
    constexpr std::array<std::string_view, 4> when{"off", "always", "after a first fix",
                                                   "only with a fix"};
    const auto mode = number_at<std::uint8_t>(value, 8);
    return fmt::format("{} us period, {} us, {}, {}, {}, cable {:.0f} ns",
                       number_at<std::uint32_t>(value, 0), number_at<std::uint32_t>(value, 4),
                       value.size() > 9 && value[9] == 0 ? "rising" : "falling",
                       value.size() > 10 && value[10] == 0 ? "UTC" : "GNSS time",
                       mode < when.size() ? when[mode] : "unknown",
                       static_cast<double>(number_at<float>(value, 12)) * 1e9);
}

class Casic final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "CASIC (PCAS and binary)"; }
    [[nodiscard]] std::string hello() const override {
        return text_packet("PCAS06,0") + text_packet("PCAS06,1");
    }

    // "$GPTXT,01,01,02,SW=URANUS5,V5.3.0.0"
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::text || !packet.body.starts_with("GPTXT,01,01,02,")) return false;
        const auto said = packet.body.substr(15);
        if (said.starts_with("HW=")) identity.model = said.substr(3, said.find(',') - 3);
        if (!said.starts_with("SW=")) return false;
        identity.maker = "CASIC";
        identity.firmware = said.substr(3);
        return true;
    }
    [[nodiscard]] std::vector<std::string> questions() const override {
        return {casic_packet(mon_hw, ""), casic_packet(mon_ver, "")};
    }
    void note(const Packet& packet, Condition& condition) const override {
        constexpr std::array<std::string_view, 5> antennas{"starting", "", "ok", "short", "open"};
        if (packet.wire == Wire::casic && packet.id == mon_hw && packet.body.size() >= 24) {
            const auto state = number_at<std::uint8_t>(packet.body, 20);
            if (state < antennas.size()) condition.antenna = antennas[state];
        }
        for (const auto& [said, state] :
             {std::pair{"ANTENNA OK", "ok"}, {"ANTENNA OPEN", "open"}, {"ANTENNA SHORT", "short"}})
            if (packet.wire == Wire::text && packet.body.ends_with(said)) condition.antenna = state;
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& wishes) const override {
        std::vector<Setting> all;
        for (const auto& sentence : sentences)
            all.push_back({message + ":" + std::string{sentence.id}, std::string{sentence.name}});
        all.push_back({fix_key, "fixes"});
        all.push_back({model_key, "model of movement"});
        all.push_back({pulse_key, "pulse"});
        if (wishes.survey || wishes.position) all.push_back({place_key, "fixed position"});
        return all;
    }

    [[nodiscard]] std::string ask(const std::string& key) const override {
        return casic_packet(id_of(command_of(key)), "");
    }

    [[nodiscard]] std::optional<std::string> inferred(const std::string& key,
                                                      const Values& values) const override {
        if (command_of(key) != message) return std::nullopt;
        const auto which = which_of(key);
        const auto found = std::ranges::find(sentences, which, &Sentence::id);
        if (found == sentences.end()) return std::nullopt;
        const bool heard = values.contains("heard:" + std::string{found->name});
        if (!heard && !is_time(which)) return std::nullopt; // it may be off, or seldom
        return bytes_from_hex(which) + bytes_of(static_cast<std::uint16_t>(heard ? 1 : 0));
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        auto value = value_or_empty(values, key);
        if (key.starts_with(message) && value.size() == 4) {
            const auto which = which_of(key);
            const bool satellites = which == "4E02" || which == "4E03";
            const int rate = is_time(which) ? 1 : satellites && wishes.keep_satellites ? 10 : 0;
            put_at(value, 2, static_cast<std::uint16_t>(rate));
            return value;
        }
        if (key == fix_key && value.size() == 4) {
            put_at(value, 0, std::uint16_t{1000});
            return value;
        }
        if (key == model_key && value.size() == 44) {
            value[4] = 1; // stationary
            return value;
        }
        if (key == pulse_key && value.size() == 16) return wanted_pulse(value, wishes);
        if (key == place_key && value.size() == 40) return wanted_place(value, wishes);
        return std::nullopt;
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        return casic_packet(id_of(command_of(key)), value);
    }

    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        constexpr std::array<std::string_view, 8> models{
            "portable", "stationary",   "pedestrian",   "automotive",
            "at sea",   "airborne 1 g", "airborne 2 g", "airborne 4 g"};
        constexpr std::array<std::string_view, 3> modes{"off", "survey", "fixed"};
        if (key.starts_with(message)) return every_text(number_at<std::uint16_t>(value, 2));
        if (key == fix_key) return fmt::format("every {} ms", number_at<std::uint16_t>(value, 0));
        if (key == pulse_key) return pulse_text(value);
        const auto mode = number_at<std::uint8_t>(value, key == model_key ? 4 : 0);
        if (key == model_key) return std::string{mode < models.size() ? models[mode] : "unknown"};
        return std::string{mode < modes.size() ? modes[mode] : "unknown"};
    }

    // ACK (05 01) and NAK (05 00): class and id of what they are for, two reserved bytes.
    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::casic) return {};
        std::string key = fmt::format("{:04X}", packet.id);
        if ((packet.id == 0x0501 || packet.id == 0x0500) && packet.body.size() >= 2)
            return {{packet.id == 0x0501 ? Answer::Kind::accepted : Answer::Kind::refused,
                     hex_of(packet.body.substr(0, 2)), ""}};
        if (packet.id >> 8U != 0x06) return {};
        std::string value = packet.body;
        if (key == message && value.size() == 4) key += ":" + hex_of(value.substr(0, 2));
        if (key == model_key) put_at(value, 0, std::uint32_t{1}); // its mask: only the model
        if (key == place_key) put_at(value, 2, std::uint16_t{0});
        return {{Answer::Kind::value, key, value}};
    }

    // CAS01 keeps the rest of the port's settings, and needs no port's number.
    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        constexpr std::array rates{4800U, 9600U, 19200U, 38400U, 57600U, 115200U};
        for (std::size_t code = 0; code < rates.size(); ++code)
            if (rates[code] == baud) return text_packet(fmt::format("PCAS01,{}", code));
        return {};
    }

    // CFG-CFG: port, messages, rate, pulse; and what else there is to save.
    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        return {casic_packet(0x0605, std::string("\xFF\xFF\x01\x00", 4))};
    }
};

const Casic row;

} // namespace
} // namespace protocol::casic

extern const Protocol& casic;
const Protocol& casic = protocol::casic::row;

} // namespace ppsd::receivers
