#include "daemon/ctl/command.hpp"

#include "daemon/settings/command_line.hpp"

#include <sstream>

namespace ppsd::app {

bool CommandParser::parse(const Arguments& arguments, const char* positional) {
    options_.add_options()("help,h", "print this, and end");
    values_ = parse_arguments(arguments, options_, positional);
    if (!values_.contains("help")) return true;
    std::ostringstream text;
    text << "ppsctl " << usage_ << "\n\n" << options_ << remarks_;
    fmt::print("{}", text.str());
    return false;
}

std::string CommandParser::instance(std::string_view command) const {
    const auto names = words("name");
    if (names.size() > 1)
        throw hal::UsageError(fmt::format("{}: one NAME is wanted, or none", command));
    const std::string name = names.empty() ? "" : names.front();
    if (name.find('/') != std::string::npos)
        throw hal::UsageError(fmt::format("{} {}: NAME is an instance's, as in ppsd@NAME; for a "
                                          "path there is --socket",
                                          command, name));
    return name;
}

ntpdshm::LayoutChoice CommandParser::layout() const {
    const auto word = get<std::string>("shm-layout");
    const auto choice = ntpdshm::parse_layout_choice(word.value_or("auto"));
    if (!choice)
        throw hal::UsageError(
            fmt::format("shm-layout {}: auto, native, time32 or time64 is wanted", *word));
    return *choice;
}

} // namespace ppsd::app
