#include "daemon/setup/find_lines.hpp"

#include "daemon/setup/boards.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

namespace ppsd::app {
namespace {

const std::string pinctrl = "/sys/kernel/debug/pinctrl";
constexpr const char* not_told =
    "its pin may serve something else; sudo ppsctl detect finds out, if debugfs is mounted";

/// The chips whose lines are pins of a controller, by their labels: "0: pinctrl-bcm2711 GPIOS [0 -
/// 57] PINS [0 - 57]" (Linux, drivers/pinctrl/core.c). Nothing: the kernel doesn't say.
std::optional<std::set<std::string>> chips_with_pins(const hal::MachineFiles& files) {
    const auto controllers = files.names(pinctrl);
    if (controllers.empty()) return std::nullopt;
    std::set<std::string> labels;
    for (const std::string& name : controllers) {
        std::istringstream text{files.text(pinctrl + "/" + name + "/gpio-ranges").value_or("")};
        for (std::string line; std::getline(text, line);) {
            const auto begin = line.find(": ");
            const auto end = line.find(" GPIOS [");
            if (begin != std::string::npos && end != std::string::npos && begin + 2 <= end)
                labels.insert(line.substr(begin + 2, end - begin - 2));
        }
    }
    return labels;
}

/// The labels of chips that surely have no pins. None, if a controller names a chip that isn't
/// there: some drivers call it otherwise, and nobody knows which it is.
std::set<std::string> chips_without_pins(const std::vector<hal::GpioChipInfo>& chips,
                                         const hal::MachineFiles& files) {
    const auto with = chips_with_pins(files);
    if (!with) return {};
    std::set<std::string> without;
    for (const hal::GpioChipInfo& chip : chips)
        without.insert(chip.label);
    for (const std::string& label : *with)
        if (without.erase(label) == 0) return {};
    without.erase("");
    return without;
}

/// What the kernel says of the chip's pins, a line each: "pin 18 (gpio18) function gpio_in in lo;
/// …" (Linux, drivers/pinctrl/bcm/pinctrl-bcm2835.c, pinctrl-rp1.c); by their numbers.
using PinStates = std::map<unsigned, std::string>;

PinStates pin_states(std::string_view controller, const hal::MachineFiles& files) {
    constexpr std::string_view begin = "pin ";
    PinStates states;
    if (controller.empty()) return states;
    for (const std::string& name : files.names(pinctrl)) {
        if (!name.ends_with(controller)) continue;
        std::istringstream text{files.text(pinctrl + "/" + name + "/pins").value_or("")};
        for (std::string line; std::getline(text, line);) {
            unsigned pin = 0;
            if (!line.starts_with(begin)) continue;
            std::from_chars(line.data() + begin.size(), line.data() + line.size(), pin);
            states[pin] = line;
        }
    }
    return states;
}

/// Of a chip whose lines are pins. Only what is a GPIO input already may be taken: who set a pin up
/// otherwise (a driver, config.txt, a program) is nobody's business here.
std::string why_pin_is_left(unsigned offset, const PinStates& states) {
    const auto state = states.find(offset);
    if (state == states.end()) return not_told;
    const std::string& text = state->second;
    constexpr std::string_view mark = "function ";
    const auto at = text.find(mark);
    if (at == std::string::npos) return not_told;
    const auto begin = at + mark.size();
    const std::string function = text.substr(begin, text.find_first_of(" ;", begin) - begin);
    // The RP1's driver has a word for GPIO of either direction, and one for nothing at all.
    const bool free = function == "gpio_in" || function == "gpio" || function == "none";
    return free ? std::string{} : "its pin is set to " + function;
}

} // namespace

std::vector<LineFacts> find_lines(const std::vector<hal::GpioChipInfo>& chips,
                                  const BoardFacts& board, const hal::MachineFiles& files,
                                  std::vector<std::string>& problems) {
    std::vector<LineFacts> lines;
    const BoardRow* const row = find_row(board);
    const bool leaves_pins = row != nullptr && row->leaves_pins;
    const auto without_pins = chips_without_pins(chips, files);
    for (const hal::GpioChipInfo& chip : chips) {
        if (chip.error != 0)
            problems.push_back(fmt::format("{}: {}; run sudo ppsctl detect", chip.path,
                                           std::generic_category().message(chip.error)));
        const bool harmless = leaves_pins || without_pins.contains(chip.label);
        const auto states = harmless ? PinStates{} : pin_states(chip.label, files);
        for (const hal::GpioLineInfo& info : chip.lines) {
            LineFacts line{chip.path, info.offset, info.name, info.consumer, {}, {}};
            if (info.used)
                line.unseen = info.consumer.empty() ? "in use" : "in use by " + info.consumer;
            else if (info.output)
                line.unseen = "an output";
            else if (!harmless)
                line.unseen = why_pin_is_left(info.offset, states);
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

} // namespace ppsd::app
