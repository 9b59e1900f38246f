// The virtual world in real time: what of it reaches one source, each when it is due.
#pragma once

#include "hal/clock.hpp"
#include "hal/sim/virtual_world.hpp"
#include "sim/live_scenario.hpp"
#include "sim/timer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace hal::sim {

/// Each of the two sources has a world of its own: the same settings give both the same. It is run
/// ahead of the time, up to what is wanted of it, so that fd() wakes for nothing else.
class LiveWorld {
  public:
    /// True time was the system's at `start` (2026 where that is before), and the receiver was
    /// switched on with the next second; what is due before now is lost. The clock must outlive it.
    /// Throws DeviceError if there is no timer.
    LiveWorld(const std::string& name, LiveScenario live, Clock& clock, MonoTime start);

    [[nodiscard]] int fd() const noexcept { return timer_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// The next PulseEdge or ByteChunk, if it is due; else nothing, and fd() wakes when it is. Only
    /// ever ask for one kind. A chunk's bytes are valid until the next call.
    template <class Kind>
    [[nodiscard]] std::optional<Kind> read() {
        const MonoTime now = clock_.now();
        for (;; happening_ = &world_.take()) {
            const auto* wanted =
                happening_ && happening_->input ? std::get_if<Kind>(&*happening_->input) : nullptr;
            if (wanted ? due() <= now : due() <= now + far_enough) {
                if (!wanted) continue;
                happening_ = nullptr;
                return *wanted;
            }
            timer_.arm(due());
            return std::nullopt;
        }
    }

    /// From the world's CLOCK_MONOTONIC to the system's.
    [[nodiscard]] MonoTime to_real(MonoTime t) const noexcept { return t + shift_; }

  private:
    // A second is made 0.25 s before it begins, and its sentences may come 0.9 s before that.
    static constexpr Nanos far_enough{2'000'000'000};

    [[nodiscard]] MonoTime due() const noexcept {
        return to_real(happening_ ? happening_->when : MonoTime::from_ns(INT64_MIN / 2));
    }

    std::string name_;
    Scenario scenario_; ///< the world refers to it
    VirtualWorld world_;
    Clock& clock_;
    Nanos shift_;
    Timer timer_;
    const Happening* happening_ = nullptr; ///< the last, if it wasn't handed over
};

} // namespace hal::sim
