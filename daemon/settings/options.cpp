#include "daemon/settings/options.hpp"

#include "daemon/settings/command_line.hpp"
#include "daemon/settings/config_file.hpp"
#include "daemon/settings/option_checks.hpp"
#include "daemon/settings/option_rows.hpp"
#include "daemon/settings/option_value.hpp"
#include "daemon/settings/recorded_options.hpp"
#include "daemon/settings/version.hpp"
#include "hal/error.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <map>
#include <sstream>
#include <unistd.h>

namespace ppsd::app {

namespace po = boost::program_options;
using hal::UsageError;

namespace {

po::options_description shared_options() {
    po::options_description options{"Options, here or in the configuration file"};
    for (const OptionRow& row : option_rows()) {
        if (row.help.empty()) continue;
        const std::string_view end = row.fallback.empty() ? "" : " ({default})";
        options.add_options()(std::string{row.key}.c_str(),
                              po::value<std::string>()->value_name(std::string{row.value}),
                              filled(fmt::format("{}{}", row.help, end), row).c_str());
    }
    return options;
}

po::options_description command_line_options() {
    po::options_description options{"On the command line only"};
    for (const CommandRow& row : command_rows()) {
        const auto* const comma = row.letter.empty() ? "" : ",";
        const auto name = fmt::format("{}{}{}", row.name, comma, row.letter);
        const std::string help{row.help};
        if (row.value.empty())
            options.add_options()(name.c_str(), help.c_str());
        else
            options.add_options()(name.c_str(),
                                  po::value<std::string>()->value_name(std::string{row.value}),
                                  help.c_str());
    }
    return options;
}

void set(Options& options, const std::string& key, const std::string& text,
         const std::string& place = {}) {
    if (const OptionRow* row = option_row(key)) row->field.set(options, Value{*row, text, place});
}

po::variables_map read_arguments(const std::vector<std::string>& arguments,
                                 const po::options_description& known) {
    try {
        return parse_arguments(arguments, known, nullptr);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}; see ppsd --help", error.what()));
    }
}

/// The file to read: the one that is named, or the usual one if it is there.
std::optional<std::string> config_path(const po::variables_map& values,
                                       const std::string& fallback) {
    if (values.contains("config")) return values["config"].as<std::string>();
    if (::access(fallback.c_str(), F_OK) == 0 || errno != ENOENT) return fallback;
    return std::nullopt;
}

/// The arguments' values, and what the configuration file adds to them.
void read_settings(po::variables_map values, const po::options_description& in_file,
                   const std::string& fallback_config, Command& command, Problems& problems) {
    std::map<std::string, std::string> places;
    if (const auto path = config_path(values, fallback_config)) {
        command.config = *path;
        ConfigFile file = read_config_file(*path, in_file, problems);
        places = std::move(file.places);
        for (const auto& [key, value] : values)
            places.erase(key);
        po::store(file.options, values); // what is stored first stays: the command line
    }
    for (const auto& option : in_file.options())
        if (const std::string& key = option->long_name(); values.contains(key))
            command.options.settings[key] = {values[key].as<std::string>(), places[key]};
    drop_overruled_forms(command.options);
}

/// The defaults that hang on what else is said.
void set_defaults_of_unreal_sources(Options& options) {
    // Their time is another one by nature.
    const bool replay = options.nmea.starts_with(replayed);
    const bool unreal = replay || options.nmea.starts_with(simulated);
    if (unreal && !options.settings.contains("trust")) options.trust = Trust::receiver;
    if (replay && !options.settings.contains("not-before"))
        options.not_before =
            recorded_not_before(options.nmea.substr(replayed.size())).value_or(options.not_before);
}

/// What root's part needs of the options: the units and the layout. A configuration that makes no
/// sense must not leave units 0 and 1 to whoever comes first; ppsd itself says what is wrong.
Command prepare_command(po::variables_map values, const po::options_description& in_file,
                        const std::string& fallback_config) {
    Command command;
    command.kind = Command::Kind::prepare;
    const auto set_all = [&](Options& options) {
        for (const auto& option : in_file.options())
            if (const std::string& key = option->long_name(); values.contains(key)) {
                const std::string& text = values[key].as<std::string>();
                options.settings[key] = {text, {}};
                set(options, key, text);
            }
    };
    set_all(command.options);
    const auto path = config_path(values, fallback_config);
    if (!path) return command;
    try {
        Problems thrown;
        po::store(read_config_file(*path, in_file, thrown).options, values);
        Options options;
        set_all(options);
        check_together(options);
        command.options = options;
    } catch (const std::exception&) {
        command.options.out[Feed::nmea].clear(); // what ppsd would use is not known
    }
    return command;
}

} // namespace

