// Once locked, nothing is taken from the heap: counted, in virtual time.
#include "daemon/outputs/shm_output.hpp"
#include "daemon/service/burst_pacer.hpp"
#include "daemon/service/event_loop.hpp"
#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/private_unit.hpp"
#include "tests/unit/support/ticker.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

namespace {
std::atomic<long> allocations{0};
} // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

class CountingOutput final : public Output {
  public:
    [[nodiscard]] bool publish(const Sample&) noexcept override { return ++samples > 0; }
    void invalidate() noexcept override {}
    int samples = 0;
};

/// Seconds of a receiver that trickles, from the daemon's side: pacer, pipeline, outputs.
class Seconds {
  public:
    explicit Seconds(PipelineOutputs outputs) : pipeline_{settings(), clock_, outputs, {}, log_} {}

    void run(std::int64_t first, int count) {
        for (auto n = first; n < first + count; ++n)
            said_.push_back(rmc(Bench::second(n)) + gga(Bench::second(n)));
        const long before = allocations;
        for (auto n = first; n < first + count; ++n)
            second(n);
        counted = allocations - before;
    }
    [[nodiscard]] State state() const { return pipeline_.state(); }

    long counted = 0;

  private:
    void second(std::int64_t n) {
        run_until(Bench::begin(n));
        pipeline_.on(OscillatorNote{Bench::begin(n), 7s});
        pipeline_.on(PulseEdge{Bench::begin(n), Polarity::rising, {}});
        const std::string_view said = said_[static_cast<std::size_t>(n)];
        constexpr std::size_t piece = 10;
        MonoTime now = Bench::begin(n) + 120ms;
        for (std::size_t at = 0; at < said.size(); at += piece, now = now + 10ms) {
            run_until(now);
            pipeline_.on(OscillatorNote{now, 7s});
            pacer_.looked(now);
            const ByteChunk chunk{said.substr(at, piece), pacer_.arrival(now)};
            pipeline_.on(chunk);
            pacer_.add(chunk, pipeline_.last_label());
        }
    }
    void run_until(MonoTime t) {
        for (auto due = pipeline_.deadline(); due && *due <= t; due = pipeline_.deadline()) {
            clock_.set(std::max(*due, clock_.now()));
            pipeline_.on(OscillatorNote{clock_.now(), 7s});
            pipeline_.on(Tick{clock_.now()});
        }
        clock_.set(t);
    }

    FakeClock clock_;
    Log log_{LogLevel::warning, true};
    BurstPacer pacer_;
    Pipeline pipeline_;
    std::vector<std::string> said_;
};

} // namespace

TEST_CASE("what is allocated is counted") {
    const long before = allocations;
    const auto one = std::make_unique<int>(1);
    const std::string two(100, 'x');
    CHECK(allocations == before + 2);
}

TEST_CASE("a locked pipeline allocates nothing") {
    CountingOutput pps;
    CountingOutput nmea;
    Seconds seconds{{&pps, &nmea}};
    seconds.run(0, 30);
    REQUIRE(seconds.state() == State::locked);
    pps.samples = nmea.samples = 0;
    seconds.run(30, 600);
    CHECK(seconds.counted == 0);
    CHECK(pps.samples == 600);
    CHECK(nmea.samples == 600);
}

TEST_CASE("nor does a publication") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::warning, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    const long before = allocations;
    for (int i = 0; i < 100; ++i)
        CHECK(output.publish({first_second + i, RealTime::from_ns(i), 0, -20}));
    CHECK(allocations == before);
}

TEST_CASE("nor does a turn of the event loop") {
    EventLoop loop;
    long before = 0;
    int ticks = 0;
    run(loop, [&] {
        if (++ticks == 1) before = allocations;
        if (ticks == 100) loop.stop();
    });
    CHECK(allocations == before);
}
