// The pipeline, bytes to samples, against a receiver whose true seconds are known: no wrong second,
// ever; and none missed from some seconds after a fault on. A day takes a second.
#include "daemon/pipeline/pipeline.hpp"
#include "tests/sim/receiver.hpp"
#include "tests/unit/support/fakes.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <utility>

using namespace ppsd;
using namespace ppsd::sim;
using app::Feed;
using app::test::FakeClock;
using app::test::first_mono;
using app::test::first_second;

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;

/// Compares each sample with the truth.
class Judge final : public app::Output {
  public:
    Judge(const Truth& truth, std::int64_t seconds, FakeClock& clock, Nanos tolerance)
        : truth_{truth}, clock_{clock}, tolerance_{tolerance},
          seen_(static_cast<std::size_t>(seconds), 0) {}

    [[nodiscard]] bool publish(const app::Sample& sample) noexcept override {
        const std::int64_t n = sample.clock - first_second;
        ++samples;
        const bool known = n >= 0 && n < static_cast<std::int64_t>(seen_.size());
        const Nanos error = known ? clock_.offset().to_mono(sample.receive) - truth_.begin(n) : 1h;
        const Nanos size = error < 0ns ? -error : error;
        if (size > tolerance_) {
            ++wrong;
            fmt::print(stderr, "second {}: received {} ns after it\n", n, error.count());
        } else {
            worst = std::max(worst, size);
        }
        if (known) seen_[static_cast<std::size_t>(n)] = 1;
        return true;
    }
    void invalidate() noexcept override {}
    [[nodiscard]] bool has(std::int64_t n) const { return seen_[static_cast<std::size_t>(n)] != 0; }

    std::int64_t samples = 0;
    std::int64_t wrong = 0;
    Nanos worst{0};

  private:
    const Truth& truth_;
    FakeClock& clock_;
    Nanos tolerance_;
    std::vector<char> seen_;
};

/// The process: it runs when something comes or is due, unless it is stalled.
class Machine {
  public:
    Machine(app::Pipeline& pipeline, FakeClock& clock) : pipeline_{pipeline}, clock_{clock} {}

    void handle(Event event) {
        run_until(event.time);
        backlog_.push_back(std::move(event));
        if (clock_.now() >= awake_from_) serve();
    }

    void stall(MonoTime until) { awake_from_ = until; }

    /// The clock was set, if it was.
    void tell_step() {
        if (clock_.offset() != pipeline_.known_offset()) pipeline_.on(ClockStep{clock_.now()});
    }

    void run_until(MonoTime t) {
        if (t >= awake_from_ && !backlog_.empty()) {
            clock_.set(awake_from_);
            serve();
        }
        for (auto due = pipeline_.deadline(); due && t >= awake_from_; due = pipeline_.deadline()) {
            const MonoTime wake = std::max({*due, clock_.now(), awake_from_});
            if (wake > t) break;
            clock_.set(wake);
            note_oscillator();
            pipeline_.on(Tick{wake});
        }
        clock_.set(t);
    }

  private:
    // As the event loop does it: pulses before bytes, which arrived when they were read.
    void serve() {
        std::string bytes;
        note_oscillator();
        for (const Event& event : backlog_) {
            if (event.bytes.empty()) pipeline_.on(PulseEdge{event.time, Polarity::rising, {}});
            bytes += event.bytes;
        }
        backlog_.clear();
        if (!bytes.empty()) pipeline_.on(ByteChunk{bytes, clock_.now()});
        pipeline_.on(Tick{clock_.now()});
    }

    // Nobody slews its CLOCK_MONOTONIC.
    void note_oscillator() {
        tell_step();
        pipeline_.on(OscillatorNote{clock_.now(), 7s});
    }

    app::Pipeline& pipeline_;
    FakeClock& clock_;
    MonoTime awake_from_;
    std::vector<Event> backlog_;
};

struct Simulation {
    Simulation(std::int64_t how_long, std::uint64_t seed)
        : seconds{how_long}, random{seed}, truth{seconds + 1, first_mono, random},
          schedule{seconds, random}, receiver{truth, first_second, random} {}

    void run() {
        clock.set(first_mono);
        std::priority_queue<Event> events;
        for (std::int64_t n = 0; n < seconds; ++n) {
            for (; !events.empty() && events.top().time < truth.begin(n); events.pop())
                machine.handle(events.top());
            const bool begins = n > 0 && schedule.at(n) != schedule.at(n - 1);
            if (begins) disturb(n);
            receiver.second(n, schedule.at(n), events);
        }
    }

    /// What is wrong not with the receiver but with the machine.
    void disturb(std::int64_t n) {
        machine.run_until(truth.begin(n) - 1us);
        if (schedule.at(n) == Fault::stall)
            machine.stall(truth.begin(schedule.end_of_episode(n)) - random.between(1ms, 999ms));
        if (schedule.at(n) != Fault::clock_step) return;
        clock.step(random.one_in(2) ? Nanos{random.between(-2, 2) * ns_per_s}
                                    : random.between(-3600s, 3600s));
        if (random.one_in(2)) machine.tell_step(); // else the next wake-up shows it first
    }

    /// Seconds outside faults that were not published, by the fault before them.
    [[nodiscard]] std::map<Fault, int> missed() const {
        std::map<Fault, int> missed;
        Fault last = Fault::none;
        for (std::int64_t n = 0; n + 2 < seconds; ++n) {
            if (schedule.at(n) != Fault::none) last = schedule.at(n);
            if (schedule.quiet(n) && !pps.has(n)) ++missed[last];
        }
        return missed;
    }

    static app::PipelineSettings settings() {
        app::PipelineSettings settings;
        settings.edge = discipline::EdgeRule::rising;
        settings.not_before = first_second - 86400;
        return settings;
    }

    std::int64_t seconds;
    Random random;
    Truth truth;
    Schedule schedule;
    Receiver receiver;
    FakeClock clock;
    // The interrupt's latency; and less than a second, which is what uncorrected arrivals say.
    Judge pps{truth, seconds, clock, 1ms};
    Judge nmea{truth, seconds, clock, 999ms};
    app::Log log{app::LogLevel::error, false};
    app::Pipeline pipeline{settings(), clock, {&pps, &nmea}, {}, log};
    Machine machine{pipeline, clock};
};

} // namespace

int main(int argc, char** argv) {
    const std::int64_t seconds = argc > 1 ? std::atoll(argv[1]) : 300'000;
    const auto seed = static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 1);
    Simulation simulation{seconds, seed};
    simulation.run();
    int missed = 0;
    for (const auto& [fault, count] : simulation.missed()) {
        fmt::print(stderr, "{} seconds missed more than {} s after {}\n", count, settling(fault),
                   name(fault));
        missed += count;
    }
    const Judge& pps = simulation.pps;
    const Judge& nmea = simulation.nmea;
    fmt::print("{} s, seed {}, {} faults: {} PPS samples, {} wrong, {} missed, worst {} us; "
               "{} NMEA samples, {} wrong, worst {} ms\n",
               seconds, seed, simulation.schedule.episodes(), pps.samples, pps.wrong, missed,
               pps.worst / 1us, nmea.samples, nmea.wrong, nmea.worst / 1ms);
    // Faults take up no more than half of the time.
    const bool enough = pps.samples > seconds / 2 && nmea.samples > seconds / 2;
    return pps.wrong + nmea.wrong + missed == 0 && enough ? 0 : 1;
}
