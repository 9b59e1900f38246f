#include "ntpdshm/ntpd_shm.hpp"

#include "words.hpp"

namespace ntpdshm {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// The words of one of the two stamps.
struct StampOffsets {
    std::uint8_t sec, usec, nsec;
};

StampOffsets clock_stamp(const Words& words) noexcept {
    return {words.at().clock_sec, words.at().clock_usec, words.at().clock_nsec};
}

StampOffsets receive_stamp(const Words& words) noexcept {
    return {words.at().receive_sec, words.at().receive_usec, words.at().receive_nsec};
}

SysTime load_stamp(const Words& words, StampOffsets at) noexcept {
    const std::int32_t usec = words.load(at.usec);
    const std::int32_t nsec = words.load(at.nsec);
    const std::int64_t part = nsec / 1000 == usec ? nsec : usec * INT64_C(1000);
    const auto whole =
        static_cast<std::uint64_t>(words.load_seconds(at.sec)) * static_cast<std::uint64_t>(second);
    return SysTime{std::chrono::nanoseconds{
        static_cast<std::int64_t>(whole + static_cast<std::uint64_t>(part))}};
}

WriteResult store_seconds(const Segment& segment, std::uint8_t offset, std::int64_t seconds) {
    const std::int64_t last = last_second(segment.layout());
    if (seconds > last || seconds < -last - 1) return WriteResult::out_of_range;
    Words{segment}.store_seconds(offset, seconds);
    return WriteResult::written;
}

WriteResult store_stamp(const Segment& segment, StampOffsets at, SysTime time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const auto nsec = static_cast<std::int32_t>((time - whole).count());
    const WriteResult result = store_seconds(segment, at.sec, whole.time_since_epoch().count());
    if (result != WriteResult::written) return result;
    const Words words{segment};
    words.store(at.usec, nsec / 1000);
    words.store(at.nsec, nsec);
    return result;
}

std::int64_t ns_of(SysTime time) noexcept {
    return time.time_since_epoch().count();
}

SysTime now() noexcept {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

} // namespace

NtpdShm::NtpdShm(int unit, std::int32_t base, LayoutChoice layout)
    : writer_{Segment::open(unit, layout, base)} {
    if (segment().created()) mode(1);
}

std::int32_t NtpdShm::count() const noexcept {
    const Words words{segment()};
    return words.load(words.at().count) >> 1;
}

void NtpdShm::count(std::int32_t updates) noexcept {
    const Words words{segment()};
    words.store(words.at().count,
                static_cast<std::int32_t>(static_cast<std::uint32_t>(updates) * 2));
}

std::int64_t NtpdShm::clockTimeStampSec() const noexcept {
    const Words words{segment()};
    return words.load_seconds(words.at().clock_sec);
}

WriteResult NtpdShm::clockTimeStampSec(std::int64_t seconds) noexcept {
    return store_seconds(segment(), Words{segment()}.at().clock_sec, seconds);
}

std::int64_t NtpdShm::receiveTimeStampSec() const noexcept {
    const Words words{segment()};
    return words.load_seconds(words.at().receive_sec);
}

WriteResult NtpdShm::receiveTimeStampSec(std::int64_t seconds) noexcept {
    return store_seconds(segment(), Words{segment()}.at().receive_sec, seconds);
}

// One getter and one setter for each plain word.
#define NTPDSHM_WORD(name, word)                                                                   \
    std::int32_t NtpdShm::name() const noexcept {                                                  \
        const Words words{segment()};                                                              \
        return words.load(words.at().word);                                                        \
    }                                                                                              \
    void NtpdShm::name(std::int32_t value) noexcept {                                              \
        const Words words{segment()};                                                              \
        words.store(words.at().word, value);                                                       \
    }
NTPDSHM_WORD(mode, mode)
NTPDSHM_WORD(clockTimeStampUSec, clock_usec)
NTPDSHM_WORD(clockTimeStampNSec, clock_nsec)
NTPDSHM_WORD(receiveTimeStampUSec, receive_usec)
NTPDSHM_WORD(receiveTimeStampNSec, receive_nsec)
NTPDSHM_WORD(leap, leap)
NTPDSHM_WORD(precision, precision)
NTPDSHM_WORD(nsamples, nsamples)
#undef NTPDSHM_WORD

std::int32_t NtpdShm::valid() const noexcept {
    const Words words{segment()};
    const std::int32_t value = words.load(words.at().valid);
    std::atomic_thread_fence(std::memory_order_acquire);
    return value;
}

void NtpdShm::valid(std::int32_t value) noexcept {
    // Set by hand it is the last word of a sample, or the first: nothing may pass it.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const Words words{segment()};
    words.store(words.at().valid, value);
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

SysTime NtpdShm::clockTimeStamp() const noexcept {
    const Words words{segment()};
    return load_stamp(words, clock_stamp(words));
}

WriteResult NtpdShm::clockTimeStamp(SysTime time) noexcept {
    return store_stamp(segment(), clock_stamp(Words{segment()}), time);
}

SysTime NtpdShm::receiveTimeStamp() const noexcept {
    const Words words{segment()};
    return load_stamp(words, receive_stamp(words));
}

WriteResult NtpdShm::receiveTimeStamp(SysTime time) noexcept {
    return store_stamp(segment(), receive_stamp(Words{segment()}), time);
}

WriteResult NtpdShm::update(SysTime clock, std::optional<SysTime> receive,
                            std::optional<std::int32_t> new_mode,
                            std::optional<std::int32_t> new_leap,
                            std::optional<std::int32_t> new_precision,
                            std::optional<std::int32_t> new_nsamples) noexcept {
    // `count` may have been set by hand.
    writer_.resume();
    return writer_.write(Update{ns_of(clock), ns_of(receive ? *receive : now()), new_mode, new_leap,
                                new_precision, new_nsamples});
}

} // namespace ntpdshm
