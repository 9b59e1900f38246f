// How full the receiver's line is.
#pragma once

#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace ppsd::nmea {

/// The share of the line's capacity (ten bits a byte) that the receiver used over the last ten
/// seconds. A receiver that has more to say than the line carries sends without a pause, and what
/// it says comes later and later, by more than a second: then a label's arrival proves nothing.
///
/// Reading late changes nothing: what counts is by how much the clock ran ahead of the bytes'
/// transmission time, at its least in each second; a late reading only adds to it.
///
/// USB serial ports of receivers ignore the baud rate. A line on which more than `fast` of the
/// capacity arrives, ten times in a row, is not limited by its rate, and never full from then on.
class LineLoad {
  public:
    /// UARTs understand each other while their rates differ by less than 5 %, so a line without a
    /// pause may look as if only so much of it were used. With less than this there is at least
    /// 50 ms of idle line in a second on average, in which the receiver catches up.
    static constexpr double full_from = 0.95;
    /// Three seconds without a pause are enough: a receiver's buffer fills as soon.
    static constexpr double no_pause_from = 0.99;
    /// A full line stays one until the load falls below this: no flapping.
    static constexpr double full_until = 0.93;
    /// No UART carries more than 105 %; but a reading that was late by a second looks like 110.
    static constexpr double fast = 1.10;

    /// baud: nothing if the line's rate doesn't limit it (USB, a pseudo-terminal).
    explicit LineLoad(std::optional<int> baud) : baud_{baud.value_or(0)} {}

    /// A chunk of so many bytes was read.
    void add(std::size_t size, hal::OscTime now);

    /// 0 to about 1; nothing before three seconds have been heard, or if there is no limit.
    [[nodiscard]] std::optional<double> load() const;
    [[nodiscard]] bool full() const { return full_ && limited(); }

    /// Time stood still.
    void begin_anew() { *this = LineLoad{baud_ > 0 ? std::optional{baud_} : std::nullopt}; }
    /// The line has another rate from now on; one that no rate limits stays so.
    void set_rate(int baud) {
        if (baud_ > 0) *this = LineLoad{baud};
    }

  private:
    /// The reading of a second (or more, if nothing came) that was least late.
    struct Reading {
        hal::OscTime when;
        hal::Nanos idle; ///< since the first chunk, all in all
    };
    static constexpr std::size_t seconds = 10;
    static constexpr std::size_t fewest_seconds = 3; // fewer than labels take to be believed

    [[nodiscard]] bool limited() const { return fast_ < seconds; }
    [[nodiscard]] std::optional<double> share(std::size_t span_seconds) const;
    void add_second(const Reading& reading);
    void judge();

    int baud_;
    std::optional<hal::OscTime> start_;
    hal::Nanos sent_{0}; ///< transmission time of all bytes after the first chunk's
    std::array<Reading, seconds + 1> readings_{}; ///< a ring; the newest may still get less late
    std::size_t count_{0};
    hal::OscTime second_began_;
    bool full_{false};
    std::size_t fast_{0}; ///< seconds in a row with more than the line carries, to ten
};

} // namespace ppsd::nmea
