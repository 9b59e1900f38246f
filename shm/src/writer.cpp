#include "ntpdshm/writer.hpp"

#include "words.hpp"

#include <utility>

namespace ntpdshm {
namespace {

constexpr std::int64_t second = 1'000'000'000;

void fence() noexcept {
    std::atomic_thread_fence(std::memory_order_release);
}

bool fits(std::int64_t ns, Layout layout) noexcept {
    return ns >= 0 && ns / second <= last_second(layout);
}

std::int32_t nanoseconds(std::int64_t ns) noexcept {
    return static_cast<std::int32_t>(ns % second);
}

void store_if(const Words& words, std::uint8_t offset, const std::optional<std::int32_t>& value) {
    if (value) words.store(offset, *value);
}

/// Everything between the two increments: all but count, valid and the receive seconds.
void store_fields(const Words& words, const Update& update) noexcept {
    const Offsets& at = words.at();
    store_if(words, at.mode, update.mode);
    words.store_seconds(at.clock_sec, update.clock_ns / second);
    words.store(at.clock_usec, nanoseconds(update.clock_ns) / 1000);
    words.store(at.clock_nsec, nanoseconds(update.clock_ns));
    words.store(at.receive_usec, nanoseconds(update.receive_ns) / 1000);
    words.store(at.receive_nsec, nanoseconds(update.receive_ns));
    store_if(words, at.leap, update.leap);
    store_if(words, at.precision, update.precision);
    store_if(words, at.nsamples, update.nsamples);
}

} // namespace

Writer::Writer(Segment segment) noexcept : segment_{std::move(segment)} {
    resume();
}

WriteResult Writer::write(const Sample& sample) noexcept {
    return write(Update{sample.clock_ns, sample.receive_ns, 1, sample.leap, sample.precision,
                        sample.nsamples});
}

WriteResult Writer::write(const Update& update) noexcept {
    if (!fits(update.clock_ns, segment_.layout()) || !fits(update.receive_ns, segment_.layout()))
        return WriteResult::out_of_range;
    const Words words{segment_};
    const Offsets& at = words.at();
    words.store(at.valid, 0);
    words.store_seconds(at.receive_sec, 0);
    fence();
    store_count(count_ + 1);
    fence();
    store_fields(words, update);
    fence();
    store_count(count_ += 2);
    fence();
    words.store_seconds(at.receive_sec, update.receive_ns / second);
    // Not for truth, but so that no reader with fences finds the 1 without the seconds.
    fence();
    words.store(at.valid, 1);
    return WriteResult::written;
}

void Writer::invalidate() noexcept {
    const Words words{segment_};
    words.store(words.at().valid, 0);
    fence();
    store_count(count_);
}

bool Writer::disturbed() const noexcept {
    const Words words{segment_};
    return static_cast<std::uint32_t>(words.load(words.at().count)) != left_;
}

void Writer::resume() noexcept {
    const Words words{segment_};
    const auto found = static_cast<std::uint32_t>(words.load(words.at().count));
    left_ = found;
    count_ = found + (found & 1U);
}

void Writer::store_count(std::uint32_t count) noexcept {
    const Words words{segment_};
    words.store(words.at().count, static_cast<std::int32_t>(count));
    left_ = count;
}

} // namespace ntpdshm
