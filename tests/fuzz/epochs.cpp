// Bytes to second labels. No label without a sentence that dates it and one that says there is a
// fix, both of that second and since the line last fell silent; no label twice; and how the bytes
// of a line were cut changes nothing.
#include "daemon/nmea/sentence.hpp"
#include "daemon/pipeline/label_input.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

using fuzz::require;
using namespace ppsd::nmea;
using hal::MonoTime;
using hal::Nanos;

namespace {

constexpr Nanos burst_gap = std::chrono::milliseconds{100};
constexpr MonoTime start = MonoTime::from_ns(1'000'000'000);

struct Heard {
    Sentence sentence;
    MonoTime arrival;
};

/// What has been heard since the line fell silent, and what became of it.
class Listener {
  public:
    void line(std::string_view bytes, MonoTime arrival) {
        if (arrival - last_byte_ >= burst_gap) end_burst();
        last_byte_ = arrival;
        framer_.push(bytes, arrival);
        while (const auto frame = framer_.next()) {
            if (frame->verdict != Verdict::used) continue;
            const Parsed parsed = parse(frame->text);
            if (parsed.verdict != Verdict::used) continue;
            heard_.push_back({parsed.sentence, frame->arrival});
            epoch_.push(parsed.sentence, frame->arrival);
            pull();
        }
    }

  private:
    void end_burst() {
        epoch_.end_burst();
        pull();
        heard_.clear();
    }

    void pull() {
        int events = 0;
        while (const auto event = epoch_.next()) {
            require(++events <= 4, "no more events than are kept");
            if (event->kind == Event::Kind::label) check(event->label);
        }
    }

    [[nodiscard]] bool says(const SecondLabel& label, auto&& what) const {
        return std::ranges::any_of(heard_, [&](const Heard& heard) {
            const auto& time = heard.sentence.time;
            return time && time->second == label.second_of_day && time->ns == 0 &&
                   what(heard.sentence);
        });
    }

    void check(const SecondLabel& label) {
        const std::string text = fmt::format("{}-{}-{} second {}", label.date.year,
                                             label.date.month, label.date.day, label.second_of_day);
        require(label.from == Type::rmc || label.from == Type::zda, "RMC or ZDA dates", text);
        require(
            says(label,
                 [&](const Sentence& s) { return s.type == label.from && s.date == label.date; }),
            "no label without a date", text);
        require(says(label,
                     [&](const Sentence& s) {
                         const bool may =
                             label.from == Type::rmc ? s.type == Type::rmc : s.type != Type::rmc;
                         return may && s.fix == Fix::yes;
                     }),
                "no label without a fix", text);
        require(
            std::ranges::any_of(heard_, [&](const Heard& h) { return h.arrival == label.arrival; }),
            "it arrived with a sentence", text);
        if (last_)
            require(!(last_->date == label.date && last_->second_of_day == label.second_of_day) ||
                        label.arrival - last_->arrival >= std::chrono::milliseconds{500},
                    "no label twice", text);
        last_ = label;
    }

    Framer framer_;
    Epoch epoch_;
    MonoTime last_byte_ = start;
    std::vector<Heard> heard_;
    std::optional<SecondLabel> last_;
};

using Events = std::vector<ppsd::app::LabelInput::Event>;

Events events(std::string_view text, fuzz::Lengths lengths) {
    const ppsd::app::Log log{ppsd::app::LogLevel::error, false};
    ppsd::app::LabelInput input{hal::UtcSecond::from_posix(1'700'000'000), log};
    Events all;
    fuzz::LineReader lines{text, start};
    while (const auto line = lines.next())
        for (std::size_t at = 0; at < line->bytes.size();) {
            const auto chunk = line->bytes.substr(at, lengths.next());
            input.add({chunk, line->arrival}, [&](const auto& event) { all.push_back(event); });
            at += chunk.size();
        }
    return all;
}

bool same(const ppsd::app::LabelInput::Event& a, const ppsd::app::LabelInput::Event& b) {
    return a.no_fix == b.no_fix && a.contradicts == b.contradicts &&
           a.label.second == b.label.second && a.label.arrival == b.label.arrival &&
           a.label.leap_second == b.label.leap_second;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const unsigned seed = input.last_byte();

    Listener listener;
    fuzz::LineReader lines{input.text(), start};
    while (const auto line = lines.next())
        listener.line(line->bytes, line->arrival);

    const Events whole = events(input.text(), {0, 1U << 30U});
    for (const auto& event : whole)
        require(event.no_fix || event.contradicts ||
                    (event.label.second.posix() >= 1'700'000'000 &&
                     event.label.second.posix() < 7'300'000'000),
                "a second after the build date, and before 2201");
    require(std::ranges::equal(whole, events(input.text(), {seed, 30}), same),
            "cuts change nothing");
    return 0;
}
