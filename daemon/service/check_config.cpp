#include "daemon/service/check_config.hpp"

#include "daemon/pipeline/leap_list.hpp"
#include "daemon/service/privileges.hpp"
#include "daemon/service/published_mark.hpp"
#include "hal/error.hpp"
#include "hal/open.hpp"
#include "hal/recording.hpp"
#include "hal/system_clock.hpp"
#include "hal/text_file.hpp"
#include "hal/unix_address.hpp"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace ppsd::app {

namespace {

namespace fs = std::filesystem;

/// The folders that systemd makes for the service when it starts.
constexpr const char* folders_of_service[] = {run_folder, "/var/log/ppsd"};

/// Throws hal::DeviceError if a file can't be made in it.
void check_folder(const fs::path& file, const std::string& advice) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
    for (const char* made : folders_of_service)
        if (folder == made || folder.parent_path() == made) return;
    std::error_code error;
    if (fs::is_directory(folder, error)) return;
    throw hal::DeviceError(folder.string(), error ? error.value() : ENOTDIR, advice);
}

void check_record(const Options& options) {
    if (options.record.empty()) return;
    check_folder(options.record, "make that folder, or set record to a file in another");
    std::error_code ignored;
    if (!fs::exists(options.record, ignored)) return;
    if (!fs::is_regular_file(options.record, ignored))
        throw hal::DeviceError(options.record, EEXIST, "it is no file; set record to another path");
    std::string start(hal::recording::magic.size(), '\0');
    std::ifstream file{options.record, std::ios::binary};
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(file.gcount()));
    if (!hal::recording::magic.starts_with(start))
        throw hal::DeviceError(options.record, EEXIST,
                               "it is no recording of ppsd; set record to another path");
}

void check_status_socket(const Options& options) {
    const std::string& path = options.status_socket;
    if (path.empty() || path == "none") return;
    if (!hal::UnixAddress::of(path))
        throw hal::DeviceError(path, ENAMETOOLONG,
                               "set status-socket to a path of at most 107 bytes");
    const fs::path folder = fs::path{path}.parent_path(); // which ppsd makes, if its own is there
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        check_folder(folder, "make that folder, or set status-socket to a path in another");
}

/// What chronyd will make need not be there yet.
void check_outputs(const Options& options, Feed feed) {
    for (const OutputSpec& output : outputs_of(options, feed))
        if (const std::string problem = output.kind->look(output.place); !problem.empty())
            throw hal::UsageError(fmt::format("{}: {}", output.text(), problem));
}

void check_user(const Options& options) {
    if (!options.user.empty() && !find_user(options.user))
        throw hal::UsageError(fmt::format("user = {}: there is no such user", options.user));
}

void check_leap_file(const Options& options) {
    if (auto problem = problem_of_leap_file(options.leap_file)) throw hal::UsageError(*problem);
}

} // namespace

std::optional<std::string> problem_of_leap_file(const std::string& path) {
    constexpr auto advice = "install tzdata, or set leap-file";
    const auto [text, error] = hal::read_text_file(path);
    if (error != 0) return hal::DeviceError(path, error, advice).what();
    if (parse_leap_list(text)) return std::nullopt;
    return fmt::format("{}: not a leap-seconds.list; {}", path, advice);
}

std::vector<std::string> problems_of(const Options& options) {
    std::vector<std::string> found;
    hal::SystemClock clock;
    hal::Opener opener{clock};
    const auto check = [&](const char* key, auto&& action) {
        try {
            action();
        } catch (const std::exception& error) {
            found.push_back(option_place(options, key) + error.what());
        }
    };
    if (!options.pps.empty()) check("pps", [&] { opener.check_pulses(options.pps, options.edge); });
    if (!options.nmea.empty())
        check("nmea", [&] { opener.check_bytes(options.nmea, options.baud); });
    check("pps-out", [&] { check_outputs(options, Feed::pps); });
    check("nmea-out", [&] { check_outputs(options, Feed::nmea); });
    check("record", [&] { check_record(options); });
    check("status-socket", [&] { check_status_socket(options); });
    check("user", [&] { check_user(options); });
    check("leap-file", [&] { check_leap_file(options); });
    return found;
}

int check_config(const Command& command) {
    auto problems = command.problems;
    for (auto& problem : problems_of(command.options))
        problems.push_back(std::move(problem));
    for (const auto& problem : problems)
        fmt::print(stderr, "ppsd: {}\n", problem);
    if (!problems.empty()) return 2;
    fmt::print("ppsd: {}: nothing is wrong with it\n",
               command.config.empty() ? "the command line" : command.config);
    return 0;
}

} // namespace ppsd::app
