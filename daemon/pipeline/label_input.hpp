// Bytes to labels: framer, parser, epoch and date pivot, with counters and a log around them.
#pragma once

#include "daemon/discipline/timekeeper.hpp"
#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/framer.hpp"
#include "daemon/nmea/line_load.hpp"
#include "daemon/nmea/satellites.hpp"
#include "daemon/nmea/ubx_packets.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/heard_lately.hpp"
#include "daemon/text/log.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace ppsd::app {

/// More than ten members: each of the parts, and what was said.
class LabelInput {
  public:
    /// What the bytes said, in the order it was said.
    struct Event {
        bool no_fix = false;      ///< the receiver doesn't know; else:
        bool contradicts = false; ///< it said two things at once; else:
        discipline::Label label;  ///< it said this
    };

    /// A label is given when the line has been idle for so long, if the next time is not named
    /// before. It says nothing about the arrival, which is that of the first sentence.
    static constexpr hal::Nanos idle_after{100'000'000};

    /// not_before: no date is earlier; see nmea/rollover.hpp. baud: nothing if the line has
    /// none (USB). The log must outlive it.
    LabelInput(hal::UtcSecond not_before, const Log& log, std::optional<int> baud = std::nullopt,
               nmea::Checksum checksum = nmea::Checksum::required)
        : not_before_{not_before}, log_{log}, framer_{checksum}, load_{baud} {}

    /// Calls handle(Event) for each thing that the chunk completes.
    template <class Handler>
    void add(std::string_view bytes, hal::Stamp arrival, Handler&& handle) {
        note_silence(arrival.osc);
        pull(handle);
        note_bytes(bytes.size(), arrival);
        framer_.push(bytes, arrival);
        while (const auto frame = framer_.next()) {
            push(*frame);
            pull(handle);
        }
        note_packets();
        note_leap_words(arrival.osc);
    }

    /// What a packet said of the next leap second, once.
    [[nodiscard]] std::optional<nmea::LeapWord> take_leap_word() noexcept {
        return std::exchange(leap_word_, std::nullopt);
    }

    /// How much before the true second the next pulse comes, as a packet said; once.
    [[nodiscard]] std::optional<hal::Nanos> take_pulse_early();

    /// Gives a label that is complete, if the line has been idle for long enough.
    template <class Handler>
    void give_if_idle(hal::OscTime now, Handler&& handle) {
        const auto due = deadline();
        if (!due || now < *due) return;
        note_silence(now);
        pull(handle);
    }

    /// When give_if_idle() gives a label, unless bytes come.
    [[nodiscard]] std::optional<hal::OscTime> deadline() const noexcept;

    /// Time stood still: what is under way has no known time any more.
    void begin_anew();

    /// The line has another rate from now on, and what was unread is lost: so is the sentence that
    /// was under way.
    void set_rate(unsigned baud) {
        framer_.begin_anew();
        load_.set_rate(static_cast<int>(baud));
    }

    /// When the last chunk came; nothing before the first.
    [[nodiscard]] std::optional<hal::Stamp> last_byte() const noexcept { return last_byte_; }

    [[nodiscard]] const NmeaCounters& counters() const noexcept { return counters_; }
    [[nodiscard]] std::uint64_t packets(nmea::Protocol protocol) const noexcept {
        return framer_.other_protocols().count(protocol);
    }

    /// Sentences that were whole, whatever they said; three packets of another protocol count as
    /// one.
    [[nodiscard]] std::uint64_t whole() const noexcept;

    /// What was wrong since the last label, in the 10 to 20 s before the last byte; reason none if
    /// nothing has come since.
    [[nodiscard]] NoLabel why_no_label() const noexcept { return lately_.why_no_label(); }

    /// How full the line is: see nmea/line_load.hpp.
    [[nodiscard]] std::optional<double> load() const { return load_.load(); }
    /// What the receiver says of its satellites; nothing if it hasn't for 30 s.
    [[nodiscard]] std::optional<nmea::Satellites::Report>
    satellites(hal::MonoTime now) const noexcept {
        return satellites_.report(now);
    }
    /// So full that a label may be late by more than a second.
    [[nodiscard]] bool full() const { return load_.full(); }

  private:
    void note_silence(hal::OscTime now);
    void note_bytes(std::size_t size, hal::Stamp arrival);
    void note_packets();
    void note_leap_words(hal::OscTime arrival);
    void push(const nmea::Frame& frame);
    [[nodiscard]] nmea::Verdict read(const nmea::Frame& frame);
    [[nodiscard]] std::optional<Event> next();
    void count(nmea::Verdict verdict);
    void note_no_fix(const nmea::Event& event);
    [[nodiscard]] discipline::Label resolve(const nmea::SecondLabel& label);

    template <class Handler>
    void pull(Handler&& handle) {
        while (const auto event = next())
            handle(*event);
    }

    hal::UtcSecond not_before_;
    const Log& log_;
    nmea::Framer framer_;
    nmea::Epoch epoch_;
    nmea::LineLoad load_;
    nmea::Satellites satellites_;
    std::optional<hal::Stamp> last_byte_;
    std::optional<nmea::LeapWord> leap_word_;
    NmeaCounters counters_;
    HeardLately lately_;
    bool moved_said_ = false;
    bool leap_count_said_ = false;
    bool pulse_early_said_ = false;
};

} // namespace ppsd::app
