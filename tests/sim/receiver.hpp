// A receiver beside a clock that drifts, with its true seconds known, and its faults by name.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::sim {

using namespace hal;

enum class Fault : std::uint8_t {
    none,
    no_pulses,      ///< for as long as the episode lasts
    missing_pulses, ///< each second one
    late_edges,     ///< interrupts served 200 us late, every third one
    glitches,       ///< edges anywhere, some seconds
    no_bursts,
    missing_bursts, ///< each second one
    late_bursts,    ///< by up to 2.5 s, each second one
    slow_bursts,    ///< by a second, all of them
    no_fix,
    wrong_second, ///< every third burst names another second
    garbage,      ///< bytes changed, and others between
    clock_step,   ///< of CLOCK_REALTIME, once
    stall,        ///< the process gets no time until it is nearly over
    count_
};

[[nodiscard]] std::string_view name(Fault fault);

/// How many seconds after it all must be well again.
[[nodiscard]] std::int64_t settling(Fault fault);

/// Random numbers that are the same everywhere (the distributions of <random> are not).
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}
    /// low to high, both included.
    [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
    }
    [[nodiscard]] Nanos between(Nanos low, Nanos high) {
        return Nanos{between(low.count(), high.count())};
    }
    [[nodiscard]] bool one_in(std::int64_t n) { return between(1, n) == 1; }

  private:
    std::mt19937_64 engine_;
};

/// When each true second began on CLOCK_MONOTONIC, whose rate wanders within 500 ppm.
class Truth {
  public:
    Truth(std::int64_t seconds, MonoTime start, Random& random);
    [[nodiscard]] MonoTime begin(std::int64_t n) const {
        return begins_[static_cast<std::size_t>(n)];
    }

  private:
    std::vector<MonoTime> begins_;
};

/// What is wrong in each second.
class Schedule {
  public:
    Schedule(std::int64_t seconds, Random& random);
    [[nodiscard]] Fault at(std::int64_t n) const { return faults_[static_cast<std::size_t>(n)]; }
    /// Nothing is wrong in it, nor in the second after it, and what was before is long enough ago.
    [[nodiscard]] bool quiet(std::int64_t n) const;
    /// The first second after the episode that n is in.
    [[nodiscard]] std::int64_t end_of_episode(std::int64_t n) const;
    [[nodiscard]] int episodes() const { return episodes_; }

  private:
    std::vector<Fault> faults_;
    int episodes_ = 0;
};

struct Event {
    MonoTime time;
    std::int64_t order = 0; ///< among those of one time: edges are even, bytes odd
    std::string bytes;      ///< empty: a rising edge
    friend bool operator<(const Event& a, const Event& b) { // for a queue: the last one first
        return a.time != b.time ? a.time > b.time : a.order > b.order;
    }
};

class Receiver {
  public:
    Receiver(const Truth& truth, UtcSecond first, Random& random);

    /// Puts what it does about the true second `n` into the queue.
    void second(std::int64_t n, Fault fault, std::priority_queue<Event>& events);

    /// From a second to the first byte about it, without its scatter.
    [[nodiscard]] Nanos delay() const { return delay_; }

  private:
    void pulse(std::int64_t n, Fault fault, std::priority_queue<Event>& events);
    void burst(std::int64_t n, Fault fault, std::priority_queue<Event>& events);
    [[nodiscard]] std::string text(std::int64_t n, Fault fault);
    void spoil(std::string& bytes);

    const Truth& truth_;
    UtcSecond first_;
    Random& random_;
    Nanos delay_;
    MonoTime line_free_; ///< when the last byte is through the wire
};

} // namespace ppsd::sim
