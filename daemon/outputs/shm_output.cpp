#include "daemon/outputs/shm_output.hpp"

#include <algorithm>
#include <exception>

namespace ppsd::app {
namespace {

constexpr int longest_pause = 4;

} // namespace

ShmOutput::ShmOutput(int unit, ntpdshm::LayoutChoice layout, const Log& log)
    : log_{log}, lock_{unit, log}, writer_{ntpdshm::Segment::open(unit, layout)} {
    const auto& segment = writer_.segment();
    log_.line(LogLevel::info, "{}: {}, layout {}", ntpdshm::name_of(unit),
              segment.created() ? "made" : "attached", ntpdshm::name(segment.layout()));
    // Where the unit can't be had at all, one message is enough.
    lock_.say_problem();
}

bool ShmOutput::publish(const Sample& sample) noexcept {
    lock_.look();
    follow_removed();
    note_other_writer();
    const ntpdshm::Sample words{sample.clock.posix_ns(), sample.receive.ns(), sample.leap,
                                sample.precision};
    return writer_.write(words) == ntpdshm::WriteResult::written;
}

// Readers that start after ipcrm (or logind's RemoveIPC) look for a new segment under the key;
// those that are attached still read the removed one.
void ShmOutput::follow_removed() noexcept {
    if (!writer_.segment().removed() || pause_-- > 0) return;
    try {
        open_again();
        failures_ = 0;
        removed_.clear();
    } catch (const std::exception& error) {
        removed_ = error.what();
        if (failures_++ == 0)
            log_.line(LogLevel::error, "{} (it was removed; tried again until it works)",
                      error.what());
    }
    pause_ = std::min(failures_, longest_pause);
}

void ShmOutput::open_again() {
    const int unit = writer_.segment().unit();
    writer_ = ntpdshm::Writer{writer_.segment().open_again()};
    log_.line(LogLevel::notice, "{}: it was removed; {}", ntpdshm::name_of(unit),
              writer_.segment().created() ? "made anew" : "there is a new one");
}

void ShmOutput::note_other_writer() noexcept {
    const bool disturbed = writer_.disturbed();
    const bool was_alone = alone_for_ >= long_enough_alone;
    alone_for_ = disturbed ? 0 : std::min(alone_for_ + 1, long_enough_alone);
    const bool is_alone = alone_for_ >= long_enough_alone;
    if (was_alone == is_alone) return;
    const std::string unit = ntpdshm::name_of(writer_.segment().unit());
    if (is_alone) {
        log_.line(LogLevel::notice, "{}: nobody else writes to it any more", unit);
        return;
    }
    const auto other = writer_.segment().other_writer();
    log_.line(
        LogLevel::warning,
        "{}: something else writes to it, too;{} its readers get a mixture of both: stop one, "
        "or choose another unit (\"ipcs -mp\" shows who used it last)",
        unit, other ? " perhaps " + *other + ";" : std::string{});
}

} // namespace ppsd::app
