#include "daemon/record/recording_head.hpp"

#include "daemon/discipline/leap_table.hpp"
#include "daemon/settings/leap_list.hpp"
#include "daemon/settings/recorded_options.hpp"
#include "hal/recording.hpp"
#include "hal/text_file.hpp"

namespace ppsd::app {

std::vector<std::string> leap_lines(std::string_view list) {
    std::vector<std::string> lines;
    while (!list.empty()) {
        const auto end = list.find('\n');
        const std::string_view line = list.substr(0, end);
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
        const bool comment = line.starts_with('#') && !line.starts_with("#@");
        if (!comment && !line.empty()) lines.emplace_back(line);
    }
    return lines;
}

std::string recording_head(const Options& options, std::string_view leap_list) {
    std::string head;
    hal::recording::append(head, hal::recording::Program{version()});
    for (const std::string& key : recorded_keys())
        if (const auto text = option_text(options, key); !text.empty())
            hal::recording::append(head, hal::recording::Option{key, text});
    if (parse_leap_list(leap_list))
        for (const std::string& line : leap_lines(leap_list))
            hal::recording::append(head, hal::recording::LeapLine{line});
    return head;
}

std::string recording_head(const Options& options) {
    // What can't be read leaves it empty.
    return recording_head(options, hal::read_text_file(options.leap_file).text);
}

} // namespace ppsd::app
