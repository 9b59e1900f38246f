// Airoha AG3335 and AG3352 and modules with them (Quectel LC76G, LC86G, L76-LB, SIM65M). Source:
// Quectel LC26G, LC76G, LC86G Series GNSS Protocol Specification 1.4, 2.4 (PAIR). The pulse (752)
// can be set but not asked; a rate (864) holds from the next start on. The model of movement (080)
// is left alone: what is "stationary" on an LC29H is reserved on these.
#include "daemon/setup/receivers/texts.hpp"

#include <array>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::airoha_pair {
namespace {

const std::string message = "062";
const std::string fix_key = "050";
const std::string pulse_key = "752";

/// By the number of PAIR062.
constexpr std::array<std::string_view, 9> sentences{"GGA", "GLL", "GSA", "GSV", "RMC",
                                                    "VTG", "ZDA", "GRS", "GST"};
constexpr unsigned gsa = 2;
constexpr unsigned gsv = 3;
constexpr unsigned rmc = 4;
constexpr unsigned zda = 6;

std::string asking(const std::string& command) {
    if (command == message) return "PAIR063";
    return command == fix_key ? "PAIR051" : "";
}

class AirohaPair final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "Airoha, Quectel (PAIR)"; }
    [[nodiscard]] std::string hello() const override { return text_packet("PAIR020"); }

    // "$PAIR020,AG3352Q_V2.3.0.AG3352_20211108,S,N,…"
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::text || !packet.body.starts_with("PAIR020,")) return false;
        identity.maker = "Airoha";
        identity.firmware = fields_of(packet.body)[1];
        identity.model = identity.firmware.substr(0, identity.firmware.find('_'));
        return true;
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& /*wishes*/) const override {
        std::vector<Setting> all;
        for (const unsigned number : {0U, 1U, 2U, 3U, 5U, 7U, 8U, rmc, zda})
            all.push_back({fmt::format("{}:{}", message, number), std::string{sentences[number]}});
        all.push_back({fix_key, "fixes"});
        all.push_back({pulse_key, "pulse"});
        return all;
    }
    [[nodiscard]] std::string ask(const std::string& key) const override {
        const auto question = asking(command_of(key));
        if (question.empty()) return {};
        const auto which = which_of(key);
        return text_packet(which.empty() ? question : question + "," + which);
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        if (key == pulse_key) return "3,100"; // with a 2D or 3D fix, 100 ms
        if (!values.contains(key)) return std::nullopt;
        if (key == fix_key) return "1000";
        const auto number = number_in(which_of(key));
        if (number == rmc || number == zda) return "1";
        return (number == gsa || number == gsv) && wishes.keep_satellites ? "10" : "0";
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        const auto which = which_of(key);
        return text_packet(
            fmt::format("PAIR{},{}{}{}", command_of(key), which, which.empty() ? "" : ",", value));
    }
    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        if (key == fix_key) return fmt::format("every {} ms", value);
        if (key == pulse_key && value == "3,100") return "100 ms, only with a fix";
        return command_of(key) == message ? every_text(number_in(value)) : value;
    }

    // "$PAIR001,062,0": 0 is success, 1 in work, 2 failed, 3 unsupported, 4 a wrong parameter, 5
    // busy.
    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::text) return {};
        const auto fields = fields_of(packet.body);
        if (fields[0] == "PAIR001" && fields.size() >= 3) {
            if (fields[2] == "1") return {};
            return {
                {fields[2] == "0" ? Answer::Kind::accepted : Answer::Kind::refused, fields[1], ""}};
        }
        if (fields[0] == "PAIR063" && fields.size() == 3)
            return {{Answer::Kind::value, message + ":" + fields[1], fields[2]}};
        if (fields[0] == "PAIR051" && fields.size() == 2)
            return {{Answer::Kind::value, fix_key, fields[1]}};
        return {};
    }

    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        return text_packet(fmt::format("PAIR864,0,0,{}", baud));
    }
    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        return {text_packet("PAIR513")};
    }
};

const AirohaPair row;

} // namespace
} // namespace protocol::airoha_pair

extern const Protocol& airoha_pair;
const Protocol& airoha_pair = protocol::airoha_pair::row;

} // namespace ppsd::receivers
