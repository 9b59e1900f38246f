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

/// Whom pins serve, by their numbers; nothing: the kernel doesn't say.
using PinOwners = std::optional<std::map<unsigned, std::string>>;

// "pin 14 (gpio14): fe201000.serial (GPIO UNCLAIMED) function alt0 group gpio14", and with strict
// controllers "pin 14 (gpio14): device fe201000.serial function …" (Linux,
// drivers/pinctrl/pinmux.c).
void read_owner(std::string_view line, std::map<unsigned, std::string>& owners) {
    constexpr std::string_view begin = "pin ";
    constexpr std::string_view device = "device ";
    const auto colon = line.find("): ");
    if (!line.starts_with(begin) || colon == std::string_view::npos) return;
    unsigned pin = 0;
    std::from_chars(line.data() + begin.size(), line.data() + line.size(), pin);
    std::string_view owner = line.substr(colon + 3);
    if (owner.starts_with(device)) owner.remove_prefix(device.size());
    const bool free = owner.starts_with("(MUX UNCLAIMED)") || owner.starts_with("UNCLAIMED") ||
                      owner.starts_with("GPIO ");
    if (!free) owners[pin] = owner.substr(0, owner.find(' '));
}

PinOwners pin_owners(std::string_view controller, const hal::MachineFiles& files) {
    const std::string folder = "/sys/kernel/debug/pinctrl";
    for (const std::string& name : files.names(folder)) {
        if (!name.ends_with(controller)) continue;
        const auto text = files.text(folder + "/" + name + "/pinmux-pins");
        if (!text) continue;
        std::map<unsigned, std::string> owners;
        for (std::string_view rest = *text; !rest.empty();) {
            const auto end = rest.find('\n');
            read_owner(rest.substr(0, end), owners);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        return owners;
    }
    return std::nullopt;
}

std::string why_pin_serves(unsigned offset, const BoardRow& row, const PinOwners& owners) {
    if (owners) {
        const auto owner = owners->find(offset);
        return owner == owners->end() ? std::string{} : "its pin serves " + owner->second;
    }
    if (offset >= row.header_lines) return "it is not on the header";
    if (std::ranges::find(row.serving, offset) != row.serving.end())
        return "its pin may serve a UART or a bus; sudo ppsctl detect finds out, if debugfs is "
               "mounted";
    return {};
}

} // namespace

std::vector<LineFacts> find_lines(const std::vector<hal::GpioChipInfo>& chips,
                                  const BoardFacts& board, const hal::MachineFiles& files,
                                  std::vector<std::string>& problems) {
    std::vector<LineFacts> lines;
    const BoardRow* const row = find_row(board);
    const bool served = row != nullptr && !row->pins.empty();
    const PinOwners owners = served ? pin_owners(row->pins, files) : std::nullopt;
    for (const hal::GpioChipInfo& chip : chips) {
        if (chip.error != 0)
            problems.push_back(fmt::format("{}: {}; run sudo ppsctl detect", chip.path,
                                           std::generic_category().message(chip.error)));
        for (const hal::GpioLineInfo& info : chip.lines) {
            LineFacts line{chip.path, info.offset, info.name, info.consumer, {}, {}};
            if (info.used)
                line.unseen = info.consumer.empty() ? "in use" : "in use by " + info.consumer;
            else if (info.output)
                line.unseen = "an output";
            else if (served && chip.label == row->pins)
                line.unseen = why_pin_serves(info.offset, *row, owners);
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

} // namespace ppsd::app
