// The way from bytes to events, for the tests of its parts.
#pragma once

#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/framer.hpp"
#include "daemon/nmea/sentence.hpp"
#include "tests/unit/support/nmea_text.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace ppsd::nmea::test {

/// Two clocks that never agree: what is decided is decided by the first.
inline hal::Stamp at_ms(std::int64_t ms) {
    return {hal::OscTime::from_ns(ms * 1'000'000), hal::MonoTime::from_ns(ms * 1'000'100 + 77)};
}

/// Framer, parser and epoch in a row, as the pipeline has them; keeps the events.
class Chain {
  public:
    void push(std::string_view bytes, hal::Stamp arrival = {}) {
        framer_.push(bytes, arrival);
        while (const auto frame = framer_.next()) {
            const Parsed parsed =
                frame->verdict == Verdict::used ? parse(frame->text) : Parsed{frame->verdict, {}};
            if (parsed.verdict == Verdict::used) epoch_.push(parsed.sentence, frame->arrival);
            pull();
        }
    }
    void say(std::string_view text, std::int64_t ms = 0) { push(seal(text), at_ms(ms)); }
    void silence(std::int64_t ms = 100) {
        epoch_.idle(std::chrono::milliseconds{ms});
        pull();
    }
    void finish() {
        epoch_.finish();
        pull();
    }
    void note_leap_count(LeapWitness witness, bool known, std::int64_t ms = 0) {
        epoch_.note_leap_count(witness, known, at_ms(ms).osc);
    }
    void begin_anew() { epoch_.begin_anew(); }
    [[nodiscard]] bool complete() const { return epoch_.complete(); }

    /// "label RMC 3661", "label RMC 3661.5", "no-fix", "two-seconds", …
    [[nodiscard]] std::vector<std::string> words() const {
        std::vector<std::string> words;
        for (const Event& event : events_)
            words.push_back(event.kind == Event::Kind::label ? text_of(event.label)
                                                             : std::string{name(event.verdict)});
        return words;
    }
    [[nodiscard]] std::vector<std::string> labels() const {
        std::vector<std::string> labels;
        for (const auto& word : words())
            if (word.starts_with("label")) labels.push_back(word);
        return labels;
    }
    [[nodiscard]] const std::vector<Event>& events() const { return events_; }

  private:
    static std::string text_of(const SecondLabel& label) {
        const auto text = fmt::format("label {} {}", name(label.from), label.time.second);
        return label.time.ns == 0 ? text : fmt::format("{}.{:09}", text, label.time.ns);
    }

    void pull() {
        while (const auto event = epoch_.next())
            events_.push_back(*event);
    }

    Framer framer_;
    Epoch epoch_;
    std::vector<Event> events_;
};

using Words = std::vector<std::string>;

} // namespace ppsd::nmea::test
