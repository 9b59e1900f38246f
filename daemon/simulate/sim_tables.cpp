#include "daemon/simulate/sim_tables.hpp"

#include "daemon/simulate/sim_limits.hpp"
#include "hal/sim/keys.hpp"

#include <fmt/format.h>

namespace ppsd::app {

using namespace hal::sim;

std::string sim_tables() {
    std::string text;
    for (const KeyInfo& key : key_table)
        for (const NamedFault& fault : key.names)
            if (fault.is_there())
                text += fmt::format("| `{}` | `{} = {}` |\n", fault.name, key.name, fault.value);
    text += "\n| limit | holds if not set | |\n|---|---|---|\n";
    for (const SimLimit& limit : sim_limits())
        text += fmt::format("| `{}` | {} | {}: at {} |\n", limit.name,
                            limit.fallback ? fmt::format("{:g}", *limit.fallback) : "",
                            limit.meaning, limit.least ? "least" : "most");
    text += "\n| key | unit | default | |\n|---|---|---|---|\n";
    for (const KeyInfo& key : key_table) {
        const bool words = key.kind == Kind::word;
        const auto fallback =
            key.written.empty() ? fmt::format("{}", key.fallback) : std::string{key.written};
        text += fmt::format("| `{}` | {} | `{}` | {}{}{} |\n", key.name, words ? "" : key.unit,
                            fallback, key.meaning, words ? ": " : "", words ? key.unit : "");
    }
    return text;
}

} // namespace ppsd::app
