#include "daemon/setup/listen.hpp"

#include "hal/system_clock.hpp"
#include "hal/unique_fd.hpp"
#include "tests/unit/support/pty.hpp"
#include "tests/unit/support/sentences.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

using namespace ppsd::app;
using ppsd::app::test::Pty;
using namespace ppsd;
using namespace hal;

namespace {

constexpr auto built = hal::UtcSecond::from_posix(1'772'323'200); // 2026-03-01

PortFacts port_at(const std::string& path) {
    PortFacts port;
    port.path = path;
    return port;
}

} // namespace

TEST_CASE("what comes on a port is heard, and its settings stay") {
    const Pty pty;
    const hal::UniqueFd before{::open(pty.path.c_str(), O_RDWR | O_NOCTTY)};
    termios settings{};
    REQUIRE(::tcgetattr(before.get(), &settings) == 0);
    settings.c_lflag |= ECHO | ICANON;
    ::cfsetispeed(&settings, B19200);
    ::cfsetospeed(&settings, B19200);
    REQUIRE(::tcsetattr(before.get(), TCSANOW, &settings) == 0);

    Facts facts;
    facts.ports = {port_at(pty.path)};
    bool sent = false;
    ListenOptions options{100ms, built, {}, {}};
    // Asked first when the port is open.
    options.stop = [&] {
        if (!std::exchange(sent, true))
            pty.send(test::rmc(built + 100) + test::rmc(built + 101) + test::rmc(built + 102));
        return false;
    };
    hal::SystemClock clock;
    listen(facts, options, clock);
    REQUIRE(facts.ports[0].heard);
    CHECK(facts.ports[0].heard->good == 3);
    CHECK(facts.ports[0].heard->label == "2026-03-01T00:01:41Z");
    CHECK(facts.ports[0].problem.empty());

    termios after{};
    REQUIRE(::tcgetattr(before.get(), &after) == 0);
    CHECK(::cfgetospeed(&after) == B19200);
    CHECK((after.c_lflag & ICANON) != 0);
}

TEST_CASE("ports that somebody has are left alone, and what can't be opened says why") {
    const Pty pty;
    Facts facts;
    facts.ports = {port_at(pty.path), port_at(pty.path), port_at("/dev/there-is-none")};
    facts.ports[0].holders = {{"agetty", 7}};
    facts.ports[1].console = true;
    hal::SystemClock clock;
    listen(facts, {20ms, built, {}, {}}, clock);
    CHECK_FALSE(facts.ports[0].heard);
    CHECK_FALSE(facts.ports[1].heard);
    CHECK_FALSE(facts.ports[2].heard);
    CHECK(facts.ports[2].problem.find("No such file") != std::string::npos);
}

TEST_CASE("it ends when it is told to, and says what it is at") {
    const Pty pty;
    Facts facts;
    facts.ports = {port_at(pty.path)};
    std::string said;
    hal::SystemClock clock;
    ListenOptions options{3600s, built, {}, [&](const std::string& what) { said = what; }};
    options.stop = [&] { return !said.empty(); };
    listen(facts, options, clock);
    CHECK(said.find(pty.path + " at 9600 baud") != std::string::npos);
    REQUIRE(facts.ports[0].heard);
    CHECK(facts.ports[0].heard->bytes == 0);
}
