#include "hal/src/edge_poller.hpp"
#include "hal/src/polled_pulses.hpp"

#include "tests/unit/hal/fake_line.hpp"
#include "tests/unit/support/fake_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <set>
#include <string>
#include <sys/mman.h>
#include <vector>

using namespace hal;
using hal::test::FakeLine;
using hal::test::Wire;
using ppsd::app::test::FakeClock;

namespace {

std::set<int> threads() {
    std::set<int> ids;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/task"})
        ids.insert(std::stoi(entry.path().filename()));
    return ids;
}

/// The thread that was started since.
int started_since(const std::set<int>& before) {
    std::vector<int> more;
    const auto now = threads();
    std::set_difference(now.begin(), now.end(), before.begin(), before.end(),
                        std::back_inserter(more));
    REQUIRE(more.size() == 1);
    return more[0];
}

std::vector<int> processors_of(int thread) {
    cpu_set_t set;
    REQUIRE(::sched_getaffinity(thread, sizeof set, &set) == 0);
    std::vector<int> cpus;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
    return cpus;
}

/// It does its work from here on.
void await_its_first(EdgePoller& poller) {
    poller.await(AwaitedEdge{OscTime{}, 1us, Polarity::rising, AwaitedBy::polling}); // long past
    pollfd ended{poller.fd(), POLLIN, 0};
    REQUIRE(::poll(&ended, 1, 10'000) == 1);
}

} // namespace

TEST_CASE("poller: on its processor alone, before all ordinary threads, and waking in time") {
    const auto before = threads();
    EdgePoller poller{[] { return 0; }};
    const int cpu = processors_of(0).back();
    const int err = poller.start({.cpu = cpu, .priority = 7, .must = true, .lock = false});
    await_its_first(poller);
    const int thread = started_since(before);
    CHECK(processors_of(thread) == std::vector{cpu});
    std::ifstream status{"/proc/" + std::to_string(thread) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("CapPrm:") || line.starts_with("CapEff:"))
            CHECK(line.substr(8) == "0000000000000000");
    long slack = -1;
    if (std::ifstream{"/proc/" + std::to_string(thread) + "/timerslack_ns"} >> slack)
        CHECK(slack <= 1); // 0: a real-time thread has none
    if (err == EPERM) {
        MESSAGE("SKIPPED: no right to real-time priority here; run it as root");
        return;
    }
    REQUIRE(err == 0);
    CHECK(::sched_getscheduler(thread) == SCHED_FIFO);
    sched_param param{};
    REQUIRE(::sched_getparam(thread, &param) == 0);
    CHECK(param.sched_priority == 7);
}

TEST_CASE("poller: what it needs stays in memory, unless all of it does already") {
    const auto locked = [] {
        std::ifstream status{"/proc/self/status"};
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmLck:")) return std::atol(line.c_str() + 6);
        return 0L;
    };
    const bool may_be = ::mlockall(MCL_CURRENT | MCL_ONFAULT) == 0;
    const bool shows = locked() > 0; // not with a sanitizer, which locks nothing
    ::munlockall();
    const long least = locked();
    for (const bool lock : {false, true}) {
        EdgePoller poller{[] { return 0; }};
        std::ignore = poller.start({.cpu = 0, .must = true, .lock = lock});
        CHECK((locked() > least) == (lock && shows));
        CHECK((poller.lock_error() != 0) == (lock && !may_be));
    }
    ::munlockall();
    if (!shows) MESSAGE("SKIPPED: so much memory can't be locked here; run it as root");
}

TEST_CASE("poller: where it polls is chosen whenever polling begins") {
    const std::vector<int> cpus = processors_of(0);
    if (cpus.size() < 2) {
        MESSAGE("SKIPPED: there is one processor");
        return;
    }
    Wire wire;
    FakeClock clock;
    clock.raw_minus_mono = [](MonoTime) { return 0s; };
    int chosen = cpus.back();
    const auto before = threads();
    auto poller = std::make_unique<EdgePoller>([] { return 0; });
    std::ignore = poller->start({.cpu = cpus.front(), .priority = 1, .must = true, .lock = false});
    const int thread = started_since(before);
    PolledPulses pulses{
        std::make_unique<FakeLine>(wire), EdgeChoice::automatic, clock, std::move(poller), "polled",
        [&chosen] { return chosen; }};
    const auto await = [&] {
        pulses.await({OscTime{} + 3600s, 100us, Polarity::rising, AwaitedBy::polling});
        return processors_of(thread);
    };
    CHECK(processors_of(thread) == std::vector{cpus.front()});
    CHECK(await() == std::vector{cpus.back()});
    chosen = cpus.front();
    CHECK(await() == std::vector{cpus.back()}); // it goes on
    pulses.hunt();
    CHECK(await() == std::vector{cpus.front()});
    chosen = CPU_SETSIZE - 1; // no such processor
    pulses.hunt();
    CHECK(await() == std::vector{cpus.front()});
}
