// MediaTek MT3329, MT3333, MT3339 and modules with them (Quectel L70 to L96, GlobalTop, Adafruit).
// Source: Quectel L96 GNSS Protocol Specification 1.0, 3 (PMTK); GlobalTop PMTK Complete Command
// Packet A11. The pulse (285) can be set but not asked; settings can't be saved: a backup battery
// keeps them.
#include "daemon/setup/receivers/texts.hpp"

#include <fmt/format.h>

namespace ppsd::receivers {
namespace protocol::mediatek_pmtk {
namespace {

const std::string message = "314";
const std::string fix_key = "220";
const std::string pulse_key = "285";

/// Places of sentences in PMTK314: GLL RMC VTG GGA GSA GSV GRS GST, nine reserved, ZDA, MCHN.
constexpr std::size_t rmc = 1;
constexpr std::size_t gsa = 4;
constexpr std::size_t gsv = 5;
constexpr std::size_t zda = 17;

std::string wanted_messages(const std::string& value, const Wishes& wishes) {
    const std::string satellites = wishes.keep_satellites ? "5" : "0"; // the seldomest
    auto fields = fields_of(value);
    std::string wanted;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const bool time = i == rmc || i == zda;
        wanted += i == 0 ? "" : ",";
        wanted += time ? "1" : i == gsa || i == gsv ? satellites : "0";
    }
    return wanted;
}

class MediatekPmtk final : public Protocol {
  public:
    [[nodiscard]] std::string_view name() const override { return "MediaTek (PMTK)"; }
    [[nodiscard]] std::string hello() const override { return text_packet("PMTK605"); }

    // "$PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0"
    [[nodiscard]] bool recognise(const Packet& packet, Identity& identity) const override {
        if (packet.wire != Wire::text || !packet.body.starts_with("PMTK705,")) return false;
        const auto fields = fields_of(packet.body);
        identity.maker = "MediaTek";
        identity.firmware = fields[1];
        if (fields.size() > 3) identity.model = fields[3];
        return true;
    }

    [[nodiscard]] std::vector<Setting> settings(const Wishes& /*wishes*/) const override {
        return {{message, "sentences"}, {fix_key, "fixes"}, {pulse_key, "pulse"}};
    }
    [[nodiscard]] std::string ask(const std::string& key) const override {
        if (key == message) return text_packet("PMTK414");
        return key == fix_key ? text_packet("PMTK400") : "";
    }

    [[nodiscard]] std::optional<std::string> wanted(const std::string& key, const Values& values,
                                                    const Wishes& wishes) const override {
        if (key == pulse_key) return "3,100"; // with a 2D or 3D fix, 100 ms
        const auto found = values.find(key);
        if (found == values.end()) return std::nullopt;
        if (key == fix_key) return "1000";
        if (key != message || fields_of(found->second).size() <= zda) return std::nullopt;
        return wanted_messages(found->second, wishes);
    }

    [[nodiscard]] std::string set(const std::string& key, const std::string& value) const override {
        return text_packet(fmt::format("PMTK{},{}", key, value));
    }
    [[nodiscard]] std::string text(const std::string& key,
                                   const std::string& value) const override {
        if (key == fix_key) return fmt::format("every {} ms", value);
        if (key == pulse_key && value == "3,100") return "100 ms, only with a fix";
        return value + (key == message ? " (GLL,RMC,VTG,GGA,GSA,GSV,…,ZDA,…)" : "");
    }

    // "$PMTK001,314,3": 3 is success, 2 failed, 1 unsupported, 0 invalid.
    [[nodiscard]] std::vector<Answer> read(const Packet& packet) const override {
        if (packet.wire != Wire::text) return {};
        const auto fields = fields_of(packet.body);
        if (fields[0] == "PMTK001" && fields.size() >= 3)
            return {
                {fields[2] == "3" ? Answer::Kind::accepted : Answer::Kind::refused, fields[1], ""}};
        if (fields[0] == "PMTK514")
            return {{Answer::Kind::value, message, after_fields(packet.body, 1)}};
        if (fields[0] == "PMTK500" && fields.size() >= 2)
            return {{Answer::Kind::value, fix_key, fields[1]}};
        return {};
    }

    [[nodiscard]] std::string rate(unsigned baud, const Values& /*values*/) const override {
        return text_packet(fmt::format("PMTK251,{}", baud));
    }
    [[nodiscard]] std::vector<std::string> save(const Values& /*changed*/, unsigned /*baud*/,
                                                unsigned /*attempt*/) const override {
        return {};
    }
};

const MediatekPmtk row;

} // namespace
} // namespace protocol::mediatek_pmtk

extern const Protocol& mediatek_pmtk;
const Protocol& mediatek_pmtk = protocol::mediatek_pmtk::row;

} // namespace ppsd::receivers
