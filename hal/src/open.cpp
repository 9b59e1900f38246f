#include "hal/open.hpp"

#include "backends.hpp"
#include "hal/error.hpp"
#include "polled_pulses.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>
#include <tuple>

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

/// What is needed of each kind of source. check: nullptr where opening it opens no device.
struct Opener::Pulses {
    std::string_view scheme, usage;
    std::unique_ptr<PulseSource> (*open)(Opener&, const std::string&, EdgeChoice);
    void (*check)(const std::string&, std::string_view);
    static std::span<const Pulses> all();
};

struct Opener::Bytes {
    std::string_view scheme, usage;
    std::unique_ptr<ByteSource> (*open)(Opener&, const std::string&, unsigned);
    void (*check)(const std::string&, std::string_view, unsigned);
    static std::span<const Bytes> all();
};

std::span<const Opener::Pulses> Opener::Pulses::all() {
    static constexpr std::array backends{
        Pulses{"gpio", "gpio:LINE, gpio:CHIP/OFFSET",
               [](Opener& self, const std::string& n, EdgeChoice e) {
                   auto line = open_gpio(n, split(n).rest, e, self.clock_, self.gpio_chip_);
                   return with_poller(std::move(line), e, self.poll_, self.clock_);
               },
               check_gpio},
        Pulses{"pps", "pps:/dev/pps0",
               [](Opener& self, const std::string& n, EdgeChoice e) {
                   return open_kernel_pps(n, split(n).rest, e, self.clock_);
               },
               check_kernel_pps},
        Pulses{"sim", "sim:[KEY=VALUE,...]",
               [](Opener& self, const std::string& n, EdgeChoice e) {
                   return open_sim_pulses(n, split(n).rest, e, self.clock_, self.sim_start());
               },
               nullptr},
        Pulses{"replay", "replay:FILE",
               [](Opener& self, const std::string& n, EdgeChoice e) {
                   return open_replay_pulses(n, split(n).rest, e, self.clock_, self.sim_start());
               },
               nullptr},
    };
    return backends;
}

std::span<const Opener::Bytes> Opener::Bytes::all() {
    static constexpr std::array backends{
        Bytes{"uart", "uart:PATH",
              [](Opener&, const std::string& n, unsigned b) {
                  return open_uart(n, split(n).rest, b);
              },
              check_uart},
        Bytes{"sim", "sim:[KEY=VALUE,...]",
              [](Opener& self, const std::string& n, unsigned b) {
                  return open_sim_bytes(n, split(n).rest, b, self.clock_, self.sim_start());
              },
              nullptr},
        Bytes{"replay", "replay:FILE",
              [](Opener& self, const std::string& n, unsigned) {
                  return open_replay_bytes(n, split(n).rest, self.clock_, self.sim_start());
              },
              nullptr},
    };
    return backends;
}

std::unique_ptr<PulseSource> Opener::pulses(const std::string& name, EdgeChoice edge) {
    return choose(Pulses::all(), "pulses", name).open(*this, name, edge);
}

std::unique_ptr<ByteSource> Opener::bytes(const std::string& name, unsigned baud) {
    return choose(Bytes::all(), "bytes", name).open(*this, name, baud);
}

void Opener::check_pulses(const std::string& name, EdgeChoice edge) {
    const Pulses& backend = choose(Pulses::all(), "pulses", name);
    if (backend.check) return backend.check(name, split(name).rest);
    std::ignore = backend.open(*this, name, edge);
}

void Opener::check_bytes(const std::string& name, unsigned baud) {
    const Bytes& backend = choose(Bytes::all(), "bytes", name);
    if (backend.check) return backend.check(name, split(name).rest, baud);
    std::ignore = backend.open(*this, name, baud);
}

MonoTime Opener::sim_start() {
    if (!sim_start_) sim_start_ = clock_.now();
    return *sim_start_;
}

} // namespace hal
