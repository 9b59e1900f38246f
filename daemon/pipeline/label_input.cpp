#include "daemon/pipeline/label_input.hpp"

#include "daemon/nmea/rollover.hpp"
#include "daemon/nmea/sentence.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

// A packet that begins is no whole one, and may be chance.
constexpr std::uint64_t packets_for_one = 3;

constexpr bool contradicts_itself(nmea::Verdict verdict) {
    return verdict == nmea::Verdict::two_seconds || verdict == nmea::Verdict::two_dates;
}

} // namespace

std::optional<OscTime> LabelInput::deadline() const noexcept {
    if (!last_byte_ || !epoch_.complete()) return std::nullopt;
    return last_byte_->osc + idle_after;
}

std::uint64_t LabelInput::whole() const noexcept {
    using enum nmea::Verdict;
    std::uint64_t sum = 0;
    for (const auto verdict : {used, no_checksum, unknown_sentence, malformed, no_time, no_date})
        sum += counters_[verdict];
    for (std::size_t i = 0; i < nmea::protocol_count; ++i)
        sum += packets(static_cast<nmea::Protocol>(i)) / packets_for_one;
    return sum;
}

void LabelInput::begin_anew() {
    framer_.begin_anew();
    epoch_.begin_anew();
    load_.begin_anew();
    satellites_.forget();
}

void LabelInput::note_silence(OscTime now) {
    if (last_byte_ && now - last_byte_->osc >= idle_after) epoch_.idle(now - last_byte_->osc);
}

void LabelInput::note_bytes(std::size_t size, Stamp arrival) {
    lately_.bytes(size, arrival.osc);
    last_byte_ = arrival;
    load_.add(size, arrival.osc);
}

void LabelInput::note_packets() {
    for (std::size_t i = 0; i < nmea::protocol_count; ++i) {
        const auto protocol = static_cast<nmea::Protocol>(i);
        lately_.packets(protocol, packets(protocol));
    }
}

void LabelInput::note_leap_words(OscTime arrival) {
    while (const auto word = framer_.ubx_packets().take_leap_word()) {
        epoch_.note_leap_count(word->witness, word->count_known, arrival);
        if (word->next) leap_word_ = word;
    }
}

std::optional<Nanos> LabelInput::take_pulse_early() {
    const auto early = framer_.ubx_packets().take_pulse_early();
    if (early && !std::exchange(pulse_early_said_, true))
        log_.line(LogLevel::notice,
                  "the receiver says how many nanoseconds each pulse is off the second (TIM-TP): "
                  "that is corrected");
    return early;
}

void LabelInput::push(const nmea::Frame& frame) {
    nmea::Verdict verdict = frame.verdict;
    if (verdict == nmea::Verdict::used) {
        const bool no_time = satellites_.add(frame.text, frame.arrival.mono);
        verdict = no_time ? nmea::Verdict::unknown_sentence : read(frame);
    }
    const bool damaged = frame.verdict != nmea::Verdict::used;
    if (damaged && nmea::begins_as_timed(frame.text)) epoch_.push_damaged(frame.arrival);
    count(verdict);
    const bool worth_a_line =
        verdict != nmea::Verdict::used && verdict != nmea::Verdict::unknown_sentence;
    if (worth_a_line && log_.wants(LogLevel::debug)) // printable() allocates
        log_.line(LogLevel::debug, "sentence at {} ns: {}: {}", frame.arrival.osc.ns(),
                  name(verdict), printable(frame.text));
}

nmea::Verdict LabelInput::read(const nmea::Frame& frame) {
    const nmea::Parsed parsed = nmea::parse(frame.text);
    if (parsed.verdict != nmea::Verdict::used) return parsed.verdict;
    if (parsed.sentence.time) satellites_.time(*parsed.sentence.time);
    epoch_.push(parsed.sentence, frame.arrival);
    return nmea::Verdict::used;
}

void LabelInput::count(nmea::Verdict verdict) {
    counters_.count(verdict);
    lately_.verdict(verdict);
}

std::optional<LabelInput::Event> LabelInput::next() {
    while (const auto event = epoch_.next()) {
        switch (event->kind) {
        case nmea::Event::Kind::label:
            lately_.label();
            return Event{false, false, resolve(event->label)};
        case nmea::Event::Kind::no_fix:
            count(event->verdict);
            note_no_fix(*event);
            return Event{true, false, {}};
        case nmea::Event::Kind::rejected:
            break;
        }
        count(event->verdict);
        log_.line(LogLevel::debug, "epoch at {} ns: {}, {} of second {} of the day",
                  event->arrival.osc.ns(), name(event->verdict), name(event->type),
                  event->time ? event->time->second : -1);
        if (contradicts_itself(event->verdict)) return Event{false, true, {}};
    }
    return std::nullopt;
}

void LabelInput::note_no_fix(const nmea::Event& event) {
    if (event.verdict != nmea::Verdict::no_leap_count) {
        lately_.no_fix(event);
        return;
    }
    if (std::exchange(leap_count_said_, true)) return;
    log_.line(LogLevel::notice,
              "the receiver has not received the count of leap seconds yet, so its "
              "seconds may be wrong; it can take a quarter of an hour");
}

discipline::Label LabelInput::resolve(const nmea::SecondLabel& label) {
    const auto& date = label.date;
    const auto resolved = nmea::resolve(
        {date.year, date.month, date.day, date.two_digit_year, label.time.second}, not_before_);
    if (resolved.rollovers > 0 && !moved_said_) {
        moved_said_ = true;
        log_.line(LogLevel::notice,
                  "the receiver's dates ({:04}-{:02}-{:02}) are before not-before: moved by {} x "
                  "1024 weeks",
                  date.year, date.month, date.day, resolved.rollovers);
    }
    constexpr std::int32_t leap_second = 86400;
    return {resolved.second, Nanos{label.time.ns}, label.arrival, label.time.second == leap_second,
            label.may_be_late};
}

} // namespace ppsd::app
