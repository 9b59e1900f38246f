#include "daemon/ctl/command.hpp"
#include "daemon/ctl/recorded_report.hpp"
#include "daemon/observe/print_report.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace ppsd::app {
namespace command::report {
namespace {

constexpr std::string_view usage = "report [--since T] [--until T] [--html FILE] [RECORDING]";
constexpr std::string_view legend =
    "\nT: 90s, 15min, 6h, 2d, 1w before the end, or a time of UTC as 2026-11-28T20:00.\n"
    "RECORDING: a file of ppsd --record. Without one the report is of the history of\n"
    "ppsd-web, which must be installed. Positive offset: the system clock is behind.\n";

/// ppsd-web is another program, since it has the database, which ppsctl does without.
[[noreturn]] void run_ppsd_web(const std::vector<std::string>& arguments) {
    std::error_code error;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    std::vector<std::string> words{"ppsd-web", "--report"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execv((folder / "ppsd-web").c_str(), argv.data()); // beside this program
    ::execvp(argv.front(), argv.data());
    throw std::system_error(errno, std::generic_category(),
                            "ppsd-web, which has the history, can't be run; install it, or name a "
                            "RECORDING");
}

int of_recording(const std::string& file, const CommandParser& parser) {
    RecordedReport recorded;
    ReplayOptions options{file, false, false, {}, {}, {}, LogLevel::error};
    options.look = [&](const Turn& turn, const ReplayStation& station) {
        recorded.look(turn, station);
    };
    if (const int code = run_replay(options, stdout, stderr); code != 0) return code;
    const auto time = [&](const char* key, std::int64_t end) -> std::optional<std::int64_t> {
        const auto text = parser.get<std::string>(key);
        if (!text) return std::nullopt;
        return moment(fmt::format("--{}", key).c_str(), *text, end);
    };
    const auto to = time("until", recorded.end());
    print_report(recorded.make(file, time("since", to.value_or(recorded.end())), to),
                 parser.get<std::string>("html").value_or(""));
    return 0;
}

int run(const Arguments& arguments) {
    CommandParser parser{usage, legend};
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    parser.add()("since", text("T"), "from when on (1d; of a RECORDING: its beginning)")(
        "until", text("T"), "up to when (now; of a RECORDING: its end)")(
        "html", text("FILE"), "as a page that needs no other file, to FILE; -: to stdout")(
        "history", text("FILE"), "the history (/var/lib/ppsd-web/history.db)");
    if (!parser.parse(arguments, "recording")) return 0;
    const auto files = parser.words("recording");
    if (files.size() > 1) throw hal::UsageError("report: one RECORDING is wanted, or none");
    if (!files.empty()) return of_recording(files.front(), parser);
    std::vector<std::string> passed;
    for (const char* key : {"since", "until", "html", "history"})
        if (const auto value = parser.get<std::string>(key))
            passed.insert(passed.end(), {fmt::format("--{}", key), *value});
    run_ppsd_web(passed);
}

} // namespace
} // namespace command::report

extern const PpsctlCommand report_command{
    "report", command::report::usage, "verdict, plots and events of a time, as text or one page",
    command::report::run};

} // namespace ppsd::app
