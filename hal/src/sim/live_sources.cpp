// sim: the simulated receiver's pulses and sentences, as ordinary sources.
#include "backends.hpp"
#include "sim/live_world.hpp"

#include <utility>

namespace hal {
namespace {

using sim::LiveScenario;
using sim::LiveWorld;

class SimPulses final : public PulseSource {
  public:
    SimPulses(const std::string& name, LiveScenario live, Clock& clock, MonoTime start)
        : world_{name, std::move(live), clock, start} {}

    [[nodiscard]] int fd() const noexcept override { return world_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept override { return world_.name(); }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return 0; }

    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        auto edge = world_.read<PulseEdge>();
        if (edge) edge->time = world_.to_real(edge->time);
        return edge;
    }

  private:
    LiveWorld world_;
};

class SimBytes final : public ByteSource {
  public:
    SimBytes(const std::string& name, LiveScenario live, Clock& clock, MonoTime start)
        : world_{name, std::move(live), clock, start}, clock_{clock} {}

    [[nodiscard]] int fd() const noexcept override { return world_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept override { return world_.name(); }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }

    [[nodiscard]] std::optional<ByteChunk> read() noexcept override {
        const MonoTime now = clock_.now();
        auto chunk = world_.read<ByteChunk>();
        if (chunk) chunk->arrival = now;
        return chunk;
    }

  private:
    LiveWorld world_;
    Clock& clock_;
};

} // namespace

std::unique_ptr<PulseSource> open_sim_pulses(const std::string& name, std::string_view settings,
                                             EdgeChoice edge, Clock& clock, MonoTime start) {
    LiveScenario live = sim::parse_live_scenario(name, settings);
    // The same words in the same order.
    live.scenario.base.set("ppsd.edge", static_cast<double>(edge));
    live.scenario.base.set("nmea.silence", 1); // nobody hears them in this one
    return std::make_unique<SimPulses>(name, std::move(live), clock, start);
}

std::unique_ptr<ByteSource> open_sim_bytes(const std::string& name, std::string_view settings,
                                           unsigned baud, Clock& clock, MonoTime start) {
    LiveScenario live = sim::parse_live_scenario(name, settings);
    live.scenario.base.set("nmea.baud", baud);
    live.scenario.base.set("pps.pulses", static_cast<double>(sim::Pulses::never));
    return std::make_unique<SimBytes>(name, std::move(live), clock, start);
}

} // namespace hal
