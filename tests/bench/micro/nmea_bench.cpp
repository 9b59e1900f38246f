// Bytes to what sentences say, checksums proven: ns a sentence. $PPSD_BENCH_LOG: a recording of
// receivers, for the same.
#include "daemon/nmea/framer.hpp"
#include "daemon/nmea/sentence.hpp"
#include "tests/unit/support/nmea_text.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace ppsd;
using nmea::test::seal;

const std::string rmc =
    seal("GNRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A,V");
const std::string gga =
    seal("GNGGA,092725.00,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,");
const std::string zda = seal("GNZDA,082710.00,16,09,2002,00,00");
/// What a receiver says each second: RMC, VTG, GGA, two GSA, four GSV, GLL.
const std::string mixed =
    rmc + seal("GNVTG,77.52,T,,M,0.004,N,0.008,K,A") + gga +
    seal("GNGSA,A,3,23,29,07,08,09,18,26,28,,,,,1.94,1.18,1.54,1") +
    seal("GNGSA,A,3,66,67,82,83,,,,,,,,,1.94,1.18,1.54,2") +
    seal("GPGSV,3,1,11,23,38,230,44,29,71,156,47,07,29,116,41,08,09,081,36,0") +
    seal("GPGSV,3,2,11,10,07,189,,05,05,220,,09,34,274,42,18,25,309,44,0") +
    seal("GPGSV,3,3,11,26,82,187,47,28,43,056,46,40,,,44,0") +
    seal("GLGSV,1,1,04,66,31,280,38,67,45,341,40,82,22,060,35,83,70,120,42,0") +
    seal("GNGLL,4717.11364,N,00833.91565,E,092321.00,A,A");

/// In chunks of a read's size, over and over.
void parse(benchmark::State& state, std::string_view bytes) {
    constexpr std::size_t chunk = 4096;
    nmea::Framer framer;
    std::int64_t sentences = 0;
    for (auto _ : state) {
        for (std::size_t at = 0; at < bytes.size(); at += chunk) {
            framer.push(bytes.substr(at, chunk), {});
            while (const auto frame = framer.next()) {
                ++sentences;
                if (frame->verdict == nmea::Verdict::used)
                    benchmark::DoNotOptimize(nmea::parse(frame->text));
            }
        }
    }
    state.SetItemsProcessed(sentences);
}

/// Enough that a chunk is full.
std::string many(const std::string& sentences) {
    std::string bytes;
    while (bytes.size() < 65536)
        bytes += sentences;
    return bytes;
}

std::string recording() {
    const char* path = std::getenv("PPSD_BENCH_LOG"); // NOLINT(concurrency-mt-unsafe)
    if (path == nullptr) return {};
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

const bool registered = [] {
    for (const auto& [name, bytes] :
         {std::pair{"nmea/RMC", rmc}, {"nmea/GGA", gga}, {"nmea/ZDA", zda}, {"nmea/mixed", mixed}})
        benchmark::RegisterBenchmark(
            name, [stream = many(bytes)](benchmark::State& state) { parse(state, stream); });
    if (const std::string bytes = recording(); !bytes.empty())
        benchmark::RegisterBenchmark("nmea/recordings",
                                     [bytes](benchmark::State& state) { parse(state, bytes); });
    return true;
}();

} // namespace
