#include "daemon/app/shm_output.hpp"

#include <exception>

namespace ppsd::app {
namespace {
constexpr std::int64_t second_ns = 1'000'000'000;
} // namespace

ShmOutput::ShmOutput(int unit, ntpdshm::LayoutChoice layout, const Log& log)
    : unit_{unit}, layout_{layout}, log_{log}, writer_{ntpdshm::Segment::open(unit, layout)} {
    const auto& segment = writer_.segment();
    log_.line(LogLevel::info, "{}: {}, layout {}", ntpdshm::name_of(unit),
              segment.created() ? "made" : "attached", ntpdshm::name(segment.layout()));
}

bool ShmOutput::publish(const Sample& sample) noexcept {
    follow_removed();
    const ntpdshm::Sample words{sample.clock.posix() * second_ns, sample.receive.ns(), sample.leap,
                                sample.precision};
    return writer_.write(words) == ntpdshm::WriteResult::written;
}

// Readers that start after ipcrm (or logind's RemoveIPC) look for a new segment under the key.
void ShmOutput::follow_removed() noexcept {
    if (!writer_.segment().removed()) return;
    try {
        writer_ = ntpdshm::Writer{ntpdshm::Segment::open(unit_, layout_)};
        removal_said_ = false;
        log_.line(LogLevel::notice, "{}: it was removed; made anew", ntpdshm::name_of(unit_));
    } catch (const std::exception& error) {
        if (!removal_said_) log_.line(LogLevel::error, "{}", error.what());
        removal_said_ = true;
    }
}

} // namespace ppsd::app
