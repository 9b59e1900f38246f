#include "daemon/setup/facts_json.hpp"

#include "hal/error.hpp"

#include <nlohmann/json.hpp>

// The library has it since 3.12 (Debian 13 has 3.11).
namespace nlohmann {
template <class T>
struct adl_serializer<std::optional<T>> {
    template <class Json>
    static void to_json(Json& json, const std::optional<T>& value) {
        if (value)
            json = *value;
        else
            json = nullptr;
    }
    template <class Json>
    static void from_json(const Json& json, std::optional<T>& value) {
        value.reset();
        if (!json.is_null()) value = json.template get<T>();
    }
};
} // namespace nlohmann

namespace ppsd::app {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(BoardFacts, model, compatible)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SystemFacts, os, version, name, kernel, machine,
                                                processors, libgpiod)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Holder, program, pid)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(HeardFacts, baud, seconds, bytes, good, bad,
                                                sentences, packets, load, label, problem, delay_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PortFacts, path, links, driver, console, holders,
                                                problem, heard)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PulseFacts, edges, period_s, width_s, polarity,
                                                scatter_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LineFacts, chip, offset, name, consumer, unseen,
                                                seen)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(KernelPpsFacts, path, source, period_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ProgramFacts, name, path, pid, units)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ConfiguredFacts, files, units, active, read_only,
                                                reboot_pending, unread)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Facts, board, system, ports, lines, problems,
                                                kernel_pps, programs, configured)

std::string facts_json(const Facts& facts) {
    // What a device tree or a receiver says need not be UTF-8.
    return nlohmann::json(facts).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
           "\n";
}

Facts parse_facts(const std::string& json) {
    try {
        return nlohmann::json::parse(json).get<Facts>();
    } catch (const nlohmann::json::exception& error) {
        throw hal::UsageError(std::string{"these are no facts as ppsctl detect --json has them: "} +
                              error.what());
    }
}

} // namespace ppsd::app
