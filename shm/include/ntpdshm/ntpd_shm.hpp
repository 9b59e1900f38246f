// The whole of the segment as one object, with the field names of ntpd's struct shmTime: for
// clock sources of one's own. The C++ sibling of the Python class of the same name.
//
//   ntpdshm::NtpdShm shm{2};
//   shm.precision(-6);
//   if (shm.update(time_of_my_clock()) != ntpdshm::WriteResult::written) …
#pragma once

#include "ntpdshm/writer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// ns since 1970 (POSIX); system_clock's own type on Linux.
using SysTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// One unit. Every field has a getter and a setter under its original name. A setter stores one
/// word, at once, where a reader may be looking: setting the fields of a sample one by one is a
/// race that only update() avoids. By hand: valid(0), the fields, count(count() + 1), valid(1).
///
/// Not thread-safe. Only opening throws.
class NtpdShm {
  public:
    /// Attaches to the unit's segment, or makes it, with mode 1. Throws as Segment::open().
    explicit NtpdShm(int unit = 0, std::int32_t base = key_base,
                     LayoutChoice layout = LayoutChoice::automatic);

    /// 1: readers compare `count`; 0: they don't.
    [[nodiscard]] std::int32_t mode() const noexcept;
    void mode(std::int32_t value) noexcept;

    /// How many updates there were: half of the word, which update() increments twice. Setting n
    /// sets the word to 2 n (so it is right only up to 2^30 - 1, then it wraps).
    [[nodiscard]] std::int32_t count() const noexcept;
    void count(std::int32_t updates) noexcept;

    /// Seconds since 1970. out_of_range, and nothing stored, if the layout doesn't hold them.
    [[nodiscard]] std::int64_t clockTimeStampSec() const noexcept;
    [[nodiscard]] WriteResult clockTimeStampSec(std::int64_t seconds) noexcept;
    [[nodiscard]] std::int64_t receiveTimeStampSec() const noexcept;
    [[nodiscard]] WriteResult receiveTimeStampSec(std::int64_t seconds) noexcept;

    /// Within the second: 0 to 999999 us, and the same in ns, 0 to 999999999. Readers use the us
    /// alone unless they are the truncated ns, in both stamps.
    [[nodiscard]] std::int32_t clockTimeStampUSec() const noexcept;
    void clockTimeStampUSec(std::int32_t value) noexcept;
    [[nodiscard]] std::int32_t clockTimeStampNSec() const noexcept;
    void clockTimeStampNSec(std::int32_t value) noexcept;
    [[nodiscard]] std::int32_t receiveTimeStampUSec() const noexcept;
    void receiveTimeStampUSec(std::int32_t value) noexcept;
    [[nodiscard]] std::int32_t receiveTimeStampNSec() const noexcept;
    void receiveTimeStampNSec(std::int32_t value) noexcept;

    /// leap_no_warning, leap_add_second, leap_del_second, leap_not_in_sync.
    [[nodiscard]] std::int32_t leap() const noexcept;
    void leap(std::int32_t value) noexcept;
    /// Of the clock, log2 of seconds: -6 is 16 ms.
    [[nodiscard]] std::int32_t precision() const noexcept;
    void precision(std::int32_t value) noexcept;
    [[nodiscard]] std::int32_t nsamples() const noexcept;
    void nsamples(std::int32_t value) noexcept;
    /// 1: there is a sample that no reader has taken; readers set it to 0.
    [[nodiscard]] std::int32_t valid() const noexcept;
    void valid(std::int32_t value) noexcept;

    /// The three words of a stamp together, exact to the ns if the ns word agrees with the us.
    [[nodiscard]] SysTime clockTimeStamp() const noexcept;
    [[nodiscard]] WriteResult clockTimeStamp(SysTime time) noexcept;
    [[nodiscard]] SysTime receiveTimeStamp() const noexcept;
    [[nodiscard]] WriteResult receiveTimeStamp(SysTime time) noexcept;

    /// Publishes a sample in one step, whole for every reader that checks (writer.hpp).
    /// clock: the reference's time of an event; receive: the system clock's time of the same
    /// event, now if left out. What else is left out keeps its value, mode included.
    [[nodiscard]] WriteResult update(SysTime clock, std::optional<SysTime> receive = {},
                                     std::optional<std::int32_t> mode = {},
                                     std::optional<std::int32_t> leap = {},
                                     std::optional<std::int32_t> precision = {},
                                     std::optional<std::int32_t> nsamples = {}) noexcept;

    [[nodiscard]] const Segment& segment() const noexcept { return writer_.segment(); }

  private:
    Writer writer_;
};

} // namespace ntpdshm
#pragma GCC visibility pop
