// Unicore N4 products (UM960, UM980, UM982): commands as lines, "$command,…,response: OK*hh" for
// answers. Source: "Unicore Reference Commands Manual For N4 High Precision Products" R1.4, 2
// (commands), 3 (CONFIG), 7.1 (logs). What is sent how often is answered without checksums, so it
// is taken from what was heard; the port's rate is left alone where its number can't be told.
#include "daemon/setup/receivers/texts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::unicore {
namespace {

const std::string log = "LOG";
const std::string config = "CONFIG";
const std::string pulse_key = "CONFIG:PPS";

constexpr std::array<std::string_view, 8> sentences{"GGA", "GLL", "GSA", "GSV",
                                                    "VTG", "GST", "RMC", "ZDA"};

class Unicore final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "Unicore (text)"; }
    // A line's end first: what others were asked is a line's beginning to it.
    [[nodiscard]] std::string hello() const override { return "\r\nVERSIONA\r\n"; }

    // #VERSIONA,97,GPS,…;"UM980","R4.10Build11833","HRPT00-S10C-P",…
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::log || !packet.body.starts_with("VERSIONA,")) return false;
        const auto body = packet.body.find(';');
        if (body == std::string::npos) return false;
        auto fields = fields_of(std::string_view{packet.body}.substr(body + 1));
        for (auto& field : fields)
            std::erase(field, '"');
        identity.maker = "Unicore";
        identity.model = fields[0];
        if (fields.size() > 1) identity.firmware = fields[1];
        return true;
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& /*wishes*/) const override {
        std::vector<Setting> all;
        for (const auto sentence : sentences)
            all.push_back({log + ":" + std::string{sentence}, std::string{sentence}});
        all.push_back({pulse_key, "pulse"});
        return all;
    }
    [[nodiscard]] std::string ask(const std::string& key) const override {
        return key == pulse_key ? "CONFIG\r\n" : "";
    }

    /// The seconds between two, from how many were heard in one.
    [[nodiscard]] std::optional<std::string> inferred(const std::string& key,
                                                      const Values& values) const override {
        if (command_of(key) != log) return std::nullopt;
        const auto heard = values.find("heard:" + which_of(key));
        if (heard == values.end()) return "";
        const auto rate = number_in(heard->second);
        return rate == 0 ? std::string{"10"} : fmt::format("{:g}", 1.0 / rate);
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        const auto which = which_of(key);
        if (command_of(key) == log) {
            if (which == "RMC" || which == "ZDA") return "1";
            return (which == "GSA" || which == "GSV") && wishes.keep_satellites ? "10" : "";
        }
        const auto found = values.find(key);
        if (found == values.end()) return std::nullopt;
        // ENABLE: with a fix. Time system, polarity, us, period in ms, the cable's and another
        // delay.
        auto fields = fields_of(found->second, ' ');
        if (fields.size() < 5) fields = {"ENABLE", "GPS", "POSITIVE", "100000", "1000", "0", "0"};
        fields.resize(7, "0");
        const auto cable = wishes.cable_ns ? std::to_string(*wishes.cable_ns) : fields[5];
        return fmt::format("ENABLE {} POSITIVE 100000 1000 {} {}", fields[1], cable, fields[6]);
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        const auto which = which_of(key);
        if (command_of(key) == config) return fmt::format("CONFIG {} {}\r\n", which, value);
        return value.empty() ? fmt::format("UNLOG GP{}\r\n", which)
                             : fmt::format("GP{} {}\r\n", which, value);
    }
    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        if (command_of(key) != log) return value;
        return value.empty() ? "off" : fmt::format("every {} s", value);
    }

    // "$command,CONFIG PPS …,response: OK"; the command as it was sent, in whatever case.
    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::text) return {};
        const auto& text = packet.body;
        if (text.starts_with("command,")) {
            const auto response = text.find("response:");
            if (response == std::string::npos) return {};
            const bool ok = text.find("OK", response) != std::string::npos;
            return {{ok ? Answer::Kind::accepted : Answer::Kind::refused, "", ""}};
        }
        constexpr std::string_view pulse = "CONFIG,PPS,CONFIG PPS ";
        if (text.starts_with(pulse))
            return {{Answer::Kind::value, pulse_key, text.substr(pulse.size())}};
        return {};
    }

    [[nodiscard]] std::string rate(unsigned /*baud*/, const Values& /*values*/) const override {
        return {};
    }
    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        return {"SAVECONFIG\r\n"};
    }
};

const Unicore row;

} // namespace
} // namespace protocol::unicore

extern const Protocol& unicore;
const Protocol& unicore = protocol::unicore::row;

} // namespace ppsd::receivers
