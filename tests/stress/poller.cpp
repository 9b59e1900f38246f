// The event loop and the poller's thread, each as fast as it can: what one writes the other reads
// whole, and every edge that is waited for to its end has one result. For the tsan preset.
//   stress_poller TASKS
#include "edge_poller.hpp"

#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <time.h>

namespace {

using namespace hal;

OscTime osc_now() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return OscTime::from_ns(std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec);
}

/// Each word of it follows from n.
AwaitedEdge edge_of(std::int64_t n) {
    return {OscTime::from_ns(n * 1000), Nanos{n * 3},
            n % 2 == 0 ? Polarity::rising : Polarity::falling,
            n % 3 == 0 ? AwaitedBy::interrupt : AwaitedBy::polling};
}

/// Mixtures of two tasks that a reader saw.
long mixtures(std::int64_t tasks) {
    PollTask task;
    std::atomic<bool> over{false};
    long mixed = 0;
    std::thread reader{[&] {
        while (!over) {
            const auto taken = task.take();
            if (!taken || !taken->edge) continue;
            const AwaitedEdge expected = edge_of(taken->edge->window.count() / 3);
            const AwaitedEdge& edge = *taken->edge;
            if (edge.due != expected.due || edge.polarity != expected.polarity ||
                edge.by != expected.by)
                ++mixed;
        }
    }};
    for (std::int64_t n = 1; n <= tasks; ++n)
        task.set(edge_of(n));
    over = true;
    reader.join();
    return mixed;
}

/// Results that are missing. Every third edge is called off by the next one.
long lost(int tasks) {
    std::atomic<int> level{0};
    EdgePoller poller{[&level] { return level++ % 2; }};
    [[maybe_unused]] const int without = poller.start({.cpu = 0, .priority = 1, .must = true});
    long missing = 0;
    for (int n = 0; n < tasks; ++n) {
        poller.await(AwaitedEdge{osc_now() + std::chrono::microseconds{300},
                                 std::chrono::microseconds{50}, Polarity::rising,
                                 AwaitedBy::polling});
        if (n % 3 == 0) continue;
        std::optional<PollResult> result;
        for (int tries = 0; tries < 100 && !result; ++tries) {
            pollfd done{poller.fd(), POLLIN, 0};
            ::poll(&done, 1, 100);
            result = poller.take();
        }
        if (!result) ++missing;
    }
    return missing;
}

} // namespace

int main(int argc, char** argv) {
    const int tasks = argc > 1 ? std::atoi(argv[1]) : 1000;
    const long mixed = mixtures(std::int64_t{tasks} * 1000), missing = lost(tasks);
    std::printf("%d tasks, %ld mixtures; %ld results missing\n", tasks, mixed, missing);
    return mixed == 0 && missing == 0 ? 0 : 1;
}
