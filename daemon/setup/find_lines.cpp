#include "daemon/setup/find_lines.hpp"

#include "daemon/setup/boards.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

namespace ppsd::app {
namespace {

const std::string pinctrl = "/sys/kernel/debug/pinctrl";
constexpr const char* not_told =
    "its pin may serve something else; sudo ppsctl detect finds out, if debugfs is mounted";

std::vector<std::string_view> lines_in(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

/// Whether taking a line of that chip for GPIO can change what a pin does: pin controllers name the
/// chips whose lines are pins of theirs. Nothing: the kernel doesn't say.
std::optional<bool> has_pins(std::string_view label, const hal::MachineFiles& files) {
    const auto controllers = files.names(pinctrl);
    if (controllers.empty()) return std::nullopt;
    for (const std::string& name : controllers) {
        const auto ranges = files.text(pinctrl + "/" + name + "/gpio-ranges").value_or("");
        if (ranges.find(": " + std::string{label} + " ") != std::string::npos) return true;
    }
    return false;
}

/// What the kernel says of the chip's pins, a line each: "pin 18 (gpio18) function gpio_in in lo;
/// …" (Linux, drivers/pinctrl/bcm/pinctrl-bcm2835.c, pinctrl-rp1.c); by their numbers.
using PinStates = std::map<unsigned, std::string>;

PinStates pin_states(std::string_view controller, const hal::MachineFiles& files) {
    constexpr std::string_view begin = "pin ";
    PinStates states;
    for (const std::string& name : files.names(pinctrl)) {
        if (!name.ends_with(controller)) continue;
        const auto text = files.text(pinctrl + "/" + name + "/pins").value_or("");
        for (const std::string_view line : lines_in(text)) {
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
    for (const hal::GpioChipInfo& chip : chips) {
        if (chip.error != 0)
            problems.push_back(fmt::format("{}: {}; run sudo ppsctl detect", chip.path,
                                           std::generic_category().message(chip.error)));
        const bool leaves_pins = row != nullptr && row->leaves_pins;
        const auto pins = leaves_pins ? std::optional{false} : has_pins(chip.label, files);
        const auto states = pins.value_or(true) ? pin_states(chip.label, files) : PinStates{};
        for (const hal::GpioLineInfo& info : chip.lines) {
            LineFacts line{chip.path, info.offset, info.name, info.consumer, {}, {}};
            if (info.used)
                line.unseen = info.consumer.empty() ? "in use" : "in use by " + info.consumer;
            else if (info.output)
                line.unseen = "an output";
            else if (pins.value_or(true))
                line.unseen = why_pin_is_left(info.offset, states);
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

} // namespace ppsd::app
