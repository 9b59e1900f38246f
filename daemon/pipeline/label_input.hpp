// Bytes to labels: framer, parser, epoch and date pivot, with counters and a log around them.
#pragma once

#include "daemon/discipline/labeller.hpp"
#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/framer.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/text/log.hpp"
#include "hal/byte_source.hpp"

#include <optional>

namespace ppsd::app {

class LabelInput {
  public:
    /// What the bytes said, in the order it was said.
    struct Event {
        bool no_fix = false;      ///< the receiver doesn't know; else:
        bool contradicts = false; ///< it said two things at once; else:
        discipline::Label label;  ///< it said this
    };

    /// not_before: no date is earlier; see discipline/rollover.hpp.
    LabelInput(hal::UtcSecond not_before, const Log& log) : not_before_{not_before}, log_{log} {}

    /// Calls handle(Event) for each thing that the chunk completes.
    template <class Handler>
    void add(const hal::ByteChunk& chunk, Handler&& handle) {
        end_burst_if_silent(chunk.arrival, handle);
        last_byte_ = chunk.arrival;
        framer_.push(chunk.bytes, chunk.arrival);
        while (const auto frame = framer_.next()) {
            push(*frame);
            pull(handle);
        }
    }

    /// Ends the burst if the line has been silent for long enough.
    template <class Handler>
    void end_burst_if_silent(hal::MonoTime now, Handler&& handle) {
        const auto end = deadline();
        if (!end || now < *end) return;
        epoch_.end_burst();
        pull(handle);
    }

    /// When the burst under way is over unless bytes come.
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const noexcept;

    /// Time stood still: a burst that is under way has no known time any more.
    void begin_anew() noexcept {
        framer_ = {};
        epoch_.begin_anew();
    }

    /// When the last chunk came; nothing before the first.
    [[nodiscard]] std::optional<hal::MonoTime> last_byte() const noexcept { return last_byte_; }

    [[nodiscard]] const NmeaCounters& counters() const noexcept { return counters_; }

  private:
    void push(const nmea::Frame& frame);
    [[nodiscard]] std::optional<Event> next();
    void explain(nmea::Verdict verdict);
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
    std::optional<hal::MonoTime> last_byte_;
    NmeaCounters counters_;
    bool moved_said_ = false;
    bool leap_count_said_ = false;
};

} // namespace ppsd::app
