#include "daemon/setup/receivers/protocol.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace ppsd::receivers {

// A row each, in its own file. One that answers several: the most able first.
extern const Protocol& ublox_valset;
extern const Protocol& ublox_cfg;
extern const Protocol& casic;
extern const Protocol& allystar;
extern const Protocol& skytraq;
extern const Protocol& quectel_pqtm;
extern const Protocol& airoha_pair;
extern const Protocol& mediatek_pmtk;
extern const Protocol& unicore;

std::span<const Protocol* const> protocols() noexcept {
    static const std::array all{&ublox_valset,  &ublox_cfg, &casic,    &quectel_pqtm, &airoha_pair,
                                &mediatek_pmtk, &skytraq,   &allystar, &unicore};
    return all;
}

const Protocol* protocol_of(std::string_view name) noexcept {
    for (const Protocol* protocol : protocols())
        if (protocol->name() == name) return protocol;
    return nullptr;
}

void Protocol::note(const Packet& /*packet*/, Condition& /*condition*/) const {}

std::optional<std::string> Protocol::inferred(const std::string& /*key*/,
                                              const Values& /*values*/) const {
    return std::nullopt;
}

std::string command_of(const std::string& key) {
    return key.substr(0, key.find(':'));
}

std::string which_of(const std::string& key) {
    const auto colon = key.find(':');
    return colon == std::string::npos ? std::string{} : key.substr(colon + 1);
}

std::string every_text(unsigned fixes) {
    if (fixes == 0) return "off";
    return fixes == 1 ? "every fix" : fmt::format("every {}th fix", fixes);
}

Ecef ecef_of(const Position& position) noexcept {
    constexpr double a = 6378137.0;
    constexpr double f = 1 / 298.257223563;
    constexpr double e2 = f * (2 - f);
    constexpr double degree = std::numbers::pi / 180;
    const double sin_lat = std::sin(position.latitude * degree);
    const double cos_lat = std::cos(position.latitude * degree);
    const double n = a / std::sqrt(1 - e2 * sin_lat * sin_lat);
    const double across = (n + position.height) * cos_lat;
    return {across * std::cos(position.longitude * degree),
            across * std::sin(position.longitude * degree),
            (n * (1 - e2) + position.height) * sin_lat};
}

} // namespace ppsd::receivers
