#include "recording_beginning.hpp"

#include "hal/recording.hpp"

#include <string>

namespace hal {

using namespace recording;

Beginning judge_beginning(std::string_view start, bool zeros) {
    if (start.empty()) return zeros ? Beginning::damaged : Beginning::sound;
    const bool torn = start.find('\n') == std::string_view::npos;
    if (!zeros && torn && (magic.starts_with(start) || start.starts_with(magic)))
        return Beginning::sound;
    std::string storage;
    for (bool first = !zeros; !start.empty(); first = false) {
        const auto end = start.find('\n');
        if (end == std::string_view::npos) break;
        const Line line = parse(start.substr(0, end), storage);
        start.remove_prefix(end + 1);
        const bool head = std::holds_alternative<Begin>(line);
        if (head && first) return Beginning::sound;
        if (head || std::holds_alternative<Input>(line)) return Beginning::damaged;
    }
    return Beginning::foreign;
}

} // namespace hal
