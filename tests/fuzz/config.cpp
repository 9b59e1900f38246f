// The configuration file to options. Either an error of one clean line, which names the line where
// one is at fault; or options within their limits, which printed and parsed again are equal.
#include "daemon/settings/option_rows.hpp"
#include "daemon/settings/options.hpp"
#include "hal/error.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/memory_file.hpp"

#include <fmt/format.h>

using fuzz::require;
using namespace ppsd::app;

namespace {

/// All options as a configuration file says them.
std::string text_of(const Options& options) {
    std::string text;
    for (const OptionRow& row : option_rows()) {
        const std::string value = row.field.text(options, row);
        const bool said = !row.help.empty(); // else no file can have it
        if (said && !value.empty()) text += fmt::format("{} = {}\n", row.key, value);
    }
    return text;
}

void check_limits(const Options& o) {
    using namespace std::chrono;
    require(!o.nmea.empty(), "nmea is there");
    require(o.baud >= 4800 && o.baud <= 921600, "baud");
    for (const OutputList& outputs : o.out.each)
        for (const OutputSpec& output : outputs) {
            const int unit = shm_unit(output).value_or(0);
            require(unit >= 0 && unit <= 255, "units");
        }
    const OutputList pps = outputs_of(o, Feed::pps);
    const OutputList nmea = outputs_of(o, Feed::nmea);
    require(!pps.empty() || !nmea.empty(), "an output is there");
    require(std::find_first_of(pps.begin(), pps.end(), nmea.begin(), nmea.end()) == pps.end(),
            "an output for each");
    require(o.pps_delay >= -500ms && o.pps_delay <= 500ms, "pps-delay");
    require(!o.nmea_delay || (*o.nmea_delay >= -2s && *o.nmea_delay <= 2s), "nmea-delay");
    require(o.lock_count >= 2 && o.lock_count <= 3600, "lock-count");
    require(o.holdover >= 0s && o.holdover <= 3600s, "holdover");
    require(o.record_size >= 65536 && o.record_size <= 1U << 30U, "record-size");
    require(o.not_before.posix() >= 0 && o.not_before.posix() < 4'102'444'800, "not-before");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const fuzz::MemoryFile file{text};
    try {
        const Options options = parse_command_line({"--config", file.path()}).options;
        check_limits(options);
        const std::string printed = text_of(options);
        file.put(printed);
        const Options again = parse_command_line({"--config", file.path()}).options;
        require(text_of(again) == printed, "printed and parsed again they are equal", printed);
    } catch (const hal::UsageError& error) {
        const std::string_view message{error.what()};
        require(fuzz::is_one_clean_line(message), "an error is one clean line",
                std::string{message});
        require(message.size() <= 1000 + file.path().size(), "an error is short",
                std::string{message});
    }
    return 0;
}
