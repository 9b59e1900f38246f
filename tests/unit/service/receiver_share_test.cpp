#include "daemon/service/receiver_share.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/scratch_dir.hpp"
#include "tests/unit/support/ticker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

struct Fixture {
    Fixture() {
        clock.set(first_mono);
        loop.add(ticker);
    }

    [[nodiscard]] UniqueFd open() const {
        return UniqueFd{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    }
    /// Looks until something was sent, or for a while: a pty's bytes come by another thread of the
    /// kernel.
    void turn() {
        constexpr int most_looks = 20'000;
        looks = most_looks;
        before = sent.size();
        loop.run();
    }
    static std::string read(const UniqueFd& fd) {
        pollfd state{fd.get(), POLLIN, 0};
        REQUIRE(::poll(&state, 1, 5000) == 1);
        std::array<char, 100> buffer{};
        const auto size = ::read(fd.get(), buffer.data(), buffer.size());
        return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

    ScratchDir scratch;
    std::string path = scratch.folder() + "/nmea";
    FakeClock clock;
    EventLoop loop;
    std::string sent;
    std::size_t before = 0; ///< bytes that were sent
    int looks = 0;
    Ticker ticker{[this] {
        if (sent.size() != before || --looks == 0) loop.stop();
    }};
    ReceiverShare share{path, {}, loop, clock, [this](std::string_view bytes) { sent += bytes; }};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "one that opens it gets what comes then, and what it writes is sent") {
    share.give("before");
    const auto other = open();
    share.give("$GPRMC\r\n");
    CHECK(read(other) == "$GPRMC\r\n");
    REQUIRE(::write(other.get(), "ask", 3) == 3);
    turn();
    CHECK(sent == "ask");
}

TEST_CASE_FIXTURE(Fixture, "after one has closed it the next gets nothing old") {
    {
        const auto other = open();
        share.give("old");
        CHECK(read(other) == "old");
        share.give("unread");
        pollfd state{other.get(), POLLIN, 0};
        REQUIRE(::poll(&state, 1, 5000) == 1);
    }
    share.give("nobody");
    const auto other = open();
    share.give("new");
    CHECK(read(other) == "new");
}

TEST_CASE_FIXTURE(Fixture, "no more than so many bytes a second are sent") {
    const auto other = open();
    share.give("x");
    const std::string much(400, 'y');
    for (int i = 0; i < 4; ++i) {
        REQUIRE(::write(other.get(), much.data(), much.size()) == 400);
        turn();
    }
    for (int i = 0; i < 5 && sent.size() < ReceiverShare::most_in_a_second; ++i)
        turn();
    CHECK(sent.size() == ReceiverShare::most_in_a_second);
    clock.set(first_mono + std::chrono::seconds{1} - std::chrono::nanoseconds{1});
    REQUIRE(::write(other.get(), "late", 4) == 4);
    turn();
    CHECK(sent.size() == ReceiverShare::most_in_a_second);
    clock.set(first_mono + std::chrono::seconds{1});
    REQUIRE(::write(other.get(), "next", 4) == 4);
    for (int i = 0; i < 5 && !sent.ends_with("next"); ++i)
        turn();
    CHECK(sent.ends_with("next"));
}
