// Looks at a segment as ntpd and chronyd do.
#pragma once

#include "ntpdshm/segment.hpp"
#include "ntpdshm/writer.hpp"

#include <cstdint>
#include <string_view>
#include <variant>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// A copy of the words, and whether it is whole.
struct Snapshot {
    std::int32_t mode = 0;
    std::int32_t count = 0;       ///< before copying
    std::int32_t count_after = 0; ///< after copying
    std::int64_t clock_sec = 0;
    std::int32_t clock_usec = 0, clock_nsec = 0;
    std::int64_t receive_sec = 0;
    std::int32_t receive_usec = 0, receive_nsec = 0;
    std::int32_t leap = 0, precision = 0, nsamples = 0, valid = 0;

    /// False if an update ended or began while copying.
    [[nodiscard]] bool whole() const noexcept { return count == count_after; }
    /// Whether our writer is in the middle of an update, or was killed there; others' writers,
    /// that count updates by one, leave it odd every other time.
    [[nodiscard]] bool odd() const noexcept { return count % 2 != 0; }
    /// Whether it shows an update under way, or one that a killed writer left half done, or a
    /// segment that nobody has written to yet.
    [[nodiscard]] bool updating() const noexcept { return !whole() || odd() || receive_sec == 0; }
    /// Whether readers believe the ns words: in both stamps ns / 1000 must be the us.
    [[nodiscard]] bool has_nanoseconds() const noexcept;
    /// The two times as readers put them together: from ns if has_nanoseconds(), else from us.
    /// What no int64 can say is its largest or smallest.
    [[nodiscard]] std::int64_t clock_ns() const noexcept;
    [[nodiscard]] std::int64_t receive_ns() const noexcept;
    [[nodiscard]] Sample sample() const noexcept;
};

/// Whose rules.
enum class Program : std::uint8_t {
    chrony, ///< chronyd 4.x, refclock SHM
    ntp,    ///< ntp.org's ntpd 4.2.8, driver 28
    ntpsec, ///< NTPsec's ntpd 1.2, driver 28
};

/// What a reader makes of a snapshot.
enum class Verdict : std::uint8_t {
    taken,
    not_valid,   ///< valid is 0: nothing new, or somebody has read it already
    bad_mode,    ///< mode is neither 0 nor 1
    clash,       ///< mode 1, and count changed while copying
    before_1970, ///< one of the times
    future,      ///< received later than the reader's now
    stale,       ///< received too long ago
    bad_leap,    ///< leap is not one of the values that this reader knows or follows
    too_far,     ///< receive and clock differ by more than this reader's limit
    not_newer,   ///< received no later than the sample before it
};

/// What a reader's verdict depends on beside the words.
struct Circumstances {
    std::int64_t now_ns = 0;                 ///< CLOCK_REALTIME at the look
    std::int64_t last_receive_ns = -1;       ///< of the last sample taken; -1: there was none
    int chrony_poll = 4;                     ///< refclock's poll option: stale after 2^(poll+1) s
    std::int64_t ntp_max_delta_s = 4 * 3600; ///< fudge time2 of ntp.org's; 0 (flag1): no limit
    /// Judge as if valid were 1: for a spectator, who may look after the reader cleared it.
    bool assume_valid = false;
};

[[nodiscard]] std::string_view name(Program program) noexcept;

/// At most nine letters for a table: "ok" for taken, "pre-1970", "stale".
[[nodiscard]] std::string_view name(Verdict verdict) noexcept;

/// What that program would make of it. Pure. chrony checks in this order: valid and mode and
/// count, 1970, age, leap, newness; ntpd: valid, count, mode, age in whole seconds of time(2)
/// (0 to 5), the difference's limit, leap 3.
/// Source: refclock_shm.c and RCL_AddSample() of chrony 4.8, refclock_shm.c of ntp 4.2.8 and
/// NTPsec 1.2.
[[nodiscard]] Verdict judge(Program program, const Snapshot& snapshot,
                            const Circumstances& circumstances) noexcept;

/// Doesn't throw, allocate or lock. Not thread-safe.
class Reader {
  public:
    /// A segment from watch() serves peek() only.
    explicit Reader(Segment segment) noexcept;

    /// A copy, with fences as ntpd has them, that changes nothing. A new sample has another count
    /// than the last snapshot had. While an update runs it looks again, up to 100 times.
    [[nodiscard]] Snapshot peek() const noexcept;

    /// What chronyd does: copies, checks, clears `valid` unless the segment was not ready, and
    /// gives the sample or why not. Needs a writable segment.
    [[nodiscard]] std::variant<Sample, Verdict> take(std::int64_t now_ns,
                                                     int chrony_poll = 4) noexcept;

    [[nodiscard]] const Segment& segment() const noexcept { return segment_; }

  private:
    [[nodiscard]] Snapshot copy() const noexcept;

    Segment segment_;
    std::int64_t last_receive_ns_ = -1;
};

} // namespace ntpdshm
#pragma GCC visibility pop
