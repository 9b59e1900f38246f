#include "daemon/record/recorder.hpp"

#include "daemon/record/recording_head.hpp"
#include "daemon/settings/leap_list.hpp"
#include "hal/error.hpp"

#include <system_error>
#include <utility>

namespace ppsd::app {

using namespace hal;
namespace rec = hal::recording;

namespace {

constexpr rec::Feed recorded(Feed feed) {
    return feed == Feed::pps ? rec::Feed::pps : rec::Feed::nmea;
}

} // namespace

Recorder::Recorder(const RecorderSettings& settings, Clock& clock, const Log& log)
    : settings_{settings}, log_{log}, clock_{*this, clock}, heard_{clock.offset(),
                                                                   clock.synchronised()},
      heard_before_{heard_}, file_{settings.path, settings.size,
                                   [this](std::string& text, bool lost) { begin_part(text, lost); },
                                   settings.flush_after, settings.heir} {
    tell_news();
}

PipelineOutputs Recorder::outputs(const PipelineOutputs& outputs) {
    PipelineOutputs taped;
    if (outputs.pps) taped.pps = &pps_.emplace(*this, Feed::pps, *outputs.pps);
    if (outputs.nmea) taped.nmea = &nmea_.emplace(*this, Feed::nmea, *outputs.nmea);
    return taped;
}

void Recorder::input(const rec::Line& line) {
    offset_calls_ = sync_calls_ = 0;
    rec::append(turn_, line);
}

void Recorder::leap_list(MonoTime now, std::string_view list, std::string head) {
    input(rec::LeapList{now});
    for (const std::string& line : leap_lines(list))
        rec::append(turn_, rec::LeapLine{line});
    settings_.head = std::move(head);
}

void Recorder::end_turn() {
    if (!turn_.empty()) file_.put(turn_);
    turn_.clear();
    heard_before_ = heard_;
    tell_news();
}

void Recorder::reopen() {
    file_.reopen();
    log_.line(LogLevel::notice, "{}: opened again", settings_.path);
}

// A part that is missing shows that something was lost.
void Recorder::begin_part(std::string& text, bool lost) {
    if (lost) ++next_part_;
    rec::append(text, rec::Begin{settings_.run, next_part_++});
    text += settings_.head;
    rec::append(text, rec::OffsetRead{heard_before_.offset, 0});
    rec::append(text, rec::SyncRead{heard_before_.synchronised, 0});
}

void Recorder::tell_news() {
    while (const auto news = file_.news()) {
        if (settings_.must && news->error != 0)
            throw DeviceError(settings_.path, news->error, news->text);
        tell(*news);
    }
}

void Recorder::tell(const RecordFile::News& news) const {
    if (news.error != 0)
        log_.line(LogLevel::warning, "{}: {}; {}; what comes meanwhile is not recorded",
                  settings_.path, std::generic_category().message(news.error), news.text);
    else if (!news.text.empty())
        log_.line(LogLevel::warning, "{}: {}", settings_.path, news.text);
    else
        log_.line(LogLevel::notice, "{}: recording goes on", settings_.path);
}

ClockOffset Recorder::RecordedClock::offset() noexcept {
    const ClockOffset offset = clock_.offset();
    if (offset != recorder_.heard_.offset)
        rec::append(recorder_.turn_, rec::OffsetRead{offset, recorder_.offset_calls_});
    ++recorder_.offset_calls_;
    return recorder_.heard_.offset = offset;
}

bool Recorder::RecordedClock::synchronised() noexcept {
    const bool synchronised = clock_.synchronised();
    if (synchronised != recorder_.heard_.synchronised)
        rec::append(recorder_.turn_, rec::SyncRead{synchronised, recorder_.sync_calls_});
    ++recorder_.sync_calls_;
    return recorder_.heard_.synchronised = synchronised;
}

bool Recorder::RecordedOutput::publish(const Sample& sample) noexcept {
    const bool accepted = output_.publish(sample);
    rec::append(recorder_.turn_, rec::Published{recorded(feed_), sample.clock, sample.receive,
                                                sample.leap, sample.precision, accepted});
    return accepted;
}

void Recorder::RecordedOutput::invalidate() noexcept {
    output_.invalidate();
    rec::append(recorder_.turn_, rec::TakenBack{recorded(feed_)});
}

void Intake::on_edge(const PulseEdge& edge) {
    if (recorder_) recorder_->input(edge);
    pipeline_.on_edge(edge);
}

void Intake::on_bytes(const ByteChunk& chunk) {
    if (recorder_) recorder_->input(chunk);
    pipeline_.on_bytes(chunk);
}

void Intake::on_clock_step(MonoTime now) {
    if (recorder_) recorder_->input(rec::Step{now});
    pipeline_.on_clock_step();
}

void Intake::on_leap_list(MonoTime now, std::string_view list, const std::string& head) {
    auto table = parse_leap_list(list);
    if (!table) return;
    if (recorder_) recorder_->leap_list(now, list, head);
    pipeline_.on_leap_list(std::move(*table));
}

void Intake::on_sleep(MonoTime now, Nanos length) {
    if (recorder_) recorder_->input(rec::Slept{now, length});
    pipeline_.on_sleep(now, length);
}

void Intake::on_oscillator(MonoTime now, Nanos raw_minus_mono) {
    if (recorder_) recorder_->input(rec::RawOffset{now, raw_minus_mono});
    pipeline_.on_oscillator(now, raw_minus_mono);
}

bool Intake::due(MonoTime now) const {
    const auto deadline = pipeline_.deadline();
    return deadline && *deadline <= now;
}

void Intake::tick(MonoTime now, std::optional<Nanos> raw_minus_mono) {
    const bool is_due = due(now);
    if (is_due && raw_minus_mono) {
        on_oscillator(now, *raw_minus_mono);
        if (recorder_) recorder_->input(rec::Tick{now});
    }
    if (!is_due || raw_minus_mono) pipeline_.tick(now);
    if (recorder_) recorder_->end_turn();
}

} // namespace ppsd::app
