// Two processes, or two threads, on one segment as fast as they can: does a reader ever take a
// mixture of two samples? Stops after 10^8 reads (looks that found
// valid set, and copied) or the seconds given.
//   stress processes SECONDS   ntpd's reader as it is written in C, plain copy between fences
//   stress threads SECONDS     this library's reader, whose every access TSan can follow
//   stress killed TIMES        processes; the writer is killed at a random moment, that many times,
//                              and each next one takes the segment over
//   stress careless SECONDS    processes with a writer that has no protocol: must find mixtures
#include "ntpdshm/reader.hpp"
#include "ntpdshm/writer.hpp"
#include "tests/unit/support/ipc.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <random>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace ntpdshm;
using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t reads_at_most = 100'000'000;
/// Samples are microseconds apart, from here on; the reader's now is later than all of them.
constexpr std::int64_t start = 1'700'000'000 * second;
constexpr std::int64_t now = start + 1'000'000 * second;
constexpr int lenient_poll = 20;

/// Every word of sample n follows from its receive time.
Sample sample_at(std::int64_t receive_ns) {
    const auto n = static_cast<std::int32_t>((receive_ns - start) / 1000 % 1'000'000);
    return {receive_ns * 2 - start, receive_ns, n % 3, -(n % 29), n};
}

bool is_whole(const Sample& s) {
    const Sample expected = sample_at(s.receive_ns);
    return s.clock_ns == expected.clock_ns && s.leap == expected.leap &&
           s.precision == expected.precision && s.nsamples == expected.nsamples;
}

struct Tally {
    std::int64_t looks = 0, taken = 0, clashes = 0, stale = 0, mixtures = 0;

    [[nodiscard]] std::int64_t reads() const { return taken + clashes + stale; }
    void count(const Sample& s) {
        ++taken;
        if (!is_whole(s)) ++mixtures;
    }
    void count(Verdict verdict) {
        if (verdict == Verdict::clash) ++clashes;
        if (verdict == Verdict::stale) ++stale;
    }
    void print(std::string_view what) const {
        std::printf("%.*s: %lld looks, %lld taken, %lld clashes, %lld stale, %lld mixtures\n",
                    static_cast<int>(what.size()), what.data(), static_cast<long long>(looks),
                    static_cast<long long>(taken), static_cast<long long>(clashes),
                    static_cast<long long>(stale), static_cast<long long>(mixtures));
    }
};

// ntp 4.2.8's shm_query() and its staleness check: plain accesses, on purpose.
std::variant<Sample, Verdict> ntpd_look(volatile ShmTime64& shm) {
    if (shm.valid == 0) return Verdict::not_valid;
    const int count = shm.count;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    ShmTime64 copy;
    std::memcpy(&copy, const_cast<const ShmTime64*>(&shm), sizeof copy);
    shm.valid = 0;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (count != shm.count) return Verdict::clash;
    const std::int64_t receive = std::int64_t{copy.receiveTimeStampSec.low} * second;
    if (receive == 0) return Verdict::stale;
    return Sample{std::int64_t{copy.clockTimeStampSec.low} * second + copy.clockTimeStampNSec,
                  receive + copy.receiveTimeStampNSec, copy.leap, copy.precision, copy.nsamples};
}

/// Looks until the time is over, a hundred looks to each glance at the clock.
Tally look_on(const auto& look, std::chrono::seconds duration, bool stop_at_mixture) {
    Tally tally;
    const auto end = SteadyClock::now() + duration;
    while (tally.reads() < reads_at_most && SteadyClock::now() < end) {
        for (int i = 0; i < 100; ++i, ++tally.looks)
            std::visit([&](const auto& result) { tally.count(result); }, look());
        if (stop_at_mixture && tally.mixtures > 0) break;
    }
    return tally;
}

void write_on(Writer& writer, const std::atomic<bool>& stop) {
    for (std::int64_t ns = start + 1000; !stop.load(std::memory_order_relaxed); ns += 1000)
        if (writer.write(sample_at(ns)) != WriteResult::written) std::abort();
}

/// What a writer does that knows of no readers.
void write_carelessly(volatile ShmTime64& shm) {
    for (std::int64_t ns = start + 1000;; ns += 1000) {
        const Sample s = sample_at(ns);
        shm.clockTimeStampSec.low = static_cast<std::uint32_t>(s.clock_ns / second);
        shm.clockTimeStampNSec = static_cast<std::int32_t>(s.clock_ns % second);
        shm.receiveTimeStampSec.low = static_cast<std::uint32_t>(s.receive_ns / second);
        shm.receiveTimeStampNSec = static_cast<std::int32_t>(s.receive_ns % second);
        shm.leap = s.leap;
        shm.precision = s.precision;
        shm.nsamples = s.nsamples;
        shm.valid = 1;
    }
}

