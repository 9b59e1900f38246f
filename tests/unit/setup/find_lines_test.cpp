#include "daemon/setup/find_lines.hpp"

#include "tests/unit/setup/machine.hpp"

#include <cerrno>
#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

hal::GpioChipInfo pi_chip() {
    hal::GpioChipInfo chip{"/dev/gpiochip0", "pinctrl-bcm2711", {}, 0};
    for (unsigned offset = 0; offset < 58; ++offset)
        chip.lines.push_back({offset, "GPIO" + std::to_string(offset), "", false, false});
    return chip;
}

const BoardFacts pi{"Raspberry Pi 4 Model B", {"raspberrypi,4-model-b", "brcm,bcm2711"}};
const BoardFacts other{"PC", {}};

} // namespace

TEST_CASE("lines that somebody has, and outputs, are left alone") {
    const Machine machine;
    std::vector<std::string> problems;
    const hal::GpioChipInfo chip{"/dev/gpiochip1",
                                 "gpio",
                                 {{0, "A", "pps@12", true, false},
                                  {1, "B", "", true, false},
                                  {2, "C", "", false, true},
                                  {3, "D", "", false, false}},
                                 0};
    const auto lines = find_lines({chip}, other, machine.files, problems);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].unseen == "in use by pps@12");
    CHECK(lines[1].unseen == "in use");
    CHECK(lines[2].unseen == "an output");
    CHECK(lines[3].unseen.empty());
    CHECK(lines[3].chip == "/dev/gpiochip1");
    CHECK(lines[3].offset == 3);
    CHECK(problems.empty());
}

TEST_CASE("a chip that can't be asked is a problem") {
    const Machine machine;
    std::vector<std::string> problems;
    CHECK(find_lines({{"/dev/gpiochip0", "", {}, EACCES}}, other, machine.files, problems).empty());
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with("/dev/gpiochip0: Permission denied"));
}

TEST_CASE("where a line taken ends what its pin serves, the kernel says which pins do") {
    const Machine machine;
    machine.file("/sys/kernel/debug/pinctrl/fe200000.gpio-pinctrl-bcm2711/pinmux-pins",
                 "Pinmux settings per pin\nFormat: pin (name): mux_owner gpio_owner hog?\n"
                 "pin 4 (gpio4): (MUX UNCLAIMED) (GPIO UNCLAIMED)\n"
                 "pin 14 (gpio14): fe201000.serial (GPIO UNCLAIMED) function alt0 group gpio14\n"
                 "pin 15 (gpio15): device fe201000.serial function alt0 group gpio15\n"
                 "pin 18 (gpio18): (MUX UNCLAIMED) pinctrl-bcm2711:18\n"
                 "pin 40 (gpio40): UNCLAIMED\n");
    std::vector<std::string> problems;
    const auto lines = find_lines({pi_chip()}, pi, machine.files, problems);
    CHECK(lines[4].unseen.empty());
    CHECK(lines[14].unseen == "its pin serves fe201000.serial");
    CHECK(lines[15].unseen == "its pin serves fe201000.serial");
    CHECK(lines[18].unseen.empty());
    CHECK(lines[40].unseen.empty());
}

TEST_CASE(
    "where the kernel doesn't say it, the header's lines that serve nothing by custom are left") {
    const Machine machine;
    std::vector<std::string> problems;
    const auto lines = find_lines({pi_chip()}, pi, machine.files, problems);
    CHECK(lines[18].unseen.empty());
    CHECK(lines[27].unseen.empty());
    CHECK(lines[28].unseen == "it is not on the header");
    CHECK(lines[14].unseen.starts_with("its pin may serve a UART or a bus"));
    CHECK_FALSE(lines[2].unseen.empty());
    // Another chip's lines are no pins.
    auto expander = pi_chip();
    expander.label = "raspberrypi-exp-gpio";
    for (const auto& line : find_lines({expander}, pi, machine.files, problems))
        CHECK(line.unseen.empty());
}
