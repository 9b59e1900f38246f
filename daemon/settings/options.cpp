#include "daemon/settings/options.hpp"

#include "daemon/settings/command_line.hpp"
#include "daemon/settings/config_file.hpp"
#include "daemon/settings/option_checks.hpp"
#include "daemon/settings/recorded_options.hpp"
#include "daemon/settings/version.hpp"
#include "hal/error.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <sstream>
#include <unistd.h>

namespace ppsd::app {

namespace po = boost::program_options;
using hal::Nanos;
using hal::UsageError;

namespace {

po::options_description shared_options() {
    po::options_description options{"Options, here or in the configuration file"};
    const auto text = [](const char* value_name) {
        return po::value<std::string>()->value_name(value_name);
    };
    // clang-format off
    options.add_options()
        ("pps", text("SOURCE"), "pulses: gpio:LINE (gpio:GPIO18, gpio:gpiochip0/18), sim:, or "
                                "replay:FILE")
        ("nmea", text("SOURCE"), "the receiver's sentences: uart:PATH (uart:/dev/serial0), sim:, "
                                 "or replay:FILE")
        ("baud", text("RATE"), "of the UART, 4800 to 921600 (9600)")
        ("checksum", text("WHETHER"), "required, or optional for a receiver that sends none: damaged "
                                      "sentences are then not found out (required)")
        ("edge", text("EDGE"), "which edge is on the second: auto, rising or falling (auto)")
        ("pps-out", text("OUTPUTS"), "where the pulses' time goes: shm:UNIT (shared memory of "
                                     "ntpd and chronyd), sock:PATH (chronyd's refclock SOCK), "
                                     "several of them between commas, or none (shm:1)")
        ("nmea-out", text("OUTPUTS"), "where the sentences' time goes, as with pps-out (shm:0)")
        ("pps-unit", text("UNIT"), "0 to 255 or none: short for pps-out shm:UNIT or none (1)")
        ("nmea-unit", text("UNIT"), "0 to 255 or none: short for nmea-out shm:UNIT or none (0)")
        ("pps-delay", text("NS"), "how late the edges are: antenna and cable, about 5 ns/m (0)")
        ("nmea-delay", text("S"), "from a second to the first byte about it, if you know it; "
                                  "otherwise it is learned from the pulses")
        ("shm-layout", text("LAYOUT"), "auto, native, time32 or time64: the time_t of your ntpd or "
                                       "chronyd (auto)")
        ("lock-count", text("N"), "labels in a row that must agree before anything is published, "
                                  "2 to 3600 (5)")
        ("holdover", text("S"), "how long pulses go on being published when the sentences stop, "
                                "0 to 3600 (10)")
        ("distrust", text("N"), "pulses in a row that must come at a new phase before it is "
                                "accepted, 0 to 86400 (60)")
        ("trust", text("WHOM"), "whom to believe when the receiver's second differs from a system "
                                "clock that others synchronised: receiver, clock or neither; "
                                "nothing is published but with receiver (clock)")
        ("not-before", text("DATE"), "YYYY-MM-DD: no receiver's date is earlier; later by 1024 "
                                     "weeks or a century if it says so (the build date)")
        ("leap-file", text("PATH"), "the list of leap seconds, as tzdata installs it "
                              "(/usr/share/zoneinfo/leap-seconds.list)")
        ("record", text("FILE"), "write what comes in and what goes out, for ppsctl replay")
        ("record-size", text("MIB"), "when FILE is that large it becomes FILE.1, in place of an "
                                     "older one: 0.0625 to 1024 (64)")
        ("realtime", text("PRIORITY"), "before all ordinary processes, 1 to 99: SCHED_FIFO; 0: as "
                                       "one of them (0)")
        ("lock-memory", text("YES|NO"), "keep the program in RAM, so that it need not be read "
                                        "from a disk when its time has come (no)")
        ("user", text("NAME"), "whom ppsd becomes once all is open, where root starts it and "
                               "there is such a user (ppsd)")
        ("status-socket", text("PATH"), "where ppsctl status asks, or none (/run/ppsd/status)")
        ("log-level", text("LEVEL"), "error, warning, notice, info or debug (notice)");
    // clang-format on
    return options;
}

po::options_description command_line_options() {
    po::options_description options{"On the command line only"};
    // clang-format off
    options.add_options()
        ("config", po::value<std::string>()->value_name("FILE"),
         "the configuration file (/etc/ppsd.conf, if it exists)")
        ("wait", "wait for a UART or a GPIO chip that isn't there yet, rather than give up; for "
                 "services")
        ("prepare", "as root, before ppsd is run as another user: make the segments and locks of "
                    "units 0 and 1, for group ppsd to write to, and end")
        ("check-config", "say what is wrong with the configuration, opening no device, and end: "
                         "exit code 0 if nothing is")
        ("version", "print the version, and end")
        ("help,h", "print this, and end");
    // clang-format on
    return options;
}

/// One option's value, with errors that name both.
class Value {
  public:
    /// place: what a message begins with; see option_place().
    Value(std::string key, std::string text, std::string place = {})
        : key_{std::move(key)}, text_{std::move(text)}, place_{std::move(place)} {}

    [[nodiscard]] const std::string& text() const { return text_; }

    [[noreturn]] void refuse(std::string_view wanted) const {
        throw UsageError(fmt::format("{}{} = {}: {}", place_, key_, text_, wanted));
    }

