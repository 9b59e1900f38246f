#include "daemon/service/port.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/sources.hpp"
#include "tests/unit/support/ticker.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

namespace {

constexpr MonoTime start = MonoTime::from_ns(5'000'000'000);

struct Fixture {
    [[nodiscard]] Port<PulseSource> port(const std::string& name = "gpio:PPS") {
        return {name, [this] { return open(); }, log};
    }
    std::unique_ptr<PulseSource> open() {
        if (usage) throw UsageError("gpio:PPS: no line has that name");
        if (!device.there) throw DeviceError("gpio:PPS", error, "is it plugged in?");
        return std::make_unique<FakePulses>(device);
    }

    Capture err;
    Log log{LogLevel::notice, true};
    Device device;
    bool usage = false;
    int error = ENOENT;
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "opened the first time, or the error is the caller's") {
    auto port = this->port();
    port.open_first(false, "", start);
    CHECK(port.get());
    CHECK(port.missing().empty());
    CHECK_FALSE(port.deadline());
    device.there = false;
    CHECK_THROWS_AS(this->port().open_first(false, "", start), DeviceError);
    usage = true;
    CHECK_THROWS_AS(this->port().open_first(true, "", start), UsageError);
}

TEST_CASE_FIXTURE(Fixture, "a name that can't be read is an error at the place where it stands") {
    usage = true;
    std::string message;
    try {
        port().open_first(true, "ppsd.conf:3: ", start);
    } catch (const UsageError& refusal) {
        message = refusal.what();
    }
    CHECK(message == "ppsd.conf:3: gpio:PPS: no line has that name");
}

TEST_CASE_FIXTURE(Fixture, "without a name there is nothing to open") {
    auto none = port("");
    none.open_first(false, "", start);
    CHECK_FALSE(none.get());
    CHECK_FALSE(none.deadline());
    CHECK_FALSE(none.open_again(start + 1h));
    CHECK(device.opened == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "waited for: tried again a second later, not before, until it is there") {
    device.there = false;
    auto port = this->port();
    EventLoop loop;
    port.open_first(true, "", start);
    port.watch(loop, Rank::pulses, [] {});
    CHECK(err.count("<4>gpio:PPS: No such file or directory; is it plugged in?; waiting for it") ==
          1);
    CHECK(port.deadline() == start + 1s);
    CHECK_FALSE(port.open_again(start + 1s - 1ns));
    CHECK(port.deadline() == start + 1s);
    CHECK_FALSE(port.open_again(start + 1s));
    CHECK(port.deadline() == start + 2s);
    CHECK(port.missing() == "gpio:PPS: No such file or directory; is it plugged in?");
    device.there = true;
    CHECK(port.open_again(start + 2s));
    CHECK(port.get());
    CHECK(port.missing().empty());
    CHECK_FALSE(port.deadline());
    CHECK(err.count("<5>gpio:PPS: back") == 1);
}

TEST_CASE_FIXTURE(Fixture, "why it can't be opened is said anew only if it is another reason") {
    device.there = false;
    auto port = this->port();
    EventLoop loop;
    port.open_first(true, "", start);
    port.watch(loop, Rank::pulses, [] {});
    for (int i = 1; i < 5; ++i)
        CHECK_FALSE(port.open_again(start + std::chrono::seconds{i}));
    CHECK(err.count("No such file") == 1);
    error = EACCES;
    CHECK_FALSE(port.open_again(start + 5s));
    CHECK_FALSE(port.open_again(start + 6s));
    CHECK(err.count("<4>gpio:PPS: Permission denied") == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "served while it is open, not when it has gone, and again when it is back") {
    auto port = this->port();
    EventLoop loop;
    int served = 0;
    port.open_first(false, "", start);
    port.watch(loop, Rank::pulses, [&] { ++served; });
    Ticker stop{[&] { loop.stop(); }};
    loop.add(stop);
    loop.run();
    CHECK(served == 1);
    CHECK_FALSE(port.close_if_gone(start));
    device.there = false;
    CHECK(port.close_if_gone(start));
    CHECK_FALSE(port.get());
    CHECK(port.missing() == "gpio:PPS: No such device");
    CHECK(err.count("<4>gpio:PPS: gone: No such device; trying to open it again") == 1);
    loop.run();
    CHECK(served == 1);
    device.there = true;
    CHECK(port.open_again(start + 1s));
    loop.run();
    CHECK(served == 2);
}
