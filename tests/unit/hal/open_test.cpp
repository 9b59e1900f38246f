#include "hal/open.hpp"

#include "hal/error.hpp"
#include "hal/system_clock.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hal;
using ppsd::app::test::contains;
using ppsd::app::test::refusal;

namespace {

struct Fixture {
    SystemClock clock;
    Opener opener{clock};

    template <class Error = UsageError>
    std::string pulse_refusal(const std::string& name) {
        return refusal<Error>([&] { return opener.pulses(name, EdgeChoice::automatic); });
    }
    template <class Error = UsageError>
    std::string byte_refusal(const std::string& name, unsigned baud = 9600) {
        return refusal<Error>([&] { return opener.bytes(name, baud); });
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "an unknown scheme, or none: says which there are") {
    for (const std::string name : {"", ":", "GPIO18", "gpio", "i2c:1", "uart:/dev/ttyS0", ":gpio",
                                   "GPIO:GPIO18", " gpio:GPIO18"}) {
        CAPTURE(name);
        const std::string text = pulse_refusal(name);
        CHECK(text.starts_with("\"" + name + "\" "));
        CHECK(contains(text, "gpio:LINE"));
        CHECK(contains(text, "sim:"));
    }
    for (const std::string name : {"", "/dev/ttyS0", "gpio:GPIO18", "Uart:/dev/ttyS0"}) {
        CAPTURE(name);
        const std::string text = byte_refusal(name);
        CHECK(text.starts_with("\"" + name + "\" "));
        CHECK(contains(text, "uart:PATH"));
        CHECK(contains(text, "sim:"));
    }
}

TEST_CASE_FIXTURE(Fixture, "a scheme with nothing after it") {
    CHECK(contains(pulse_refusal("gpio:"), "gpio:GPIO18"));
    CHECK(contains(byte_refusal("uart:"), "uart:/dev/serial0"));
    CHECK(contains(pulse_refusal("pps:"), "pps:/dev/pps0"));
}

TEST_CASE_FIXTURE(Fixture, "a malformed rest, or a wrong rate, is the backend's to refuse") {
    CHECK(contains(pulse_refusal("gpio:gpiochip0"), "gpio:gpiochip0: "));
    CHECK(contains(byte_refusal("uart:/dev/null", 1), "1 is no baud rate"));
}

TEST_CASE_FIXTURE(Fixture, "what isn't there is a device error with its whole name") {
    for (const std::string name :
         {"gpio:gpiochip987/1", "gpio:NO-SUCH-LINE", "pps:/dev/no-such", "pps:/dev/null"})
        CHECK(pulse_refusal<DeviceError>(name).starts_with(name + ": "));
    const std::string path = "uart:/dev/no:such";
    CHECK(byte_refusal<DeviceError>(path).starts_with(path + ": No such file or directory; "));
}
