// Bytes to second labels. No label without a sentence that dates it, one that says there is a fix,
// and one that names it with its arrival, all of that very time and since the label before the
// last; none that a sentence about all constellations denied since it arrived; no label twice in a
// burst; and how the bytes of a line were cut changes nothing.
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

constexpr Nanos idle_after = ppsd::app::LabelInput::idle_after;
constexpr MonoTime start = MonoTime::from_ns(1'000'000'000);

hal::Stamp stamp(MonoTime t) {
    return {hal::OscTime::from_ns(t.ns()), t};
}

struct Heard {
    Sentence sentence;
    hal::Stamp arrival;
};

/// What has been heard since the label before the last, and what became of it.
class Listener {
  public:
    void line(std::string_view bytes, MonoTime arrival) {
        if (arrival - last_byte_ >= idle_after) {
            epoch_.idle(arrival - last_byte_);
            pull();
        }
        last_byte_ = arrival;
        framer_.push(bytes, stamp(arrival));
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
    void pull() {
        int events = 0;
        while (const auto event = epoch_.next()) {
            require(++events <= 4, "no more events than are kept");
            if (event->kind == Event::Kind::label) check(event->label);
        }
    }

    [[nodiscard]] bool says(const SecondLabel& label, auto&& what) const {
        return std::ranges::any_of(heard_, [&](const Heard& heard) {
            return heard.sentence.time == label.time && what(heard);
        });
    }

    void check(const SecondLabel& label) {
        const std::string text = fmt::format("{}-{}-{} second {}", label.date.year,
                                             label.date.month, label.date.day, label.time.second);
        require(label.from == Type::rmc || label.from == Type::zda, "RMC or ZDA dates", text);
        require(says(label, [&](const Heard& h) { return h.sentence.date == label.date; }),
                "no label without a date", text);
        require(says(label, [&](const Heard& h) { return h.sentence.fix == Fix::yes; }),
                "no label without a fix", text);
        require(says(label, [&](const Heard& h) { return h.arrival == label.arrival; }),
                "it arrived with a sentence that names it", text);
        require(!says(label, [&](const Heard& h) { return denies(h, label); }),
                "no label that was denied", text);
        constexpr auto next_burst = std::chrono::milliseconds{900};
        const bool again = last_ == label.time && label.arrival.osc - last_arrival_ < next_burst;
        require(!again, "no label twice in a burst", text);
        last_ = label.time;
        last_arrival_ = label.arrival.osc;
        heard_.erase(heard_.begin(), heard_.begin() + since_last_);
        since_last_ = std::ssize(heard_);
    }

    static bool denies(const Heard& heard, const SecondLabel& label) {
        const auto& talker = heard.sentence.talker;
        return heard.sentence.fix == Fix::no && heard.sentence.type != Type::pubx04 &&
               heard.arrival.osc > label.arrival.osc &&
               talker_bit({talker.data(), talker.size()}) == combined;
    }

    Framer framer_;
    Epoch epoch_;
    MonoTime last_byte_ = start;
    std::vector<Heard> heard_;
    std::ptrdiff_t since_last_ = 0; ///< of heard_: where the last label was given
    std::optional<TimeOfDay> last_;
    hal::OscTime last_arrival_;
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
            input.add(chunk, stamp(line->arrival),
                      [&](const auto& event) { all.push_back(event); });
            at += chunk.size();
        }
    return all;
}

bool same(const ppsd::app::LabelInput::Event& a, const ppsd::app::LabelInput::Event& b) {
    return a.no_fix == b.no_fix && a.contradicts == b.contradicts &&
           a.label.second == b.label.second && a.label.arrival == b.label.arrival &&
           a.label.fraction == b.label.fraction && a.label.leap_second == b.label.leap_second;
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
