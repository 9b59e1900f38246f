// Sentences for tests, written here: none is from a recording.
#pragma once

#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/framer.hpp"
#include "daemon/nmea/sentence.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace ppsd::nmea::test {

inline unsigned sum_of(std::string_view text) {
    unsigned sum = 0;
    for (const char c : text)
        sum ^= static_cast<unsigned char>(c);
    return sum;
}

/// "$text*hh\r\n"
inline std::string seal(std::string_view text) {
    return fmt::format("${}*{:02X}\r\n", text, sum_of(text));
}

inline std::string rmc_text(std::string_view time, std::string_view date = "180315",
                            std::string_view status = "A", std::string_view mode = "A") {
    return fmt::format("GNRMC,{},{},5230.0000,N,01322.0000,E,0.01,,{},,,{}", time, status, date,
                       mode);
}
inline std::string zda_text(std::string_view time, std::string_view date = "18,03,2015") {
    return fmt::format("GNZDA,{},{},00,00", time, date);
}
inline std::string gga_text(std::string_view time, std::string_view quality = "1") {
    return fmt::format("GPGGA,{},5230.0000,N,01322.0000,E,{},09,1.0,40.0,M,45.0,M,,", time,
                       quality);
}
inline std::string gns_text(std::string_view time, std::string_view modes = "AN") {
    return fmt::format("GNGNS,{},5230.0000,N,01322.0000,E,{},09,1.0,40.0,45.0,,", time, modes);
}
inline std::string gll_text(std::string_view time, std::string_view status = "A",
                            std::string_view mode = "A") {
    return fmt::format("GPGLL,5230.0000,N,01322.0000,E,{},{},{}", time, status, mode);
}
inline const std::string gsv_text = "GPGSV,1,1,02,01,40,083,46,02,17,308,41";

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
