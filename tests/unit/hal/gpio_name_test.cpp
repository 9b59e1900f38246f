#include "hal/src/gpio_name.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hal;
using ppsd::app::test::refusal;

namespace {

GpioName parse(const std::string& line) {
    return parse_gpio_name("gpio:" + line, line);
}

} // namespace

TEST_CASE("a line by its name") {
    CHECK(parse("GPIO18") == GpioName{GpioLineName{"GPIO18"}});
    CHECK(parse("P9_12") == GpioName{GpioLineName{"P9_12"}});
    CHECK(parse("P9_12 [gpmc_ben1]") == GpioName{GpioLineName{"P9_12 [gpmc_ben1]"}});
    CHECK(parse("18") == GpioName{GpioLineName{"18"}});
}

TEST_CASE("a line by chip and offset") {
    CHECK(parse("gpiochip0/18") == GpioName{GpioOffset{"/dev/gpiochip0", 18}});
    CHECK(parse("/dev/gpiochip0/18") == GpioName{GpioOffset{"/dev/gpiochip0", 18}});
    CHECK(parse("/dev/my/chip/0") == GpioName{GpioOffset{"/dev/my/chip", 0}});
    CHECK(parse("gpiochip0/4294967295") == GpioName{GpioOffset{"/dev/gpiochip0", 4294967295u}});
}

TEST_CASE("what can't be read is refused with its name, the reason and an example") {
    for (const std::string line :
         {"", "gpiochip0", "/dev/gpiochip0", "gpiochip0/", "/dev/gpiochip0/", "/18", "/", "//1",
          "a/b/1", "gpiochip0/x", "gpiochip0/-1", "gpiochip0/+1", "gpiochip0/1x", "gpiochip0/ 1",
          "gpiochip0/4294967296"}) {
        CAPTURE(line);
        const std::string text = refusal<UsageError>([&] { return parse(line); });
        CHECK(text.starts_with("gpio:" + line + ": "));
        CHECK(text.find("gpio:GPIO18") != std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
    }
}

TEST_CASE("a name finds the line that has it, on any chip") {
    LineSearch search{"GPIO18"};
    search.consider("/dev/gpiochip0", 18, "GPIO1");
    search.consider("/dev/gpiochip0", 19, "GPIO180");
    search.consider("/dev/gpiochip0", 20, "");
    CHECK(search.found().empty());
    search.consider("/dev/gpiochip4", 18, "GPIO18");
    CHECK(search.found() == std::vector{GpioOffset{"/dev/gpiochip4", 18}});
}

TEST_CASE("a first word will do, but not against the very name") {
    LineSearch search{"P9_12"};
    search.consider("/dev/gpiochip1", 28, "P9_12 [gpmc_ben1]");
    search.consider("/dev/gpiochip1", 29, "P9_12A [x]");
    CHECK(search.found() == std::vector{GpioOffset{"/dev/gpiochip1", 28}});
    search.consider("/dev/gpiochip2", 3, "P9_12");
    CHECK(search.found() == std::vector{GpioOffset{"/dev/gpiochip2", 3}});
}

TEST_CASE("a name that several lines have finds all of them") {
    LineSearch search{"PPS"};
    search.consider("/dev/gpiochip0", 1, "PPS");
    search.consider("/dev/gpiochip1", 2, "PPS");
    CHECK(search.found().size() == 2);
}