/// A unit of this process's own, removed at the end.
class Unit {
  public:
    Unit() { (void)open(LayoutChoice::time64); }
    Unit(const Unit&) = delete;
    Unit& operator=(const Unit&) = delete;
    ~Unit() { ppsd::app::test::remove_segment(key_of(9, base_)); }
    [[nodiscard]] Segment open(LayoutChoice choice) const {
        return Segment::open(9, choice, base_);
    }

  private:
    std::int32_t base_ = ppsd::app::test::private_base();
};

volatile ShmTime64& shm_of(const Segment& segment) {
    return *static_cast<ShmTime64*>(segment.memory());
}

/// Runs `body` in a child that ends with us at the latest.
class Child {
  public:
    explicit Child(const auto& body) : pid_{::fork()} {
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        body();
        ::_exit(0);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

  private:
    pid_t pid_;
};

Tally processes(std::chrono::seconds duration) {
    const Unit unit;
    const Child child{[&] {
        Writer writer{unit.open(LayoutChoice::time64)};
        const std::atomic<bool> never{false};
        write_on(writer, never);
    }};
    const Segment segment = unit.open(LayoutChoice::time64);
    volatile ShmTime64& shm = shm_of(segment);
    return look_on([&] { return ntpd_look(shm); }, duration, false);
}

/// Looks on for that long, and for some looks more.
void look_for(const auto& look, std::chrono::microseconds duration, Tally& tally) {
    const auto end = SteadyClock::now() + duration;
    do {
        for (int i = 0; i < 20; ++i, ++tally.looks)
            std::visit([&](const auto& result) { tally.count(result); }, look());
    } while (SteadyClock::now() < end);
}

/// False: a writer published nothing, or there was a mixture.
bool killed(int times) {
    const Unit unit;
    const Segment segment = unit.open(LayoutChoice::time64);
    volatile ShmTime64& shm = shm_of(segment);
    const auto look = [&] { return ntpd_look(shm); };
    std::minstd_rand random{7};
    Tally all;
    int odd = 0;
    for (int i = 0; i < times; ++i) {
        Tally tally;
        {
            const Child child{[&] {
                Writer writer{unit.open(LayoutChoice::time64)};
                const std::atomic<bool> never{false};
                write_on(writer, never);
            }};
            while (tally.taken == 0)
                look_for(look, std::chrono::microseconds{0}, tally);
            look_for(look, std::chrono::microseconds{random() % 2000}, tally);
        }
        look_for(look, std::chrono::microseconds{0}, tally);
        odd += shm.count % 2;
        all.taken += tally.taken;
        all.mixtures += tally.mixtures;
    }
    std::printf("figure: writer killed %d times, %d of them in mid-update: %lld samples taken, "
                "%lld mixtures\n",
                times, odd, static_cast<long long>(all.taken),
                static_cast<long long>(all.mixtures));
    return all.mixtures == 0;
}

Tally careless(std::chrono::seconds duration) {
    const Unit unit;
    const Segment segment = unit.open(LayoutChoice::time64);
    volatile ShmTime64& shm = shm_of(segment);
    shm.mode = 1;
    const Child child{[&] { write_carelessly(shm); }};
    return look_on([&] { return ntpd_look(shm); }, duration, true);
}

Tally threads(std::chrono::seconds duration) {
    const Unit unit;
    Writer writer{unit.open(LayoutChoice::time64)};
    Reader reader{unit.open(LayoutChoice::time64)};
    std::atomic<bool> stop{false};
    std::thread other{[&] { write_on(writer, stop); }};
    const Tally tally = look_on([&] { return reader.take(now, lenient_poll); }, duration, false);
    stop = true;
    other.join();
    return tally;
}

int run(std::string_view what, std::chrono::seconds duration) {
    const Tally tally = what == "processes" ? processes(duration)
                        : what == "threads" ? threads(duration)
                                            : careless(duration);
    tally.print(what);
    if (tally.taken == 0) return 1;
    return (what == "careless") == (tally.mixtures > 0) ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (argc != 3 ||
        (what != "processes" && what != "threads" && what != "careless" && what != "killed")) {
        std::fputs("usage: stress processes|threads|careless SECONDS | killed TIMES\n", stderr);
        return 2;
    }
    try {
        if (what == "killed") return killed(std::stoi(argv[2])) ? 0 : 1;
        return run(what, std::chrono::seconds{std::stoi(argv[2])});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stress: %s\n", error.what());
        return 1;
    }
}
