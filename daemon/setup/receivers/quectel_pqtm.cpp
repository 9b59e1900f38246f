// Quectel LC29H and LG290P: PQTM sentences, "R" asks and "W" sets. Sources: Quectel LC29H Series
// GNSS Protocol Specification 1.4, 2.3; LG290P (03) GNSS Protocol Specification 1.1, 2.3. An LG290P
// does what PQTMCFGFIXRATE and PQTMCFGSVIN say from its next start on, if it was saved.
#include "daemon/setup/receivers/texts.hpp"

#include <array>
#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::quectel_pqtm {
namespace {

const std::string message = "PQTMCFGMSGRATE";
const std::string fix_key = "PQTMCFGFIXRATE";
const std::string pulse_key = "PQTMCFGPPS";
const std::string place_key = "PQTMCFGSVIN";

constexpr std::array<std::string_view, 10> sentences{"GGA", "GLL", "GSA", "GSV", "VTG",
                                                     "GNS", "GST", "GBS", "RMC", "ZDA"};

class QuectelPqtm final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "Quectel (PQTM)"; }
    [[nodiscard]] std::string hello() const override { return text_packet("PQTMVERNO"); }

    // "$PQTMVERNO,LC29HAANR01A03S,2022/08/31,15:22:59"
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::text || !packet.body.starts_with("PQTMVERNO,")) return false;
        const auto fields = fields_of(packet.body);
        if (fields[1] == "ERROR") return false;
        identity.maker = "Quectel";
        identity.firmware = fields[1];
        identity.model = fields[1].substr(0, fields[1].find("NR"));
        return true;
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& wishes) const override {
        std::vector<Setting> all;
        for (const auto sentence : sentences)
            all.push_back({message + ":" + std::string{sentence}, std::string{sentence}});
        all.push_back({fix_key, "fixes, from the next start on"});
        all.push_back({pulse_key, "pulse"});
        if (wishes.survey || wishes.position)
            all.push_back({place_key, "fixed position, from the next start on"});
        return all;
    }
    [[nodiscard]] std::string ask(const std::string& key) const override {
        if (key == pulse_key) return text_packet(pulse_key + ",R,1");
        const auto which = which_of(key);
        return text_packet(command_of(key) + ",R" + (which.empty() ? "" : "," + which));
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        if (!values.contains(key)) return std::nullopt;
        if (key == fix_key) return "1000";
        // Index, on, ms, only with a fix, rising, reserved.
        if (key == pulse_key) return "1,1,100,2,1,0";
        if (key == place_key) return wanted_place(wishes);
        const auto which = which_of(key);
        if (which == "RMC" || which == "ZDA") return "1";
        return (which == "GSA" || which == "GSV") && wishes.keep_satellites ? "10" : "0";
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        const auto which = which_of(key);
        return text_packet(
            fmt::format("{},W,{}{}{}", command_of(key), which, which.empty() ? "" : ",", value));
    }
    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        if (key == fix_key) return fmt::format("every {} ms", value);
        if (command_of(key) == message) return every_text(number_in(value));
        const auto fields = fields_of(value);
        if (key != pulse_key || fields.size() < 5) return value;
        if (fields[1] != "1") return "off";
        return fmt::format("{} ms, {}, {}", fields[2], fields[4] == "1" ? "rising" : "falling",
                           fields[3] == "2" ? "only with a fix" : "also without a fix");
    }

    // "$PQTMCFGPPS,OK" after W, "$PQTMCFGPPS,OK,…" after R, "$PQTMCFGPPS,ERROR,1".
    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::text || !packet.body.starts_with("PQTM")) return {};
        const auto fields = fields_of(packet.body);
        if (fields.size() < 2) return {};
        if (fields[1] == "ERROR") return {{Answer::Kind::refused, fields[0], ""}};
        if (fields[1] != "OK") return {};
        if (fields.size() == 2) return {{Answer::Kind::accepted, fields[0], ""}};
        if (fields[0] != message)
            return {{Answer::Kind::value, fields[0], after_fields(packet.body, 2)}};
        if (fields.size() < 4) return {};
        return {{Answer::Kind::value, message + ":" + fields[2], fields[3]}};
    }

    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        return text_packet(fmt::format("PQTMCFGUART,W,{}", baud));
    }
    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned attempt) const override {
        if (attempt > 0) return {};
        return {text_packet("PQTMSAVEPAR")};
    }

  private:
    static std::string wanted_place(const Wishes& wishes) {
        if (!wishes.position)
            return fmt::format("1,{},{:.1f},0.0000,0.0000,0.0000", survey_seconds,
                               survey_mm / 1000.0);
        const auto at = ecef_of(*wishes.position);
        return fmt::format("2,0,0.0,{:.4f},{:.4f},{:.4f}", at.x, at.y, at.z);
    }
};

const QuectelPqtm row;

} // namespace
} // namespace protocol::quectel_pqtm

extern const Protocol& quectel_pqtm;
const Protocol& quectel_pqtm = protocol::quectel_pqtm::row;

} // namespace ppsd::receivers