    /// otherwise: what may stand there instead, for the message.
    [[nodiscard]] double number(double low, double high, std::string_view otherwise = {}) const {
        double value = 0;
        const char* end = text_.data() + text_.size();
        const auto [stop, error] = std::from_chars(text_.data(), end, value);
        if (error != std::errc{} || stop != end || !(value >= low && value <= high))
            refuse(fmt::format("a number from {} to {}{} is wanted", low, high, otherwise));
        return value;
    }

    [[nodiscard]] int whole_number(int low, int high, std::string_view otherwise = {}) const {
        const double value = number(low, high, otherwise);
        if (value != std::floor(value)) refuse("a whole number is wanted");
        return static_cast<int>(value);
    }

    [[nodiscard]] Nanos seconds(double low, double high) const {
        return Nanos{std::llround(number(low, high) * 1e9)};
    }

    [[nodiscard]] std::uint64_t mebibytes(double low, double high) const {
        return static_cast<std::uint64_t>(std::llround(number(low, high) * 1024 * 1024));
    }

    [[nodiscard]] std::optional<int> unit() const {
        if (text_ == "none") return std::nullopt;
        return whole_number(0, ntpdshm::max_unit, ", or none,");
    }

    [[nodiscard]] bool yes() const {
        if (text_ != "yes" && text_ != "no") refuse("yes or no is wanted");
        return text_ == "yes";
    }

    [[nodiscard]] nmea::Checksum checksum() const {
        if (text_ == "required") return nmea::Checksum::required;
        if (text_ == "optional") return nmea::Checksum::optional;
        refuse("required or optional is wanted");
    }

    [[nodiscard]] hal::EdgeChoice edge() const {
        if (text_ == "auto") return hal::EdgeChoice::automatic;
        if (text_ == "rising") return hal::EdgeChoice::rising;
        if (text_ == "falling") return hal::EdgeChoice::falling;
        refuse("auto, rising or falling is wanted");
    }

    template <class Parsed>
    [[nodiscard]] Parsed or_refuse(const std::optional<Parsed>& parsed,
                                   std::string_view wanted) const {
        if (!parsed) refuse(wanted);
        return *parsed;
    }

  private:
    std::string key_;
    std::string text_;
    std::string place_;
};

void set_outputs(const Value& value, OutputList& outputs, std::optional<int>& unit) {
    outputs.clear();
    if (value.text() == "none") return unit.reset();
    ParsedOutputs parsed = parse_outputs(value.text());
    if (!parsed.problem.empty()) value.refuse(parsed.problem);
    outputs = std::move(parsed.outputs);
}

void set(Options& options, const std::string& key, const Value& value) {
    if (value.text().empty()) value.refuse("a value is missing; give one, or leave it out");
    if (key == "pps") options.pps = value.text();
    if (key == "nmea") options.nmea = value.text();
    if (key == "baud") options.baud = static_cast<unsigned>(value.whole_number(4800, 921600));
    if (key == "checksum") options.checksum = value.checksum();
    if (key == "edge") options.edge = value.edge();
    if (key == "pps-unit") options.pps_unit = value.unit();
    if (key == "nmea-unit") options.nmea_unit = value.unit();
    if (key == "pps-out") set_outputs(value, options.pps_out, options.pps_unit);
    if (key == "nmea-out") set_outputs(value, options.nmea_out, options.nmea_unit);
    if (key == "pps-delay")
        options.pps_delay = Nanos{value.whole_number(-500'000'000, 500'000'000)};
    if (key == "nmea-delay") options.nmea_delay = value.seconds(-2, 2);
    if (key == "shm-layout")
        options.layout = value.or_refuse(ntpdshm::parse_layout_choice(value.text()),
                                         "auto, native, time32 or time64 is wanted");
    if (key == "lock-count") options.lock_count = value.whole_number(2, 3600);
    if (key == "holdover") options.holdover = value.seconds(0, 3600);
    if (key == "distrust") options.distrust = value.seconds(0, 86400);
    if (key == "trust")
        options.trust =
            value.or_refuse(parse_trust(value.text()), "receiver, clock or neither is wanted");
    if (key == "published-before") options.published_before = value.yes();
    if (key == "not-before")
        options.not_before =
            value.or_refuse(parse_date(value.text()), "a date as YYYY-MM-DD is wanted");
    if (key == "leap-file") options.leap_file = value.text();
    if (key == "record") options.record = value.text();
    if (key == "record-size") options.record_size = value.mebibytes(0.0625, 1024);
    if (key == "realtime") options.realtime = value.whole_number(0, 99);
    if (key == "lock-memory") options.lock_memory = value.yes();
    if (key == "user") options.user = value.text();
    if (key == "status-socket") options.status_socket = value.text();
    if (key == "log-level")
        options.log_level = value.or_refuse(parse_log_level(value.text()),
                                            "error, warning, notice, info or debug is wanted");
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
                set(options, key, Value{key, text});
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
        command.options.nmea_unit.reset(); // what ppsd would use is not known
        command.options.nmea_out.clear();
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
    const bool pulses = feed == Feed::pps;
    if (pulses && options.pps.empty()) return {};
    const OutputList& outputs = pulses ? options.pps_out : options.nmea_out;
    if (!outputs.empty()) return outputs;
    const auto unit = pulses ? options.pps_unit : options.nmea_unit;
    return unit ? OutputList{shm_output(*unit)} : OutputList{};
}

void set_option(Options& options, const std::string& key, const std::string& text) {
    set(options, key, Value{key, text});
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
    options.leap_file = "/usr/share/zoneinfo/leap-seconds.list";
    for (const auto& [key, setting] : options.settings)
        problems.attempt([&] {
            set(options, key, Value{key, setting.text, option_place(options, key)});
        });
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
