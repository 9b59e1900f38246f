#include "ntpdshm/reader.hpp"

#include "words.hpp"

#include <utility>

namespace ntpdshm {
namespace {

void fence() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
}

// What strangers have scribbled there must not overflow, nor come round to a time that is near.
std::int64_t join(std::int64_t sec, std::int32_t usec, std::int32_t nsec, bool fine) noexcept {
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t furthest = INT64_MAX / second - 10'000; // us of int32 are 2147 s
    const std::int64_t part = fine ? std::int64_t{nsec} : usec * INT64_C(1000);
    if (sec > furthest) return INT64_MAX;
    if (sec < -furthest) return INT64_MIN;
    return sec * second + part;
}

} // namespace

bool Snapshot::has_nanoseconds() const noexcept {
    return clock_nsec / 1000 == clock_usec && receive_nsec / 1000 == receive_usec;
}

std::int64_t Snapshot::clock_ns() const noexcept {
    return join(clock_sec, clock_usec, clock_nsec, has_nanoseconds());
}

std::int64_t Snapshot::receive_ns() const noexcept {
    return join(receive_sec, receive_usec, receive_nsec, has_nanoseconds());
}

Sample Snapshot::sample() const noexcept {
    return {clock_ns(), receive_ns(), leap, precision, nsamples};
}

Reader::Reader(Segment segment) noexcept : segment_{std::move(segment)} {}

Snapshot Reader::copy() const noexcept {
    const Words words{segment_};
    const Offsets& at = words.at();
    Snapshot s;
    s.valid = words.load(at.valid);
    s.count = words.load(at.count);
    fence();
    s.mode = words.load(at.mode);
    s.clock_sec = words.load_seconds(at.clock_sec);
    s.clock_usec = words.load(at.clock_usec);
    s.clock_nsec = words.load(at.clock_nsec);
    s.receive_sec = words.load_seconds(at.receive_sec);
    s.receive_usec = words.load(at.receive_usec);
    s.receive_nsec = words.load(at.receive_nsec);
    s.leap = words.load(at.leap);
    s.precision = words.load(at.precision);
    s.nsamples = words.load(at.nsamples);
    fence();
    s.count_after = words.load(at.count);
    return s;
}

Snapshot Reader::peek() const noexcept {
    Snapshot s = copy();
    for (int again = 0; again < 100 && s.updating(); ++again)
        s = copy();
    return s;
}

std::variant<Sample, Verdict> Reader::take(std::int64_t now_ns, int chrony_poll) noexcept {
    const Snapshot s = copy();
    Circumstances c;
    c.now_ns = now_ns;
    c.last_receive_ns = last_receive_ns_;
    c.chrony_poll = chrony_poll;
    const Verdict verdict = judge(Program::chrony, s, c);
    using enum Verdict;
    if (verdict == not_valid || verdict == bad_mode || verdict == clash) return verdict;
    const Words words{segment_};
    words.store(words.at().valid, 0);
    if (verdict != taken) return verdict;
    last_receive_ns_ = s.receive_ns();
    return s.sample();
}

} // namespace ntpdshm
