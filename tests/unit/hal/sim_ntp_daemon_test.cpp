#include "hal/src/sim/ntp_daemon.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr TrueTime at(double s) {
    return TrueTime::from_ns(static_cast<std::int64_t>(s * 1e9));
}

/// A clock that the daemon in the loop steers; the samples are exact.
struct Steered {
    NtpDaemon daemon{NtpMode::loop, Random{1, 5}};
    Parameters parameters;
    double ahead = 0;
    double drift_ppm = 0;
    double largest_ppm = 0;
    double stepped = 0;

    void run(int seconds) {
        double slew_ppm = 0;
        for (int tenth = 0; tenth < seconds * 10; ++tenth) {
            if (tenth % 10 == 0) daemon.take_sample(Nanos{std::llround(ahead * 1e9)});
            while (daemon.next() <= at(tenth / 10.0)) {
                const auto action = daemon.act(at(tenth / 10.0), parameters);
                ahead += static_cast<double>(action.step.count()) * 1e-9;
                stepped += static_cast<double>(action.step.count()) * 1e-9;
                slew_ppm = action.slew_ppm;
                largest_ppm = std::max(largest_ppm, std::abs(slew_ppm));
            }
            ahead += (drift_ppm + slew_ppm) * 1e-6 * 0.1;
        }
    }
};

} // namespace

TEST_CASE("in the loop it steps at first, then steers out the drift") {
    Steered clock;
    clock.ahead = 5;
    clock.drift_ppm = 40;
    clock.run(2000);
    CHECK(clock.stepped == doctest::Approx(-5).epsilon(0.01));
    CHECK(std::abs(clock.ahead) < 1e-4);
}

TEST_CASE("where it may not step it slews, at its limit and not beyond") {
    Steered clock;
    clock.ahead = -3;
    clock.parameters.set("ntp.makestep", 0);
    clock.run(1500);
    CHECK(clock.stepped == 0);
    CHECK(clock.largest_ppm > 83'000);
    CHECK(clock.largest_ppm <= 83'833); // and the frequency that it has learned
    CHECK(std::abs(clock.ahead) < 1e-3);
}

TEST_CASE("without samples it does nothing but poll") {
    NtpDaemon daemon{NtpMode::loop, Random{1, 5}};
    const Parameters parameters;
    const auto action = daemon.act(at(0), parameters);
    CHECK(action.step == 0ns);
    CHECK(action.slew_ppm == 0);
    CHECK(daemon.next() == at(16));
}

TEST_CASE("from outside steps and slews come, end, and keep to their sizes") {
    NtpDaemon daemon{NtpMode::outside, Random{3, 5}};
    Parameters parameters;
    parameters.set("ntp.longest-slew", 500);
    int steps = 0, slews = 0;
    double slewing = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto action = daemon.act(daemon.next(), parameters);
        steps += action.step != 0ns;
        slews += slewing == 0 && action.slew_ppm != 0;
        slewing = action.slew_ppm;
        CHECK(std::abs(slewing) <= 500);
        CHECK(action.step < 2s);
    }
    CHECK(steps > 50);
    CHECK(slews > 50);
}

TEST_CASE("nobody does nothing") {
    NtpDaemon daemon{NtpMode::none, Random{1, 5}};
    CHECK(daemon.act(at(0), Parameters{}).step == 0ns);
    CHECK(daemon.next() == TrueTime::from_ns(INT64_MAX));
}
