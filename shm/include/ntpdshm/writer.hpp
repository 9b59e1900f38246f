// Hands samples to a reader, lock-free: no reader that checks `count` takes half of one.
//
// The order of the stores, with a release fence at each bar:
//   valid = 0, receive seconds = 0 | count + 1 | all other fields | count + 1
//                                                          | receive seconds, valid = 1
// ntpd tests `valid` before it reads `count`, and accepts an odd count (refclock_shm.c): one that
// saw valid = 1 just before an update could take a half-written record, if the receive seconds,
// cleared first, did not make that record stale. tests/model proves it, and that nothing of this
// can be left out. chrony copies without barriers: on ARM no writer can promise it anything.
#pragma once

#include "ntpdshm/segment.hpp"

#include <cstdint>
#include <optional>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// A pair of times of one event. Positive clock - receive: the reference is ahead of the system.
struct Sample {
    std::int64_t clock_ns = 0;    ///< the reference's time, ns since 1970 (POSIX)
    std::int64_t receive_ns = 0;  ///< the system clock's (CLOCK_REALTIME), ns since 1970
    std::int32_t leap = 0;        ///< leap_no_warning … leap_not_in_sync
    std::int32_t precision = -20; ///< log2 of seconds
    std::int32_t nsamples = 3;    ///< ntpd's own default; nobody reads it
};

/// A sample that leaves alone what it doesn't mention.
struct Update {
    std::int64_t clock_ns = 0;
    std::int64_t receive_ns = 0;
    std::optional<std::int32_t> mode, leap, precision, nsamples;
};

enum class WriteResult : std::uint8_t {
    written,
    out_of_range, ///< a time before 1970, or past the layout's last second: nothing was written
};

/// One writer to a segment, that is the rule of the game. Doesn't throw, allocate or lock.
/// Decides nothing by what it finds in the segment, which others may scribble on: `count` is kept
/// here. Not thread-safe.
class Writer {
  public:
    /// segment: writable. Takes `count` over where the last writer left it: if that one was killed
    /// during an update, at the next even number. Writes nothing yet.
    explicit Writer(Segment segment) noexcept;

    /// Publishes, with mode 1. Microseconds are the truncated nanoseconds, as readers demand.
    [[nodiscard]] WriteResult write(const Sample& sample) noexcept;

    /// The same for who keeps some of the words.
    [[nodiscard]] WriteResult write(const Update& update) noexcept;

    /// Takes back a sample that nobody has read yet: valid = 0, at once. `count` stays even.
    void invalidate() noexcept;

    /// Whether `count` is no longer what this writer left there: somebody else writes, too. Nothing
    /// but a warning should hang on it, since anybody can write there.
    [[nodiscard]] bool disturbed() const noexcept;

    /// Takes `count` over anew, as the constructor does: for who lets others write to it, too.
    void resume() noexcept;

    [[nodiscard]] const Segment& segment() const noexcept { return segment_; }

  private:
    void store_count(std::uint32_t count) noexcept;

    Segment segment_;
    std::uint32_t count_ = 0; ///< as of the last whole update: even
    std::uint32_t left_ = 0;  ///< the word as we found it, or stored it last
};

} // namespace ntpdshm
#pragma GCC visibility pop
