#include "daemon/setup/facts_text.hpp"

#include "daemon/text/log.hpp"

#include <algorithm>
#include <fmt/ranges.h>
#include <map>
#include <string_view>
#include <vector>

namespace ppsd::app {
namespace {

constexpr std::size_t name_width = 24;
constexpr unsigned fast_enough = 115200;

std::string row(std::string_view name, std::string_view text) {
    return ascii_only(fmt::format("  {:<{}} {}", name, name_width, text)) + "\n";
}

/// "0.1 s", "100 us".
std::string short_time(double seconds) {
    if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
    return fmt::format("{:.3g} us", seconds * 1e6);
}

std::string counted(const std::map<std::string, std::uint64_t>& words) {
    std::vector<std::string> all;
    for (const auto& [word, count] : words)
        all.push_back(fmt::format("{} {}", printable(word), count));
    return fmt::format("{}", fmt::join(all, ", "));
}

/// A USB receiver's own port: no rate limits it, and ppsd would call a low one full.
bool is_usb(const PortFacts& port) {
    return port.driver == "cdc_acm";
}

std::string heard_text(const HeardFacts& heard, bool usb) {
    if (heard.baud == 0) return heard.problem;
    std::string text;
    if (!heard.sentences.empty())
        text = fmt::format("NMEA at {} baud: {} sentences, {} of them damaged ({})", heard.baud,
                           heard.good + heard.bad, heard.bad, counted(heard.sentences));
    if (!heard.packets.empty())
        text += fmt::format("{}{} at {} baud", text.empty() ? "" : "; ", counted(heard.packets),
                            heard.baud);
    if (heard.load && !usb) text += fmt::format("; the line is {:.0f} % full", *heard.load * 100);
    if (!heard.label.empty()) text += "; last time received " + heard.label;
    if (heard.delay_s) text += fmt::format(", {} after the last pulse", short_time(*heard.delay_s));
    return heard.problem.empty() ? text : text + "; " + heard.problem;
}

std::string port_text(const PortFacts& port) {
    if (!port.holders.empty()) {
        const Holder& holder = port.holders.front();
        return fmt::format("in use by {} (process {}), so not read; stop it and run detect again{}",
                           holder.program, holder.pid,
                           port.console ? "; the kernel's console is on it" : "");
    }
    if (port.console)
        return "used by the kernel's console, so not read; for a receiver here, remove its "
               "console= from the kernel command line and reboot";
    if (!port.problem.empty()) return port.problem;
    return port.heard ? heard_text(*port.heard, is_usb(port)) : "not listened to";
}

std::string rate_text(double period) {
    if (period < 0.9) return fmt::format("{:.0f} pulses a second", 1 / period);
    return fmt::format("one pulse every {:.3g} s", period);
}

std::string pulse_text(const PulseFacts& seen) {
    if (!seen.period_s)
        return fmt::format("{} edges, no steady period (noise, or too few to tell)", seen.edges);
    std::string text =
        is_a_second(seen.period_s) ? "one pulse a second" : rate_text(*seen.period_s);
    if (seen.width_s)
        text += fmt::format(", {} edge first, {} long", seen.polarity, short_time(*seen.width_s));
    else
        text += ", leading edge unknown: set edge in /etc/ppsd.conf as the receiver's manual says "
                "(mostly rising)";
    return seen.scatter_s ? text + fmt::format(", scatter {}", short_time(*seen.scatter_s)) : text;
}

std::string name_of(const LineFacts& line) {
    const std::string place =
        fmt::format("{}/{}", line.chip.substr(line.chip.rfind('/') + 1), line.offset);
    return line.name.empty() ? place : fmt::format("{} ({})", line.name, place);
}

std::string lines_of(std::size_t count) {
    return fmt::format("{} line{}", count, count == 1 ? "" : "s");
}

std::string lines_text(const Facts& facts) {
    std::string text;
    std::size_t silent = 0;
    std::map<std::string, std::size_t> unseen;
    for (const LineFacts& line : facts.lines) {
        if (!line.seen)
            ++unseen[line.unseen];
        else if (line.seen->edges == 0)
            ++silent;
        else
            text += row(name_of(line), pulse_text(*line.seen));
    }
    if (silent > 0) text += row(lines_of(silent), "no edge");
    for (const auto& [why, count] : unseen)
        text += row(lines_of(count), "not looked at: " + why);
    return text.empty() ? row("none", "no GPIO line found") : text;
}

std::string kernel_pps_text(const KernelPpsFacts& device) {
    if (!device.period_s) return fmt::format("{}: no pulse", device.source);
    return fmt::format("{}: {}", device.source,
                       is_a_second(device.period_s) ? "one pulse a second"
                                                    : rate_text(*device.period_s));
}

std::string program_text(const ProgramFacts& program) {
    if (program.pid == 0) return "installed, not running";
    std::string text = fmt::format("running (process {})", program.pid);
    if (program.units.empty()) return text;
    return text + fmt::format(", uses SHM unit{} {}", program.units.size() == 1 ? "" : "s",
                              fmt::join(program.units, ", "));
}

std::string system_text(const SystemFacts& system) {
    return fmt::format("{}Linux {}, {}, {} processor{}, libgpiod {}",
                       system.name.empty() ? "" : system.name + ", ", system.kernel, system.machine,
                       system.processors, system.processors == 1 ? "" : "s", system.libgpiod);
}

bool ticks(const LineFacts& line) {
    return line.seen && is_a_second(line.seen->period_s);
}

/// Nobody but a person knows which of several is the receiver's.
std::string pulse_lines(const Facts& facts) {
    const auto pulses = pulses_of(facts);
    if (pulses.empty())
        return "  # no pulse found: most receivers send it only with a fix; wait for the fix, then "
               "check the PPS wire\n";
    std::string text = fmt::format("  pps = {}\n", pulses.front());
    for (std::size_t i = 1; i < pulses.size(); ++i)
        text += fmt::format("  # or, if this is the receiver's pulse: pps = {}\n", pulses[i]);
    return text;
}

std::string settings_text(const Facts& facts) {
    const FoundSettings found = settings_of(facts);
    if (found.pps.empty() && found.nmea.empty()) return {};
    const std::string text =
        "\nlines for /etc/ppsd.conf (`sudo ppsctl setup` writes them, and does the rest)\n" +
        pulse_lines(facts);
    if (found.nmea.empty()) return text;
    return text + fmt::format("  nmea = {}\n  baud = {}\n", found.nmea, found.baud);
}

} // namespace

const PortFacts* receiver_of(const Facts& facts) {
    const auto labels = [](const PortFacts& port) {
        return port.heard && !port.heard->label.empty();
    };
    const auto sends = [](const PortFacts& port) { return port.heard && port.heard->good > 0; };
    auto found = std::ranges::find_if(facts.ports, labels);
    if (found == facts.ports.end()) found = std::ranges::find_if(facts.ports, sends);
    return found == facts.ports.end() ? nullptr : &*found;
}

const LineFacts* pulse_of(const Facts& facts) {
    const auto sure = [](const LineFacts& line) {
        return ticks(line) && !line.seen->polarity.empty();
    };
    auto found = std::ranges::find_if(facts.lines, sure);
    if (found == facts.lines.end()) found = std::ranges::find_if(facts.lines, ticks);
    return found == facts.lines.end() ? nullptr : &*found;
}

std::vector<std::string> pulses_of(const Facts& facts) {
    std::vector<std::string> sources;
    for (const bool sure : {true, false})
        for (const LineFacts& line : facts.lines)
            if (ticks(line) && line.seen->polarity.empty() != sure)
                sources.push_back(source_of(line, facts));
    for (const KernelPpsFacts& device : facts.kernel_pps)
        if (is_a_second(device.period_s)) sources.push_back("pps:" + device.path);
    return sources;
}

FoundSettings settings_of(const Facts& facts) {
    FoundSettings found;
    const auto pulses = pulses_of(facts);
    if (!pulses.empty()) found.pps = pulses.front();
    if (const PortFacts* const port = receiver_of(facts)) {
        found.nmea = "uart:" + (port->links.empty() ? port->path : port->links.front());
        found.baud = std::to_string(is_usb(*port) ? fast_enough : port->heard->baud);
    }
    return found;
}

std::string facts_text(const Facts& facts) {
    std::string text = "machine\n";
    text += row("board", facts.board.model.empty() ? "unknown" : printable(facts.board.model));
    text += row("system", system_text(facts.system));
    text += "serial ports\n";
    for (const PortFacts& port : facts.ports)
        text +=
            row(port.path,
                port_text(port) +
                    (port.links.empty() ? "" : fmt::format(" ({})", fmt::join(port.links, ", "))));
    if (facts.ports.empty())
        text += row("none",
                    "no serial port found; plug in the receiver, or enable the UART and reboot");
    text += "GPIO lines\n" + lines_text(facts);
    for (const std::string& problem : facts.problems)
        text += row("", problem);
    text += "kernel PPS\n";
    for (const KernelPpsFacts& device : facts.kernel_pps)
        text += row(device.path, kernel_pps_text(device));
    if (facts.kernel_pps.empty()) text += row("none", "");
    text += "clock software\n";
    for (const ProgramFacts& program : facts.programs)
        text += row(program.name, program_text(program));
    if (facts.programs.empty()) text += row("none", "sudo apt install chrony");
    return text + settings_text(facts);
}

} // namespace ppsd::app
