// The cached REALTIME - MONOTONIC: what it costs, and in counters how wide its bracket is and how
// far it is from the kernel's own value, which root finds in /proc/timer_list.
#include "hal/system_clock.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace {

/// The base of CLOCK_REALTIME: ".offset: 1795340436071901127 nsecs", the first that isn't 0. It is
/// 0 for those that run without privileges.
std::optional<std::int64_t> kernels_own() {
    std::ifstream list{"/proc/timer_list"};
    for (std::string word; list >> word;) {
        std::int64_t offset = 0;
        if (word == ".offset:" && list >> offset && offset != 0) return offset;
    }
    return std::nullopt;
}

void cached_offset(benchmark::State& state) {
    hal::SystemClock clock;
    for (auto _ : state)
        benchmark::DoNotOptimize(clock.offset());
    state.counters["uncertainty_ns"] = static_cast<double>(clock.uncertainty().count());
    if (const auto own = kernels_own())
        state.counters["error_ns"] =
            static_cast<double>(clock.offset().real_minus_mono.count() - *own);
}
BENCHMARK(cached_offset)->Name("clock/offset");

} // namespace
