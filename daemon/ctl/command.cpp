#include "daemon/ctl/command.hpp"

#include "daemon/settings/command_line.hpp"

#include <sstream>

namespace ppsd::app {

bool CommandParser::parse(const Arguments& arguments, const char* positional) {
    options_.add_options()("help,h", "print this, and end");
    values_ = parse_arguments(arguments, options_, positional);
    if (!values_.contains("help")) return true;
    std::ostringstream text;
    text << "ppsctl " << usage_ << "\n\n" << options_;
    fmt::print("{}", text.str());
    return false;
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
