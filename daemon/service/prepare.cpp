#include "daemon/service/prepare.hpp"

#include <ntpdshm/segment.hpp>

namespace ppsd::app {

void prepare_segments(const Options& options, const Log& log) {
    constexpr int first_of_anybody = 2;
    const auto pps_unit = options.pps.empty() ? std::nullopt : options.pps_unit;
    for (const auto& unit : {pps_unit, options.nmea_unit}) {
        if (!unit || *unit >= first_of_anybody) continue;
        const auto segment = ntpdshm::Segment::open(*unit, options.layout);
        log.line(LogLevel::info, "{}: {}, layout {}", ntpdshm::name_of(*unit),
                 segment.created() ? "made" : "there already", ntpdshm::name(segment.layout()));
    }
}

} // namespace ppsd::app
