#include "hal/open.hpp"

#include "backends.hpp"
#include "hal/error.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace hal {
namespace {

struct SplitName {
    std::string_view scheme;
    std::string_view rest;
};

SplitName split(const std::string& name) {
    const std::string_view all{name};
    const auto colon = all.find(':');
    if (colon == std::string_view::npos) return {{}, all};
    return {all.substr(0, colon), all.substr(colon + 1)};
}

template <class Backend>
std::string schemes(std::span<const Backend> backends) {
    std::string all;
    for (const Backend& backend : backends)
        all += fmt::format("{}{}", all.empty() ? "" : ", ", backend.usage);
    return all;
}

/// kind: "pulses" or "bytes", for the message.
template <class Backend>
const Backend& choose(std::span<const Backend> backends, std::string_view kind,
                      const std::string& name) {
    for (const Backend& backend : backends)
        if (backend.scheme == split(name).scheme) return backend;
    throw UsageError(
        fmt::format("\"{}\" names no source of {}; there are: {}", name, kind, schemes(backends)));
}

} // namespace

std::unique_ptr<PulseSource> Opener::pulses(const std::string& name, EdgeChoice edge) {
    using Open = std::unique_ptr<PulseSource> (*)(Opener&, const std::string&, EdgeChoice);
    struct Backend {
        std::string_view scheme, usage;
        Open open;
    };
    static constexpr std::array backends{
        Backend{"gpio", "gpio:LINE, gpio:CHIP/OFFSET",
                [](Opener& self, const std::string& n, EdgeChoice e) {
                    return open_gpio(n, split(n).rest, e, self.clock_, self.gpio_chip_);
                }},
        Backend{"pps", "pps:/dev/pps0",
                [](Opener& self, const std::string& n, EdgeChoice e) {
                    return open_kernel_pps(n, split(n).rest, e, self.clock_);
                }},
        Backend{"sim", "sim:[KEY=VALUE,...]",
                [](Opener& self, const std::string& n, EdgeChoice e) {
                    return open_sim_pulses(n, split(n).rest, e, self.clock_, self.sim_start());
                }},
        Backend{"replay", "replay:FILE",
                [](Opener& self, const std::string& n, EdgeChoice e) {
                    return open_replay_pulses(n, split(n).rest, e, self.clock_, self.sim_start());
                }},
    };
    return choose(std::span<const Backend>{backends}, "pulses", name).open(*this, name, edge);
}

std::unique_ptr<ByteSource> Opener::bytes(const std::string& name, unsigned baud) {
    using Open = std::unique_ptr<ByteSource> (*)(Opener&, const std::string&, unsigned);
    struct Backend {
        std::string_view scheme, usage;
        Open open;
    };
    static constexpr std::array backends{
        Backend{"uart", "uart:PATH",
                [](Opener&, const std::string& n, unsigned b) {
                    return open_uart(n, split(n).rest, b);
                }},
        Backend{"sim", "sim:[KEY=VALUE,...]",
                [](Opener& self, const std::string& n, unsigned b) {
                    return open_sim_bytes(n, split(n).rest, b, self.clock_, self.sim_start());
                }},
        Backend{"replay", "replay:FILE",
                [](Opener& self, const std::string& n, unsigned) {
                    return open_replay_bytes(n, split(n).rest, self.clock_, self.sim_start());
                }},
    };
    return choose(std::span<const Backend>{backends}, "bytes", name).open(*this, name, baud);
}

MonoTime Opener::sim_start() {
    if (!sim_start_) sim_start_ = clock_.now();
    return *sim_start_;
}

} // namespace hal
