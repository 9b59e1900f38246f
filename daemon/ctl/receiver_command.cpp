#include "daemon/ctl/command.hpp"
#include "daemon/ctl/progress.hpp"
#include "daemon/ctl/receiver_port.hpp"
#include "daemon/ctl/receiver_text.hpp"
#include "daemon/service/ask_status.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/settings/command_line.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/setup/evidence.hpp"
#include "daemon/setup/find_ports.hpp"
#include "daemon/setup/receivers/undo.hpp"
#include "hal/replace_file.hpp"
#include "hal/system_clock.hpp"
#include "hal/text_file.hpp"

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <unistd.h>

namespace ppsd::app {
namespace command::receiver {
namespace {

using receivers::Known;
using receivers::Line;
using receivers::Outcome;
using receivers::Session;
using receivers::UndoNote;
using receivers::Wishes;

constexpr std::string_view usage = "receiver [--port PATH] [--json] [--set time|--undo] …";
constexpr const char* undo_path = "/var/lib/ppsd/receiver.json";
constexpr std::string_view uart = "uart:";

constexpr int not_all = 1; // an exit code: unknown, or not all was set

std::string config_of(const CommandParser& parser) {
    return parser.get<std::string>("config").value_or(default_config);
}

/// As ppsd.conf has them; where there is none, the defaults.
Options options_of(const CommandParser& parser) {
    const auto config = config_of(parser);
    if (hal::read_text_file(config).error != 0) return {};
    return parse_command_line({"--check-config", "--config", config}).options;
}

/// --port, or what ppsd.conf names. Nothing is written to a port that nobody named.
std::string port_of(const CommandParser& parser) {
    if (const auto port = parser.get<std::string>("port")) return *port;
    const auto nmea = options_of(parser).nmea;
    if (nmea.starts_with(uart)) return nmea.substr(uart.size());
    throw hal::UsageError(config_of(parser) + " names no serial port: give one with --port; "
                                              "ppsctl detect finds it");
}

/// While ppsd has the port: the pty at which it shares the receiver, and the line's rate.
struct Shared {
    std::string path;
    unsigned baud = 0;
};

/// ppsd says at which rate it listens; the option may be another.
unsigned rate_of(const Options& options) {
    const auto& socket = options.status_socket;
    const auto answer = ask_status(socket.empty() ? status_socket_of("") : socket);
    const auto ppsd = parse_status(answer.text);
    return ppsd && ppsd->baud ? static_cast<unsigned>(*ppsd->baud) : options.baud;
}

/// Of a port that another uses nothing is read, and nothing is written to it.
std::optional<Shared> shared_by_ppsd(const CommandParser& parser, const std::string& port) {
    const auto facts = find_port(port, hal::MachineFiles{});
    if (facts.console)
        throw hal::UsageError(port + ": the kernel's console is there; ppsctl setup moves it");
    if (facts.holders.empty()) return std::nullopt;
    const auto& [program, pid] = facts.holders.front();
    std::string advice = "stop it, or take its port away";
    if (program == "ppsd") {
        const auto options = options_of(parser);
        const bool of_this = options.nmea == std::string{uart} + port && !options.share.empty();
        if (of_this) return Shared{options.share, rate_of(options)};
        advice = "stop it meanwhile: systemctl stop ppsd; or set share in its configuration, and "
                 "start it again";
    }
    throw hal::UsageError(
        fmt::format("{}: {} has it (process {}); {}", port, program, pid, advice));
}

receivers::Position position_of(const std::string& text) {
    receivers::Position at;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%lf,%lf,%lf%c", &at.latitude, &at.longitude, &at.height, &rest);
    const bool fine = read == 3 && std::abs(at.latitude) <= 90 && std::abs(at.longitude) <= 180 &&
                      std::abs(at.height) <= 20000;
    if (!fine)
        throw hal::UsageError(
            fmt::format("--fixed-position {}: `survey` is wanted, or LAT,LON,H in "
                        "degrees and metres, as in 47.2852,8.5653,548",
                        text));
    return at;
}

Wishes wishes_of(const CommandParser& parser) {
    Wishes wishes;
    wishes.keep_satellites = parser.has("keep-satellites");
    if (parser.has("cable-ns")) wishes.cable_ns = parser.checked("cable-ns", -32767, 32767, 0);
    if (const auto place = parser.get<std::string>("fixed-position")) {
        wishes.survey = *place == "survey";
        if (!wishes.survey) wishes.position = position_of(*place);
    }
    return wishes;
}

unsigned baud_of(const CommandParser& parser) {
    const auto baud = parser.get<unsigned>("baud").value_or(0);
    for (const unsigned rate :
         {0U, 4800U, 9600U, 19200U, 38400U, 57600U, 115200U, 230400U, 460800U})
        if (rate == baud) return baud;
    throw hal::UsageError(fmt::format("--baud {}: 4800 to 460800 is wanted, such as 38400", baud));
}

std::string undo_file_of(const CommandParser& parser) {
    return parser.get<std::string>("undo-file").value_or(undo_path);
}

/// Nothing: nothing was changed, or that is undone.
std::optional<UndoNote> read_note(const std::string& path) {
    const auto file = hal::read_text_file(path);
    if (file.error == ENOENT || file.error == ENOTDIR) return std::nullopt;
    if (file.error != 0) throw hal::DeviceError(path, file.error, "run it as root");
    try {
        return receivers::parse_undo(file.text);
    } catch (const hal::UsageError& error) {
        throw hal::UsageError(path + ": " + error.what());
    }
}

// Before anything is set: what can't be undone is not begun.
void write_note(const std::string& path, const UndoNote& note) {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), error);
    const auto earlier = read_note(path);
    hal::replace_file(path, undo_text(earlier ? joined(*earlier, note) : note), 0644);
}

int print_outcome(const Known& known, const Outcome& outcome, bool planned) {
    show_progress("");
    fmt::print("{}", outcome_text(known, outcome));
    return planned || outcome.complete() ? 0 : not_all;
}

int print_unknown(const Known& known, const std::string& port) {
    show_progress("");
    fmt::print(stderr, "{}", receiver_text(known, port));
    fmt::print(stderr, "nothing was changed\n");
    return not_all;
}

int set(const CommandParser& parser, Session& session, const std::string& port) {
    const auto wishes = wishes_of(parser);
    const auto baud = baud_of(parser);
    const bool save = parser.has("save");
    const auto known = session.ask(wishes, std::chrono::seconds{30});
    if (known.protocol == nullptr) return print_unknown(known, port);
    auto outcome = Session::plan(known, wishes, baud);
    if (parser.has("dry-run")) return print_outcome(known, outcome, true);
    write_note(undo_file_of(parser), undo_note(known, outcome, port, save));
    session.apply(known, outcome, save);
    return print_outcome(known, outcome, false);
}

int undo(const CommandParser& parser, Session& session, const std::string& port,
         const UndoNote& note) {
    const auto known = session.ask(receivers::undo_wishes(), std::chrono::seconds{30});
    if (known.protocol == nullptr) return print_unknown(known, port);
    if (known.protocol->name() != note.protocol || known.identity.model != note.model)
        throw hal::UsageError(fmt::format("{}: another receiver is here now than the {} whose "
                                          "settings are in {}; nothing was changed",
                                          port, note.model.empty() ? note.protocol : note.model,
                                          undo_file_of(parser)));
    auto outcome = undo_plan(note, known);
    if (parser.has("dry-run")) return print_outcome(known, outcome, true);
    session.apply(known, outcome, note.saved);
    if (outcome.complete()) ::unlink(undo_file_of(parser).c_str());
    return print_outcome(known, outcome, false);
}

void add_options(CommandParser& parser) {
    parser.add()("port", po::value<std::string>()->value_name("PATH"),
                 "the receiver's port (that of ppsd.conf)")(
        "config", po::value<std::string>()->value_name("FILE"),
        "ppsd.conf (/etc/ppsd.conf)")("json", "one JSON object")(
        "set", po::value<std::string>()->value_name("WHAT"),
        "time: what a time server needs: one fix a second, RMC and ZDA, a "
        "pulse of 100 ms with a fix")("baud", po::value<unsigned>()->value_name("N"),
                                      "with --set: the line's rate (unchanged)")(
        "keep-satellites", "with --set: GSV and GSA each tenth second")(
        "fixed-position", po::value<std::string>()->value_name("AT"),
        "with --set: survey, or LAT,LON,H in degrees and metres above the ellipsoid")(
        "cable-ns", po::value<int>()->value_name("N"), "with --set: delay of the antenna's cable")(
        "save", "with --set: until it is set otherwise; else a power cycle ends it")(
        "undo", "set what was before --set")("dry-run", "say what would be set, and only ask")(
        "undo-file", po::value<std::string>()->value_name("FILE"),
        "what was before (/var/lib/ppsd/receiver.json)");
}

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    add_options(parser);
    if (!parser.parse(arguments, nullptr)) return 0;
    const auto what = parser.get<std::string>("set");
    if (what && *what != "time")
        throw hal::UsageError("--set " + *what + ": there is only --set time");
    if (what && parser.has("undo")) throw hal::UsageError("--set or --undo is wanted, not both");
    for (const char* key : {"baud", "keep-satellites", "fixed-position", "cable-ns", "save"})
        if (!what && parser.has(key))
            throw hal::UsageError(fmt::format("--{} goes with --set time", key));
    if (what) std::ignore = wishes_of(parser), std::ignore = baud_of(parser);

    const auto note = parser.has("undo") ? read_note(undo_file_of(parser)) : std::nullopt;
    if (parser.has("undo") && !note)
        throw hal::UsageError(undo_file_of(parser) + ": nothing is there to undo");
    const auto port = note && !parser.has("port") ? note->port : port_of(parser);
    const auto shared = shared_by_ppsd(parser, port);
    hal::SystemClock clock;
    const auto line = shared ? open_shared_receiver(shared->path, shared->baud, clock)
                             : open_receiver_port(port, clock);
    Session session{*line, build_date(), show_progress};
    if (what) return set(parser, session, port);
    if (note) return undo(parser, session, port, *note);
    const auto known = session.ask(Wishes{}, std::chrono::seconds{30});
    show_progress("");
    fmt::print("{}", parser.has("json") ? receiver_json(known, port) : receiver_text(known, port));
    return known.protocol != nullptr ? 0 : not_all;
}

} // namespace
} // namespace command::receiver

extern const PpsctlCommand receiver_command{
    "receiver", command::receiver::usage,
    "what the receiver is and how it is set; sets it for time", command::receiver::run};

} // namespace ppsd::app