std::string option_place(const Options& options, const std::string& key) {
    const auto setting = options.settings.find(key);
    if (setting == options.settings.end() || setting->second.place.empty()) return {};
    return setting->second.place + ": ";
}

OutputList outputs_of(const Options& options, Feed feed) {
    if (feed == Feed::pps && options.pps.empty()) return {};
    return options.out[feed];
}

void set_option(Options& options, const std::string& key, const std::string& text) {
    set(options, key, text);
}

Command parse_command_line(const std::vector<std::string>& arguments,
                           const std::string& fallback_config) {
    const po::options_description in_file = shared_options();
    po::options_description known;
    known.add(in_file).add(command_line_options());
    const po::variables_map values = read_arguments(arguments, known);
    Command command;
    if (values.contains("help")) return command.kind = Command::Kind::help, command;
    if (values.contains("version")) return command.kind = Command::Kind::version, command;
    const bool checks = values.contains("check-config");
    if (values.contains("prepare") && !checks)
        return prepare_command(values, in_file, fallback_config);
    if (checks) command.kind = Command::Kind::check_config;
    Problems problems{checks ? Problems::Kind::gathered : Problems::Kind::thrown};
    read_settings(values, in_file, fallback_config, command, problems);

    Options& options = command.options;
    options.not_before = build_date();
    options.leap_file = default_leap_file;
    for (const auto& [key, setting] : options.settings)
        problems.attempt([&] { set(options, key, setting.text, option_place(options, key)); });
    options.wait = values.contains("wait");
    problems.attempt([&] { check_together(options); });
    set_defaults_of_unreal_sources(options);
    command.problems = problems.found();
    return command;
}

std::string help_text() {
    std::ostringstream text;
    text << "ppsd: pulses and sentences of a GPS receiver to chronyd and ntpd\n\n"
            "  ppsd --pps gpio:GPIO18 --nmea uart:/dev/serial0\n\n"
         << shared_options() << '\n'
         << command_line_options();
    return text.str();
}

std::optional<hal::UtcSecond> parse_date(std::string_view text) noexcept {
    int fields[3] = {};
    constexpr std::string_view shape = "dddd-dd-dd";
    if (text.size() != shape.size()) return std::nullopt;
    int field = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == '-') {
            if (text[i] != '-') return std::nullopt;
            ++field;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        fields[field] = fields[field] * 10 + (text[i] - '0');
    }
    using namespace std::chrono;
    const year_month_day date{year{fields[0]}, month{static_cast<unsigned>(fields[1])},
                              day{static_cast<unsigned>(fields[2])}};
    // Receivers' dates are moved to within a century of it, and nanoseconds of int64 end in 2262.
    if (!date.ok() || fields[0] < 1970 || fields[0] > 2099) return std::nullopt;
    return hal::UtcSecond::from_posix(sys_seconds{sys_days{date}}.time_since_epoch().count());
}

hal::UtcSecond build_date() {
    return parse_date(PPSD_BUILD_DATE).value_or(hal::UtcSecond{});
}

std::string_view version() noexcept {
    return PPSD_VERSION;
}

} // namespace ppsd::app
