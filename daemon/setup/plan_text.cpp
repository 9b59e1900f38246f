#include "daemon/setup/plan_text.hpp"

#include "daemon/text/log.hpp"

#include <fmt/format.h>
#include <map>
#include <sstream>
#include <string_view>

namespace ppsd::app {
namespace {

std::map<std::string, int> counted_lines(const std::string& text) {
    std::map<std::string, int> lines;
    std::istringstream all{text};
    for (std::string line; std::getline(all, line);)
        ++lines[line];
    return lines;
}

/// The lines that one text has and the other hasn't, or has less often, in their order.
void add_lines(std::string& out, const std::string& text, const std::string& other, char mark) {
    auto there = counted_lines(other);
    std::istringstream all{text};
    for (std::string line; std::getline(all, line);)
        if (there[line]-- <= 0) out += fmt::format("       {} {}\n", mark, printable(line));
}

std::string_view verb(Change::Kind kind) {
    switch (kind) {
    case Change::Kind::file:
        return "edit";
    case Change::Kind::stop:
        return "stop and disable";
    case Change::Kind::start:
        return "enable and start";
    case Change::Kind::restart:
        return "restart";
    case Change::Kind::install:
        return "install";
    }
    return "";
}

} // namespace

std::string plan_text(const Plan& plan, const Facts& facts) {
    std::string out;
    int number = 0;
    for (const Change& change : plan.changes) {
        out += fmt::format("{:>3}. {} {}: {}\n", ++number, verb(change.kind), change.target,
                           change.reason);
        if (change.kind != Change::Kind::file) continue;
        const auto found = facts.configured.files.find(change.target);
        const std::string before =
            found == facts.configured.files.end() ? std::string{} : found->second;
        add_lines(out, before, change.text, '-');
        add_lines(out, change.text, before, '+');
    }
    if (plan.next == Next::reboot)
        out += "     then run `sudo reboot`, and after it setup again with the same options: it "
               "continues from there\n";
    for (const std::string& advice : plan.advice)
        out += advice + "\n";
    return out;
}

} // namespace ppsd::app
