// When a receiver's line is listened to, and when its bytes may wait: a UART that trickles wakes
// its reader for every few bytes, though nothing comes of them before the burst is over. Pure.
#pragma once

#include "daemon/nmea/epoch.hpp"
#include "daemon/pipeline/label_input.hpp"
#include "hal/byte_source.hpp"

namespace ppsd::app {

/// A burst's first byte is listened to: it times the label. What follows is read every `look` after
/// it, until a look finds nothing or `longest` has passed; its stamp is when the look was due.
///
/// So where a burst's first byte comes a second after the last burst's, which timed the last label.
/// A receiver that sends more bursts a second or leaves no pause between them, begins with a
/// sentence that names no time, or sends more than `most_bytes`, is always listened to.
class BurstPacer {
  public:
    /// A burst is what so much silence separates.
    static constexpr hal::Nanos silence = LabelInput::idle_after;
    /// Less than that; and the sixth is just before Epoch::long_silence.
    static constexpr hal::Nanos look =
        (nmea::Epoch::long_silence - std::chrono::milliseconds{10}) / 6;
    static constexpr hal::Nanos longest = 9 * look;
    static constexpr std::size_t most_bytes = 2048; ///< in the last burst; a tty keeps 4095

    /// When a chunk came that was read then. A look that is late, by less than `look`, makes no
    /// silence; later, anything may have come meanwhile.
    [[nodiscard]] hal::MonoTime arrival(hal::MonoTime read) noexcept {
        read_ = read;
        const bool due = unread_until_ && read >= *unread_until_ && read - *unread_until_ < look;
        return due ? *unread_until_ : read;
    }

    /// Each chunk with that arrival, once the pipeline has it. last_label: its arrival.
    void add(const hal::ByteChunk& chunk, std::optional<hal::MonoTime> last_label) noexcept;

    /// All that had come by `now` was added.
    void looked(hal::MonoTime now) noexcept;

    /// Until when bytes may be left unread; nothing: they are listened to.
    [[nodiscard]] std::optional<hal::MonoTime> unread_until() const noexcept {
        return unread_until_;
    }

    /// Another line, or none.
    void forget() noexcept { *this = {}; }

  private:
    [[nodiscard]] std::optional<hal::MonoTime> next_look(hal::MonoTime now) const noexcept;

    hal::MonoTime begun_; ///< the last burst
    hal::MonoTime last_byte_;
    hal::MonoTime read_;    ///< the last chunk, whenever it came
    std::size_t bytes_ = 0; ///< in that burst
    std::optional<hal::MonoTime> unread_until_;
};

} // namespace ppsd::app
