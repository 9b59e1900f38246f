// When a receiver's line is listened to, and when its bytes may wait: a UART that trickles wakes
// its reader for every few bytes, though nothing comes of them before the burst is over. Pure.
#pragma once

#include "hal/byte_source.hpp"
#include "hal/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::app {

/// Learns how long a receiver's bursts are. The first byte of each is listened to, for it is what
/// times the label; the bytes behind it wait until the burst is nearly over; its end, which silence
/// makes, is listened to again. So a label is as early as ever, unless a burst is shorter than all
/// of the last `remembered`: that one is late by what the burst lacks, and the lengths are learned
/// anew. They are, too, after bytes that didn't come evenly, and after three bursts in a row that
/// were over before their pause though no byte was missing (one or two: the machine was busy).
///
/// A burst is what silence of `silence` separates. Receivers that leave none, that begin with a
/// sentence which doesn't time the label, or that send too much for a driver to keep, are always
/// listened to.
class BurstPacer {
  public:
    static constexpr hal::Nanos silence = std::chrono::milliseconds{100};
    static constexpr std::size_t remembered = 8;
    /// A burst's end that is listened to; and a pause that is worth its while.
    static constexpr hal::Nanos tail = std::chrono::milliseconds{20};
    static constexpr hal::Nanos shortest_pause = std::chrono::milliseconds{20};
    /// In a burst; a tty keeps 4095 unread.
    static constexpr std::size_t most_bytes = 2048;

    /// What the pipeline makes of the line.
    struct Line {
        bool locked = false;                     ///< else every byte is listened to
        std::optional<hal::MonoTime> last_label; ///< its arrival
    };

    /// Hands a chunk on. One that may have waited is cut into pieces: its bytes are taken to have
    /// come evenly since looked(), as they do on a wire; if they are too few for that, to have come
    /// just now: late rather than early.
    template <class Feed>
    void take(const hal::ByteChunk& chunk, Feed&& feed) {
        const hal::Nanos waited = came_evenly(chunk) ? chunk.arrival - looked_ : hal::Nanos{0};
        const std::size_t size = chunk.bytes.size();
        const std::size_t pieces =
            std::clamp(static_cast<std::size_t>(waited / piece), std::size_t{1}, size);
        for (std::size_t i = 0; i < pieces; ++i) {
            const std::size_t from = i * size / pieces;
            const std::size_t length = (i + 1) * size / pieces - from;
            const hal::MonoTime arrival =
                chunk.arrival - waited / static_cast<std::int64_t>(pieces) *
                                    static_cast<std::int64_t>(pieces - 1 - i);
            note(arrival, length);
            feed(hal::ByteChunk{chunk.bytes.substr(from, length), arrival});
        }
        looked_ = chunk.arrival;
    }

    /// All bytes that had come by `now` were taken: decides when to look again.
    void looked(hal::MonoTime now, const Line& line) noexcept;

    /// Until when bytes may be left unread; nothing: they are listened to.
    [[nodiscard]] std::optional<hal::MonoTime> unread_until() const noexcept {
        return unread_until_;
    }

    /// Another line, or one that nothing is known of any more.
    void forget() noexcept { *this = {}; }

  private:
    static constexpr int most_missed = 2; // in a row, of usual size
    static constexpr hal::Nanos piece = std::chrono::milliseconds{10};

    [[nodiscard]] bool came_evenly(const hal::ByteChunk& chunk) noexcept;
    void note(hal::MonoTime arrival, std::size_t bytes) noexcept;
    void end_burst() noexcept;
    void note_label(std::optional<hal::MonoTime> arrival) noexcept;
    [[nodiscard]] std::optional<hal::MonoTime> nearly_over() const noexcept;

    std::optional<hal::MonoTime> begun_; ///< the burst under way, or the last one
    std::optional<hal::MonoTime> begun_before_;
    hal::MonoTime last_byte_;
    std::size_t bytes_ = 0; ///< in the burst
    std::array<hal::Nanos, remembered> lengths_{};
    std::size_t learned_ = 0;     ///< bursts; the next length's place is learned_ % remembered
    std::size_t usual_bytes_ = 0; ///< of the burst before
    hal::Nanos usual_length_{0};
    std::optional<hal::MonoTime> last_label_;
    bool first_byte_times_ = false; ///< the last label's arrival was that of its burst's first byte
    hal::MonoTime looked_;
    std::optional<hal::MonoTime> unread_until_;
    std::optional<hal::MonoTime> paused_to_; ///< the pause in this burst ended there
    int missed_ = 0;                         ///< bursts in a row whose end came in the pause
};

} // namespace ppsd::app
