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
const BoardFacts black{"BeagleBone Black", {"ti,am335x-bone-black"}};

const hal::GpioChipInfo expander{"/dev/gpiochip1",
                                 "expander",
                                 {{0, "A", "pps@12", true, false},
                                  {1, "B", "", true, false},
                                  {2, "C", "", false, true},
                                  {3, "D", "", false, false}},
                                 0};

std::string why(const hal::GpioChipInfo& chip, unsigned offset, const BoardFacts& board,
                const Machine& machine) {
    std::vector<std::string> problems;
    return find_lines({chip}, board, machine.files, problems).at(offset).unseen;
}

/// A kernel that tells: the processor's chip has pins, no other has.
Machine& telling(Machine& machine) {
    const std::string folder = "/sys/kernel/debug/pinctrl/fe200000.gpio-pinctrl-bcm2711";
    machine.file(folder + "/gpio-ranges",
                 "GPIO ranges handled:\n0: pinctrl-bcm2711 GPIOS [0 - 57] PINS [0 - 57]\n");
    machine.file(folder + "/pins", "registered pins: 58\n"
                                   "pin 4 (gpio4) function gpio_in in lo; irq 0 (none)\n"
                                   "pin 14 (gpio14) function alt5 in hi; irq 0 (none)\n"
                                   "pin 17 (gpio17) function gpio_out in hi; irq 0 (none)\n"
                                   "pin 18 (gpio18) function gpio_in in hi; irq 0 (none)\n"
                                   "pin 20 (gpio20) fe200000.gpio\n"
                                   "pin 22 (gpio22) function none (none) in lo; irq 0 (none)\n"
                                   "pin 23 (gpio23) function gpio (gpio) in lo; irq 0 (none)\n");
    return machine;
}

} // namespace

TEST_CASE("lines that somebody has, and outputs, are left alone") {
    const Machine machine;
    std::vector<std::string> problems;
    const auto lines = find_lines({expander}, black, machine.files, problems);
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
    CHECK(find_lines({{"/dev/gpiochip0", "", {}, EACCES}}, pi, machine.files, problems).empty());
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with("/dev/gpiochip0: Permission denied"));
}

TEST_CASE("of a chip whose lines are pins, only GPIO inputs are looked at") {
    Machine machine;
    telling(machine);
    CHECK(why(pi_chip(), 4, pi, machine).empty());
    CHECK(why(pi_chip(), 18, pi, machine).empty());
    CHECK(why(pi_chip(), 22, pi, machine).empty());
    CHECK(why(pi_chip(), 23, pi, machine).empty());
    CHECK(why(pi_chip(), 14, pi, machine) == "its pin is set to alt5");
    CHECK(why(pi_chip(), 17, pi, machine) == "its pin is set to gpio_out");
    CHECK(why(pi_chip(), 20, pi, machine).starts_with("its pin may serve something else"));
    CHECK(why(pi_chip(), 21, pi, machine).starts_with("its pin may serve something else"));
}

TEST_CASE("a chip that no pin controller names has no pins") {
    Machine machine;
    telling(machine);
    std::vector<std::string> problems;
    const auto both = [&](const hal::GpioChipInfo& pins, const hal::GpioChipInfo& other) {
        return find_lines({pins, other}, pi, machine.files, problems).back().unseen;
    };
    CHECK(both(pi_chip(), expander).empty());
    // One that is named, and isn't there: it may be any.
    auto renamed = pi_chip();
    renamed.label = "another name";
    CHECK(both(renamed, expander).starts_with("its pin may serve something else"));
    auto unnamed = expander;
    unnamed.label.clear();
    CHECK(both(pi_chip(), unnamed).starts_with("its pin may serve something else"));
}

TEST_CASE(
    "where the kernel doesn't tell, a line is left alone, but on boards where it does no harm") {
    const Machine machine;
    CHECK(why(pi_chip(), 4, pi, machine).starts_with("its pin may serve something else"));
    CHECK(why(expander, 3, pi, machine).starts_with("its pin may serve something else"));
    CHECK(why(expander, 3, black, machine).empty());
}
