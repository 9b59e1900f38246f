#include "daemon/service/prepare.hpp"

#include <ntpdshm/prepare.hpp>

namespace ppsd::app {
namespace {

void prepare(int unit, const Options& options, const Log& log) {
    const auto prepared = ntpdshm::prepare_unit(unit, options.layout);
    for (const auto& warning : prepared.warnings)
        log.line(LogLevel::warning, "{}", warning);
    log.line(LogLevel::info, "{}: ready, layout {}", ntpdshm::name_of(unit),
             ntpdshm::name(prepared.segment.layout()));
}

bool is_used(int unit, const Options& options) {
    for (const Feed feed : {Feed::pps, Feed::nmea})
        for (const OutputSpec& output : outputs_of(options, feed))
            if (shm_unit(output) == unit) return true;
    return false;
}

} // namespace

void prepare_units(const Options& options, Prepared which, const Log& log) {
    for (const int unit : {0, 1}) {
        const bool used = is_used(unit, options);
        if (!used && which == Prepared::used) continue;
        try {
            prepare(unit, options, log);
        } catch (const ntpdshm::SegmentError& error) {
            if (used) throw;
            log.line(LogLevel::warning, "{}", error.what());
        }
    }
}

} // namespace ppsd::app
