#include "daemon/service/summary.hpp"

namespace ppsd::app {

void log_summary(const Pipeline& pipeline, const Log& log) {
    using discipline::Verdict;
    const auto used = static_cast<std::size_t>(Verdict::used);
    for (std::size_t i = used; i < discipline::verdict_count; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        const auto edges = pipeline.edges()[verdict];
        const auto labels = pipeline.labels()[verdict];
        const auto samples =
            pipeline.samples(Feed::pps)[verdict] + pipeline.samples(Feed::nmea)[verdict];
        if (edges + labels + samples > 0)
            log.line(LogLevel::info, "{}: {} edges, {} labels, {} samples", name(verdict), edges,
                     labels, samples);
    }
    for (std::size_t i = 0; i < nmea::verdict_count; ++i) {
        const auto verdict = static_cast<nmea::Verdict>(i);
        if (const auto sentences = pipeline.sentences()[verdict]; sentences > 0)
            log.line(LogLevel::info, "{}: {} sentences", name(verdict), sentences);
    }
}

} // namespace ppsd::app
