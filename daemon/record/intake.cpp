#include "daemon/record/intake.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;

Intake::Intake(Pipeline& pipeline, Clock& clock, Recorder* recorder, const Log& log)
    : pipeline_{pipeline}, clock_{clock}, recorder_{recorder}, log_{log}, slept_{clock.slept()} {}

// The offset is read before slept(): a suspend between the two is told as Slept. One that comes
// later in the turn changes the offset, and the pipeline publishes nothing until the next turn.
void Intake::begin_turn() {
    if (clock_.offset() != pipeline_.known_offset()) feed(ClockStep{clock_.now()});
    const Nanos slept = clock_.slept();
    const Nanos length = slept - std::exchange(slept_, slept);
    if (length <= 0ns) return;
    feed(Slept{clock_.now(), length});
    noted_.reset();
}

void Intake::on(const Input& input) {
    const bool timeless =
        std::holds_alternative<NewLeapList>(input) || std::holds_alternative<LineRate>(input);
    if (timeless || oscillator_noted()) feed(input);
}

void Intake::end_turn() {
    noted_.reset();
    const auto stamp = read_oscillator();
    const MonoTime now = stamp ? stamp->mono : clock_.now();
    const bool is_due = due(now);
    if (is_due && stamp) {
        feed(OscillatorNote{now, stamp->raw_minus_mono()});
        feed(Tick{now});
    } else if (!is_due) {
        pipeline_.report(now);
    }
    if (recorder_) recorder_->end_turn();
}

void Intake::feed(const Input& input) {
    if (recorder_) recorder_->note(input);
    pipeline_.on(input);
}

bool Intake::oscillator_noted() {
    if (noted_) return *noted_;
    const auto stamp = read_oscillator();
    if (stamp) feed(OscillatorNote{stamp->mono, stamp->raw_minus_mono()});
    noted_ = stamp.has_value();
    return *noted_;
}

std::optional<Stamp> Intake::read_oscillator() {
    const auto stamp = clock_.stamp();
    if (stamp) return stamp;
    ++unread_;
    if (unread_lines_.allow(clock_.now()))
        log_.line(LogLevel::warning,
                  "CLOCK_MONOTONIC_RAW could not be read ({} times so far): what came meanwhile is "
                  "dropped; is the machine overloaded?",
                  unread_);
    return std::nullopt;
}

bool Intake::due(MonoTime now) const {
    const auto deadline = pipeline_.deadline();
    return deadline && *deadline <= now;
}

} // namespace ppsd::app
