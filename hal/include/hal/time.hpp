// Times that say which clock they are of. They never convert into each other implicitly.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace hal {

/// A length of time, in nanoseconds; of whichever clock the two instants were.
using Nanos = std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// An instant of the clock `ClockTag`, int64 nanoseconds since that clock's own zero.
/// The range is 292 years either way.
template <class ClockTag>
class Instant {
  public:
    constexpr Instant() = default;
    [[nodiscard]] static constexpr Instant from_ns(std::int64_t ns) { return Instant{Nanos{ns}}; }

    [[nodiscard]] constexpr std::int64_t ns() const { return since_zero_.count(); }

    friend constexpr bool operator==(Instant, Instant) = default;
    // GCC 12 calls a function for each comparison otherwise: thousands a second.
    [[gnu::always_inline]] friend constexpr auto operator<=>(Instant a, Instant b) {
        return a.ns() <=> b.ns();
    }
    friend constexpr Instant operator+(Instant t, Nanos d) { return Instant{t.since_zero_ + d}; }
    friend constexpr Instant operator-(Instant t, Nanos d) { return Instant{t.since_zero_ - d}; }
    friend constexpr Nanos operator-(Instant a, Instant b) { return a.since_zero_ - b.since_zero_; }

  private:
    explicit constexpr Instant(Nanos since_zero) : since_zero_{since_zero} {}
    Nanos since_zero_{0};
};

/// CLOCK_MONOTONIC: slewed with the system clock, never stepped. What the kernel stamps with.
using MonoTime = Instant<struct MonotonicTag>;
/// CLOCK_MONOTONIC_RAW: the board's oscillator, which nobody slews. What the discipline lives on.
using OscTime = Instant<struct OscillatorTag>;
/// CLOCK_REALTIME: UTC as the system believes it. Only in a finished Sample.
using RealTime = Instant<struct RealtimeTag>;

/// One instant as two clocks have it: what is decided by is `osc`; `mono` is kept for the sample.
struct Stamp {
    OscTime osc;
    MonoTime mono;

    [[nodiscard]] constexpr Nanos raw_minus_mono() const { return Nanos{osc.ns() - mono.ns()}; }
    friend constexpr bool operator==(const Stamp&, const Stamp&) = default;
};

/// A whole second of UTC, as POSIX counts them (86400 a day, an inserted leap second has none).
class UtcSecond {
  public:
    constexpr UtcSecond() = default;
    [[nodiscard]] static constexpr UtcSecond from_posix(std::int64_t s) { return UtcSecond{s}; }

    [[nodiscard]] constexpr std::int64_t posix() const { return posix_; }
    /// When it begins, in nanoseconds since 1970.
    [[nodiscard]] constexpr std::int64_t posix_ns() const { return posix_ * 1'000'000'000; }

    friend constexpr auto operator<=>(UtcSecond, UtcSecond) = default;
    friend constexpr UtcSecond operator+(UtcSecond t, std::int64_t s) {
        return UtcSecond{t.posix_ + s};
    }
    friend constexpr UtcSecond operator-(UtcSecond t, std::int64_t s) {
        return UtcSecond{t.posix_ - s};
    }
    /// Seconds from b to a.
    friend constexpr std::int64_t operator-(UtcSecond a, UtcSecond b) {
        return a.posix_ - b.posix_;
    }

  private:
    explicit constexpr UtcSecond(std::int64_t posix) : posix_{posix} {}
    std::int64_t posix_{0};
};

} // namespace hal
