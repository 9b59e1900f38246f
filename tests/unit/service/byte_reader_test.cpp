#include "daemon/service/byte_reader.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/sources.hpp"
#include "tests/unit/support/ticker.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

constexpr MonoTime start = first_mono;

struct Fixture {
    Fixture() {
        clock.set(start);
        pulses.port().open_first(false, "", start);
        reader.port().open_first(false, "", start);
        pulses.start(loop);
        intake.begin_turn();
        loop.add(stop);
    }
    template <class Kind, class Base>
    Port<Base> port(const std::string& name, Device& device) {
        const auto open = [name, &device]() -> std::unique_ptr<Base> {
            if (!device.there) throw DeviceError(name, ENOENT, "is it plugged in?");
            return std::make_unique<Kind>(device);
        };
        return {name, open, log};
    }
    /// One look of the loop.
    void turn() { loop.run(); }

    Capture err;
    Log log{LogLevel::notice, true};
    Device line;
    Device uart;
    FakeClock clock;
    EventLoop loop;
    Ticker stop{[this] { loop.stop(); }};
    Pipeline pipeline{settings(), clock, {}, {}, log};
    Intake intake{pipeline, clock, nullptr, log};
    PulseReader pulses{port<FakePulses, PulseSource>("gpio:PPS", line), intake, clock, log};
    ByteReader reader{port<FakeBytes, ByteSource>("uart:/dev/x", uart),
                      {115200, log},
                      pulses,
                      intake,
                      pipeline,
                      clock};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "what came before it is listened to is thrown away, once") {
    CHECK(uart.listened_from == 0);
    reader.start(loop);
    CHECK(uart.listened_from == 1);
}

TEST_CASE_FIXTURE(Fixture, "edges that wake nobody are read before the bytes") {
    reader.start(loop);
    line.prompt = false;
    line.edges.push_back({start - 1ms, Polarity::rising, {}});
    uart.chunks.push_back({"$", start});
    turn();
    CHECK(line.edges.empty());
    CHECK(pipeline.last_byte() == start);
}

TEST_CASE_FIXTURE(Fixture, "noise for five seconds, and the line has another rate") {
    const std::string noise(100, '\xa5');
    uart.can = {9600, 115200};
    reader.start(loop);
    for (int n = 0; n < 6; ++n) {
        clock.set(start + std::chrono::seconds{n});
        uart.chunks.push_back({noise, start + std::chrono::seconds{n}});
        turn();
    }
    CHECK(uart.rates == std::vector{9600U});
    CHECK(reader.rate() == 9600);
    uart.there = false;
    uart.chunks.push_back({noise, start + 6s});
    turn();
    REQUIRE(reader.port().get() == nullptr);
    uart.there = true;
    reader.tick(clock.now() + 1s);
    CHECK(reader.rate() == 115200); // as it was opened
}

TEST_CASE_FIXTURE(Fixture, "another gets the bytes, too") {
    std::string got;
    reader.share_with([&](std::string_view bytes) { got += bytes; });
    reader.start(loop);
    uart.chunks.push_back({"$GP", start});
    turn();
    CHECK(got == "$GP");
    CHECK(pipeline.last_byte() == start);
}

TEST_CASE_FIXTURE(Fixture, "to a device that is gone nothing is sent") {
    reader.start(loop);
    uart.there = false;
    uart.chunks.push_back({"x", start});
    turn();
    REQUIRE_FALSE(reader.port().get());
    reader.send("ask");
}

TEST_CASE_FIXTURE(Fixture, "a flood is read 64 KiB at a time, and goes on at once") {
    reader.start(loop);
    const std::string much(32 * 1024, 'x');
    for (int i = 0; i < 3; ++i)
        uart.chunks.push_back({much, start});
    turn();
    CHECK(uart.chunks.size() == 1);
    CHECK(reader.deadline() == MonoTime{});
    reader.tick(start);
    CHECK(uart.chunks.empty());
    CHECK_FALSE(reader.deadline());
}

TEST_CASE_FIXTURE(Fixture, "gone in a flood: nothing is due but opening it again") {
    reader.start(loop);
    const std::string much(64 * 1024, 'x');
    for (int i = 0; i < 3; ++i)
        uart.chunks.push_back({much, start});
    uart.there = false;
    turn();
    CHECK_FALSE(reader.port().get());
    CHECK(reader.deadline() == start + 1s);
    CHECK_FALSE(reader.unread_until());
    reader.tick(start + 1s - 1ns);
    uart.there = true;
    reader.tick(start + 1s);
    CHECK(reader.port().get());
    CHECK(uart.opened == 2);
    CHECK_FALSE(reader.deadline());
}
