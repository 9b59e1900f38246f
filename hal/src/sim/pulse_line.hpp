// The wire that pulses come on: the receiver's edges, what is wrong with them, and when the kernel
// stamps them.
#pragma once

#include "hal/pulse_source.hpp"
#include "hal/sim/keys.hpp"
#include "hal/sim/random.hpp"
#include "hal/sim/true_time.hpp"
#include "sim/latency.hpp"

#include <cstddef>
#include <vector>

namespace hal::sim {

/// The edges that the daemon asks the kernel for.
[[nodiscard]] EdgeChoice edges_asked_for(const Parameters& parameters);

/// Whether a daemon can tell which edge leads: it was told, or one part is clearly the shorter.
[[nodiscard]] bool shows_edges(const Parameters& parameters);

class PulseLine {
  public:
    struct Edge {
        TrueTime stamp;
        TrueTime wake; ///< when the daemon gets it
        Polarity polarity = Polarity::rising;
        TrueTime at; ///< when it was on the line
    };
    /// What happened to a second's pulse.
    struct Luck {
        bool disturbed = false; ///< it, or the train, can't be relied on for a while
        bool arrives = false;   ///< it comes, whatever else does
        bool late = false;      ///< the kernel stamped it so late that it may be refused
    };

    /// choice: the edges that the kernel is asked for.
    PulseLine(EdgeChoice choice, Random random, Random latency);

    /// Makes the edges of the second that begins soon: from a quarter of a second before it on.
    [[nodiscard]] Luck prepare(std::int64_t index, const Parameters& parameters, bool fix);

    /// The next one, in order of time; nullptr if there is none yet.
    [[nodiscard]] const Edge* next() const noexcept {
        return first_ < edges_.size() ? &edges_[first_] : nullptr;
    }
    void pop() noexcept { ++first_; }

    /// The first of that polarity that is on the line from then until then: of this second,
    /// whether it was taken or not.
    [[nodiscard]] const Edge* find(TrueTime from, TrueTime until, Polarity polarity) const noexcept;

  private:
    void add_pulse(TrueTime begin, Nanos width, const Parameters& parameters);
    void add_edge(TrueTime at, Polarity polarity, const Parameters& parameters);
    bool add_disturbances(TrueTime window, TrueTime begin, bool pulse,
                          const Parameters& parameters);
    void add_alternating(TrueTime window, double edges, double regular,
                         const Parameters& parameters);
    [[nodiscard]] TrueTime receiver_pulse(std::int64_t index,
                                          const Parameters& parameters) noexcept;

    EdgeChoice choice_;
    Random random_;
    Latency latency_;
    std::vector<Edge> edges_; ///< by time; those before first_ are done with
    std::size_t first_ = 0;
    double sawtooth_phase_ = 0;
    Nanos latest_{0}; ///< latency of the edges that were added
};

} // namespace hal::sim
