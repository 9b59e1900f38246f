// One publication, and one read that changes nothing, beside the same in plain C.
#include "tests/bench/micro/plain_shm.hpp"
#include "tests/unit/support/ipc.hpp"

#include <ntpdshm/reader.hpp>
#include <ntpdshm/writer.hpp>

#include <benchmark/benchmark.h>

#include <sys/ipc.h>
#include <sys/shm.h>

namespace {

using ppsd::app::test::private_base;
using ppsd::app::test::remove_segment;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t begin = 1'800'000'000 * second;

/// Ours, attached twice, under a key that is nobody's.
struct OurSegment {
    ntpdshm::Writer writer{open()};
    ntpdshm::Reader reader{open()};

    OurSegment() { remove_segment(writer.segment().key()); }

    [[nodiscard]] static ntpdshm::Segment open() {
        return ntpdshm::Segment::open(2, ntpdshm::LayoutChoice::time64, private_base());
    }
    void write(std::int64_t now) {
        benchmark::DoNotOptimize(writer.write(ntpdshm::Sample{now, now + 1234, 0, -20}));
    }
};

class PlainSegment {
  public:
    PlainSegment()
        : id_{::shmget(IPC_PRIVATE, sizeof(plain::ShmTime), IPC_CREAT | 0600)},
          memory_{static_cast<plain::ShmTime*>(::shmat(id_, nullptr, 0))} {
        ::shmctl(id_, IPC_RMID, nullptr);
    }
    PlainSegment(const PlainSegment&) = delete;
    PlainSegment& operator=(const PlainSegment&) = delete;
    ~PlainSegment() { ::shmdt(memory_); }

    [[nodiscard]] plain::ShmTime* get() const { return memory_; }

  private:
    int id_;
    plain::ShmTime* memory_;
};

timespec from_ns(std::int64_t ns) {
    return {ns / second, ns % second};
}

void plain_write(const PlainSegment& segment, std::int64_t now) {
    plain::write(segment.get(), from_ns(now), from_ns(now + 1234), 0, -20);
}

void publish_ours(benchmark::State& state) {
    OurSegment segment;
    std::int64_t now = begin;
    for (auto _ : state)
        segment.write(now += second);
}
BENCHMARK(publish_ours)->Name("publish/ours");

void publish_plain(benchmark::State& state) {
    const PlainSegment segment;
    std::int64_t now = begin;
    for (auto _ : state)
        plain_write(segment, now += second);
}
BENCHMARK(publish_plain)->Name("publish/plain");

void read_ours(benchmark::State& state) {
    OurSegment segment;
    segment.write(begin);
    for (auto _ : state)
        benchmark::DoNotOptimize(segment.reader.peek());
}
BENCHMARK(read_ours)->Name("read/ours");

void read_plain(benchmark::State& state) {
    const PlainSegment segment;
    plain_write(segment, begin);
    plain::ShmTime copy{};
    for (auto _ : state) {
        benchmark::DoNotOptimize(plain::read(segment.get(), copy));
        benchmark::DoNotOptimize(copy);
    }
}
BENCHMARK(read_plain)->Name("read/plain");

} // namespace
