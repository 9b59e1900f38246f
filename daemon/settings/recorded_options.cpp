#include "daemon/settings/recorded_options.hpp"

#include "daemon/settings/option_rows.hpp"
#include "hal/recording_reader.hpp"

#include <stdexcept>

namespace ppsd::app {

namespace {

std::vector<std::string> keys_from(Recorded least) {
    std::vector<std::string> keys;
    for (const OptionRow& row : option_rows())
        if (row.recorded >= least) keys.emplace_back(row.key);
    return keys;
}

} // namespace

const std::vector<std::string>& recorded_keys() {
    static const std::vector<std::string> keys = keys_from(Recorded::yes);
    return keys;
}

std::vector<std::string> replay_keys() {
    return keys_from(Recorded::changeable);
}

std::string option_text(const Options& options, std::string_view key) {
    const OptionRow* row = option_row(key);
    return row ? row->field.text(options, *row) : std::string{};
}

// What can't be read, whoever opens it will say.
std::optional<hal::UtcSecond> recorded_not_before(const std::string& path) {
    try {
        hal::RecordingReader reader{path};
        while (const auto line = reader.next()) {
            if (std::holds_alternative<hal::Input>(*line)) break; // the first head is over
            const auto* option = std::get_if<hal::recording::Option>(&*line);
            if (option && option->key == "not-before") return parse_date(option->value);
        }
    } catch (const std::runtime_error&) {
    }
    return std::nullopt;
}

} // namespace ppsd::app
