// No test here waits: what is served is ready, and deadlines are in the past.
#include "daemon/service/event_loop.hpp"

#include "tests/unit/support/ticker.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using hal::MonoTime;

namespace {

constexpr auto nothing = [] {};

/// Readable until it is taken from.
struct Ready {
    hal::UniqueFd fd{::eventfd(1, EFD_NONBLOCK)};
    [[nodiscard]] int get() const { return fd.get(); }
    void take() const {
        std::uint64_t value = 0;
        CHECK(::read(fd.get(), &value, sizeof value) == sizeof value);
    }
};

} // namespace

TEST_CASE("what is ready is served by rank, then comes the tick") {
    EventLoop loop;
    const Ready a, b, c, d;
    std::string order;
    const auto watch = [&](const Ready& ready, Rank rank, const char* name) {
        loop.watch(ready.get(), rank, [&order, &ready, name] {
            ready.take();
            order += name;
        });
    };
    watch(a, Rank::bytes, "bytes ");
    watch(b, Rank::pulses, "pulses ");
    watch(c, Rank::clock, "clock ");
    watch(d, Rank::bytes, "more ");
    loop.on_wake_up([&] { order += "woken "; });
    const auto tick = [&] {
        order += "tick";
        loop.stop();
    };
    run(loop, tick, std::nullopt);
    CHECK(order == "woken clock pulses bytes more tick");
}

TEST_CASE("the nearest deadline wakes all that was added, which are ticked in that order") {
    EventLoop loop;
    std::string order;
    Ticker never{[&] { order += "never "; }, std::nullopt};
    Ticker late{[&] { order += "late "; }, MonoTime::from_ns(INT64_MAX)};
    loop.add(never);
    loop.add(late);
    run(loop, [&] {
        order += "due";
        loop.stop();
    });
    CHECK(order == "never late due");
}

TEST_CASE("a deadline that has passed brings the tick, and nothing else") {
    EventLoop loop;
    int ticks = 0;
    run(loop, [&] {
        if (++ticks == 3) loop.stop();
    });
    CHECK(ticks == 3);
}

TEST_CASE("a handler may unwatch another that is ready: it isn't served") {
    EventLoop loop;
    const Ready first, second;
    bool served = false;
    loop.watch(second.get(), Rank::bytes, [&] { served = true; });
    loop.watch(first.get(), Rank::pulses, [&] {
        first.take();
        loop.unwatch(second.get());
    });
    run(loop, [&] { loop.stop(); });
    CHECK_FALSE(served);
}

TEST_CASE("a handler may unwatch itself, and live until it returns") {
    EventLoop loop;
    const Ready ready;
    int served = 0;
    const std::string kept(1000, 'x'); // on the heap, in the handler
    loop.watch(ready.get(), Rank::bytes, [&, kept] {
        loop.unwatch(ready.get());
        ++served;
        CHECK(kept.size() == 1000);
    });
    int ticks = 0;
    run(loop, [&] {
        if (++ticks == 2) loop.stop();
    });
    CHECK(served == 1); // though it stayed readable
}

TEST_CASE("a handler may put another in its place") {
    EventLoop loop;
    const Ready ready;
    std::string order;
    loop.watch(ready.get(), Rank::bytes, [&] {
        order += "first ";
        loop.unwatch(ready.get());
        loop.watch(ready.get(), Rank::bytes, [&] {
            order += "second";
            ready.take();
            loop.stop();
        });
    });
    run(loop, nothing);
    CHECK(order == "first second");
}

TEST_CASE("what isn't listened to isn't served, until it is again") {
    EventLoop loop;
    const Ready ready;
    int served = 0;
    loop.watch(ready.get(), Rank::bytes, [&] { ++served; });
    loop.listen(ready.get(), false);
    int ticks = 0;
    run(loop, [&] {
        CHECK(served == (ticks < 3 ? 0 : 1));
        if (++ticks == 3) loop.listen(ready.get(), true);
        if (ticks == 4) loop.stop();
    });
    CHECK(ticks == 4);
}

TEST_CASE("a descriptor that hung up is served though it isn't listened to") {
    EventLoop loop;
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    hal::UniqueFd reader{ends[0]};
    bool served = false;
    {
        const hal::UniqueFd writer{ends[1]};
        loop.watch(reader.get(), Rank::bytes, [&] { served = true; });
        loop.listen(reader.get(), false);
    }
    run(loop, [&] { loop.stop(); });
    CHECK(served);
}

TEST_CASE("a descriptor that hung up is served") {
    EventLoop loop;
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    hal::UniqueFd reader{ends[0]};
    { const hal::UniqueFd writer{ends[1]}; }
    bool served = false;
    loop.watch(reader.get(), Rank::bytes, [&] { served = true; });
    run(loop, [&] { loop.stop(); });
    CHECK(served);
}

TEST_CASE("more descriptors than one look takes are all served") {
    EventLoop loop;
    std::array<Ready, 20> many;
    std::size_t served = 0;
    for (const Ready& ready : many)
        loop.watch(ready.get(), Rank::bytes, [&] {
            ready.take();
            ++served;
        });
    int ticks = 0;
    run(loop, [&] {
        if (++ticks == 4) loop.stop();
    });
    CHECK(served == many.size());
}

TEST_CASE("what would end the process ends it after the tick") {
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM,
                             SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT, SIGRTMIN, SIGRTMAX}) {
        CAPTURE(signal);
        EventLoop loop; // blocks them
        const bool raised = ::raise(signal) == 0;
        if (!raised && std::getenv("PPSD_TEST_EMULATED")) continue; // the emulator's own
        REQUIRE(raised);
        int ticks = 0;
        run(
            loop, [&] { ++ticks; }, std::nullopt);
        CHECK(ticks == 1);
    }
}

TEST_CASE("SIGHUP calls its handler, as often as it comes, and ends nothing") {
    EventLoop loop;
    int hangups = 0;
    int ticks = 0;
    loop.on_hangup([&] { ++hangups; });
    REQUIRE(::raise(SIGHUP) == 0);
    run(loop, [&] {
        if (++ticks == 2) REQUIRE(::raise(SIGHUP) == 0);
        if (ticks == 4) loop.stop();
    });
    CHECK(hangups == 2);
    CHECK(ticks == 4);
}

TEST_CASE("SIGPIPE and SIGXFSZ do nothing") {
    EventLoop loop;
    int ticks = 0;
    for (const int signal : {SIGPIPE, SIGXFSZ})
        REQUIRE(::raise(signal) == 0);
    run(loop, [&] {
        if (++ticks == 2) loop.stop();
    });
    CHECK(ticks == 2);
}

TEST_CASE("what can't be watched is an error") {
    EventLoop loop;
    CHECK_THROWS_AS(loop.watch(-1, Rank::bytes, nothing), std::system_error);
    const Ready ready;
    loop.watch(ready.get(), Rank::bytes, nothing);
    CHECK_THROWS_AS(loop.watch(ready.get(), Rank::bytes, nothing), std::system_error);
}
