#include "daemon/pipeline/label_input.hpp"

#include "daemon/discipline/rollover.hpp"
#include "daemon/nmea/sentence.hpp"

namespace ppsd::app {

using namespace hal;

namespace {
// Receivers pause for less than this within a burst, and for more between two at 1 Hz.
constexpr Nanos burst_gap = 100ms;

constexpr bool contradicts_itself(nmea::Verdict verdict) {
    return verdict == nmea::Verdict::two_seconds || verdict == nmea::Verdict::two_dates;
}
} // namespace

std::optional<MonoTime> LabelInput::deadline() const noexcept {
    if (!last_byte_ || !epoch_.open()) return std::nullopt;
    return *last_byte_ + burst_gap;
}

void LabelInput::push(const nmea::Frame& frame) {
    nmea::Verdict verdict = frame.verdict;
    if (verdict == nmea::Verdict::used) {
        const nmea::Parsed parsed = nmea::parse(frame.text);
        verdict = parsed.verdict;
        if (verdict == nmea::Verdict::used) epoch_.push(parsed.sentence, frame.arrival);
    }
    counters_.count(verdict);
    const bool worth_a_line =
        verdict != nmea::Verdict::used && verdict != nmea::Verdict::unknown_sentence;
    if (worth_a_line && log_.wants(LogLevel::debug)) // printable() allocates
        log_.line(LogLevel::debug, "sentence at {} ns: {}: {}", frame.arrival.ns(), name(verdict),
                  printable(frame.text));
}

std::optional<LabelInput::Event> LabelInput::next() {
    while (const auto event = epoch_.next()) {
        switch (event->kind) {
        case nmea::Event::Kind::label:
            return Event{false, false, resolve(event->label)};
        case nmea::Event::Kind::no_fix:
            counters_.count(event->verdict);
            explain(event->verdict);
            return Event{true, false, {}};
        case nmea::Event::Kind::rejected:
            break;
        }
        counters_.count(event->verdict);
        log_.line(LogLevel::debug, "burst at {} ns: {}, {} of second {} of the day",
                  event->arrival.ns(), name(event->verdict), name(event->type),
                  event->time ? event->time->second : -1);
        if (contradicts_itself(event->verdict)) return Event{false, true, {}};
    }
    return std::nullopt;
}

void LabelInput::explain(nmea::Verdict verdict) {
    if (verdict != nmea::Verdict::no_leap_count || leap_count_said_) return;
    leap_count_said_ = true;
    log_.line(LogLevel::notice,
              "the receiver has not received the count of leap seconds yet, so its "
              "seconds may be wrong; it can take a quarter of an hour");
}

discipline::Label LabelInput::resolve(const nmea::SecondLabel& label) {
    const auto& date = label.date;
    const auto resolved = discipline::resolve(
        {date.year, date.month, date.day, date.two_digit_year, label.second_of_day}, not_before_);
    if (resolved.rollovers > 0 && !moved_said_) {
        moved_said_ = true;
        log_.line(LogLevel::notice,
                  "the receiver's dates ({:04}-{:02}-{:02}) are before not-before: moved by {} x "
                  "1024 weeks",
                  date.year, date.month, date.day, resolved.rollovers);
    }
    constexpr std::int32_t leap_second = 86400;
    return {resolved.second, label.arrival, label.second_of_day == leap_second};
}

} // namespace ppsd::app
