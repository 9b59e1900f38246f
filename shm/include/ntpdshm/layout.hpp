// The words of the NTP shared memory segment, for readers of either time_t.
//
// Source: struct shmTime in ntpd's refclock_shm.c (driver 28) and chrony's refclock_shm.c. It is
// a C struct with time_t members, so the *reader's* ABI decides where its words lie; nothing in
// the segment says which. A writer of the wrong layout is not noticed: it is only never heard.
#pragma once

#include "ntpdshm/cpp20.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>
#include <type_traits>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// "NTP0": the System V IPC key of unit 0; unit n has key_base + n.
inline constexpr std::int32_t key_base = 0x4e545030;

/// Units are 0 to 255 (ntpd's 127.127.28.u).
inline constexpr int max_unit = 255;

/// Values of the leap word, as in the NTP packet.
inline constexpr std::int32_t leap_no_warning = 0;
inline constexpr std::int32_t leap_add_second = 1; ///< the last minute of this month has 61 s
inline constexpr std::int32_t leap_del_second = 2; ///< the last minute of this month has 59 s
inline constexpr std::int32_t leap_not_in_sync = 3;

/// time64: 64-bit time_t aligned to 8 (every 64-bit machine, and 32-bit ARM with 64-bit time_t).
/// time32: 32-bit time_t. There is a third, for 64-bit time_t on i386 (aligned to 4, 88 bytes);
/// no distribution's ntpd or chronyd has it, and it is not supported.
enum class Layout : std::uint8_t { time32, time64 };

/// What a user may ask for; "automatic" is explained at choose_layout() in layout_choice.hpp.
enum class LayoutChoice : std::uint8_t { automatic, native, time32, time64 };

/// In the enum's order.
inline constexpr std::array<std::string_view, 4> layout_choice_words{"auto", "native", "time32",
                                                                     "time64"};

/// One of these words; nothing for any other word.
[[nodiscard]] std::optional<LayoutChoice> parse_layout_choice(std::string_view word) noexcept;

/// "time32" or "time64".
[[nodiscard]] std::string_view name(Layout layout) noexcept;

/// 64-bit seconds as two words, so that every store is one instruction on every machine.
struct SplitSecondsLittle {
    std::uint32_t low;
    std::int32_t high;
};
struct SplitSecondsBig {
    std::int32_t high;
    std::uint32_t low;
};
using SplitSeconds = std::conditional_t<std::endian::native == std::endian::big, SplitSecondsBig,
                                        SplitSecondsLittle>;

/// The segment with 64-bit time_t. Names and meanings are the original struct's:
struct ShmTime64 {
    std::int32_t mode;               ///< 1: `count` tells whether a copy is whole; 0: nothing does
    std::int32_t count;              ///< + 1 before and + 1 after an update: odd while one runs
    SplitSeconds clockTimeStampSec;  ///< the reference's time of the event, s since 1970 (POSIX)
    std::int32_t clockTimeStampUSec; ///< us within that second, the truncated ns
    std::int32_t pad1;
    SplitSeconds receiveTimeStampSec; ///< the system clock's time of the same event
    std::int32_t receiveTimeStampUSec;
    std::int32_t leap;               ///< leap_no_warning … leap_not_in_sync
    std::int32_t precision;          ///< of the reference, log2 of seconds: -20 is about 1 us
    std::int32_t nsamples;           ///< ntpd's; nobody reads it
    std::int32_t valid;              ///< 1: unread sample; readers set it to 0
    std::int32_t clockTimeStampNSec; ///< ns within the second; counts only if its us agree
    std::int32_t receiveTimeStampNSec;
    std::int32_t dummy[8];
    std::int32_t pad2;
};

/// The same with 32-bit time_t: seconds end in January 2038.
struct ShmTime32 {
    std::int32_t mode;
    std::int32_t count;
    std::int32_t clockTimeStampSec;
    std::int32_t clockTimeStampUSec;
    std::int32_t receiveTimeStampSec;
    std::int32_t receiveTimeStampUSec;
    std::int32_t leap;
    std::int32_t precision;
    std::int32_t nsamples;
    std::int32_t valid;
    std::int32_t clockTimeStampNSec;
    std::int32_t receiveTimeStampNSec;
    std::int32_t dummy[8];
};

/// Where each word lies, in bytes from the start; for seconds, where the first of its words does.
struct Offsets {
    std::uint8_t mode, count, clock_sec, clock_usec, receive_sec, receive_usec, leap, precision,
        nsamples, valid, clock_nsec, receive_nsec;
    friend constexpr bool operator==(const Offsets&, const Offsets&) = default;
};

namespace detail {
template <class Struct>
consteval Offsets offsets_of() {
    return {offsetof(Struct, mode),
            offsetof(Struct, count),
            offsetof(Struct, clockTimeStampSec),
            offsetof(Struct, clockTimeStampUSec),
            offsetof(Struct, receiveTimeStampSec),
            offsetof(Struct, receiveTimeStampUSec),
            offsetof(Struct, leap),
            offsetof(Struct, precision),
            offsetof(Struct, nsamples),
            offsetof(Struct, valid),
            offsetof(Struct, clockTimeStampNSec),
            offsetof(Struct, receiveTimeStampNSec)};
}
} // namespace detail

inline constexpr Offsets offsets64 = detail::offsets_of<ShmTime64>();
inline constexpr Offsets offsets32 = detail::offsets_of<ShmTime32>();

static_assert(offsets64 == Offsets{0, 4, 8, 16, 24, 32, 36, 40, 44, 48, 52, 56});
static_assert(offsets32 == Offsets{0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44});
static_assert(sizeof(ShmTime64) == 96 && sizeof(ShmTime32) == 80);
static_assert(alignof(ShmTime64) == 4 && alignof(ShmTime32) == 4);
static_assert(std::is_trivial_v<ShmTime64> && std::is_standard_layout_v<ShmTime64>);
static_assert(std::is_trivial_v<ShmTime32> && std::is_standard_layout_v<ShmTime32>);

[[nodiscard]] constexpr const Offsets& offsets(Layout layout) noexcept {
    return layout == Layout::time64 ? offsets64 : offsets32;
}

/// The segment's size in bytes: 96 or 80.
[[nodiscard]] constexpr std::size_t size(Layout layout) noexcept {
    return layout == Layout::time64 ? sizeof(ShmTime64) : sizeof(ShmTime32);
}

/// The layout that a segment of this size has; nothing for any other size.
[[nodiscard]] constexpr std::optional<Layout> layout_of_size(std::size_t bytes) noexcept {
    if (bytes == sizeof(ShmTime64)) return Layout::time64;
    if (bytes == sizeof(ShmTime32)) return Layout::time32;
    return std::nullopt;
}

/// The last second that fits: 2^31 - 1 or 2^63 - 1.
[[nodiscard]] constexpr std::int64_t last_second(Layout layout) noexcept {
    return layout == Layout::time64 ? INT64_MAX : INT32_MAX;
}

/// The layout of the ABI that this library was compiled for. Another program's may differ.
[[nodiscard]] constexpr Layout native_layout() noexcept {
#if defined(__i386__)
    return Layout::time32;
#else
    return sizeof(std::time_t) == 8 ? Layout::time64 : Layout::time32;
#endif
}

} // namespace ntpdshm
#pragma GCC visibility pop
