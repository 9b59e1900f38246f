#include "daemon/record/recorder.hpp"

#include "hal/error.hpp"

#include <system_error>
#include <utility>

namespace ppsd::app {

using namespace hal;
namespace rec = hal::recording;

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
    for (const Feed feed : feeds)
        if (outputs[feed]) taped[feed] = &outputs_[feed].emplace(*this, feed, *outputs[feed]);
    return taped;
}

void Recorder::note(const Input& input) {
    calls_ = {};
    rec::append(turn_, input);
    if (const auto* list = std::get_if<NewLeapList>(&input)) settings_.leap_list = list->text;
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
    rec::append_leap_lines(text, settings_.leap_list);
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
        rec::append(recorder_.turn_, rec::OffsetRead{offset, recorder_.calls_.offset});
    ++recorder_.calls_.offset;
    return recorder_.heard_.offset = offset;
}

bool Recorder::RecordedClock::synchronised() noexcept {
    const bool synchronised = clock_.synchronised();
    if (synchronised != recorder_.heard_.synchronised)
        rec::append(recorder_.turn_, rec::SyncRead{synchronised, recorder_.calls_.synchronised});
    ++recorder_.calls_.synchronised;
    return recorder_.heard_.synchronised = synchronised;
}

bool Recorder::RecordedOutput::publish(const Sample& sample) noexcept {
    const bool accepted = output_.publish(sample);
    rec::append(recorder_.turn_, rec::Published{feed_, sample.clock, sample.receive, sample.leap,
                                                sample.precision, accepted});
    return accepted;
}

void Recorder::RecordedOutput::invalidate() noexcept {
    output_.invalidate();
    rec::append(recorder_.turn_, rec::TakenBack{feed_});
}

} // namespace ppsd::app
