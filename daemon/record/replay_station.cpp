#include "daemon/record/replay_station.hpp"

#include "daemon/settings/pipeline_settings.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

using namespace hal;
namespace rec = hal::recording;

namespace {

// ppsd wakes up to a millisecond after a deadline; on a busy machine, later.
constexpr Nanos latest_tick = 50ms;

/// From call number `calls` on, the last answer that is not for a later call.
template <class Read>
void answer(Read& current, const std::vector<Read>& reads, std::uint32_t calls) {
    for (const Read& read : reads)
        if (read.call <= calls) current = read;
}

bool rare_notes(const Turn& begin) {
    return begin.begin && begin.begin->format < 2;
}

ReplayClock& begun(ReplayClock& clock, const Turn& turn) {
    clock.begin(turn);
    return clock;
}

} // namespace

void ReplayClock::begin(const Turn& turn) {
    if (!offsets_.empty()) offset_ = offsets_.back();
    if (!syncs_.empty()) sync_ = syncs_.back();
    offsets_ = turn.offsets;
    syncs_ = turn.syncs;
    offset_calls_ = sync_calls_ = 0;
}

ClockOffset ReplayClock::offset() noexcept {
    answer(offset_, offsets_, offset_calls_++);
    return offset_.offset;
}

bool ReplayClock::synchronised() noexcept {
    answer(sync_, syncs_, sync_calls_++);
    return sync_.synchronised;
}

bool ReplayOutput::publish(const Sample& sample) noexcept {
    out_.emplace_back(rec::Published{feed_, sample.clock, sample.receive, sample.leap,
                                     sample.precision, !refused(sample.clock)});
    return std::get<rec::Published>(out_.back()).accepted;
}

bool ReplayOutput::refused(UtcSecond second) const noexcept {
    if (!turn_) return false;
    for (const OutLine& then : turn_->out) {
        const auto* published = std::get_if<rec::Published>(&then);
        if (published && published->feed == feed_ && published->clock == second)
            return !published->accepted;
    }
    return false;
}

void ReplayOutput::invalidate() noexcept {
    out_.emplace_back(rec::TakenBack{feed_});
}

ReplayStation::ReplayStation(const Turn& begin, const Options& options, discipline::LeapTable leaps,
                             const Log& log)
    : notes_are_rare_{rare_notes(begin)}, outputs_{{{{Feed::pps, out_}, {Feed::nmea, out_}}}},
      pipeline_{pipeline_settings(options), begun(clock_, begin), outputs(options),
                std::move(leaps), log} {}

PipelineOutputs ReplayStation::outputs(const Options& options) {
    PipelineOutputs outputs;
    for (const Feed feed : feeds)
        if (!outputs_of(options, feed).empty()) outputs[feed] = &outputs_[feed];
    return outputs;
}

void ReplayStation::begin_turn(const Turn& turn) {
    out_.clear();
    clock_.begin(turn);
    for (ReplayOutput& output : outputs_.each)
        output.begin(turn);
}

void ReplayStation::play(const Turn& turn) {
    begin_turn(turn);
    if (!turn.input) return;
    const MonoTime time = time_of(*turn.input);
    clock_.set(time);
    latest_ = std::max(latest_, time);
    const auto* note = std::get_if<OscillatorNote>(&*turn.input);
    if (note)
        raw_minus_mono_ = note->raw_minus_mono;
    else if (notes_are_rare_)
        pipeline_.on(OscillatorNote{latest_, raw_minus_mono_});
    pipeline_.on(*turn.input);
}

void ReplayStation::go_on(const Turn& begin) {
    begin_turn(begin);
    notes_are_rare_ = rare_notes(begin);
}

std::optional<MonoTime> ReplayStation::missed_tick(MonoTime t) const {
    const auto due = pipeline_.deadline();
    const bool ticked = due != MonoTime{}; // before the first tick it is that
    if (!due || !ticked || t - *due <= latest_tick) return std::nullopt;
    return due;
}

} // namespace ppsd::app
