#include "daemon/web/web_options.hpp"

#include "daemon/settings/version.hpp"
#include "hal/error.hpp"

#include <boost/program_options.hpp>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace ppsd::web {
namespace {

namespace po = boost::program_options;

constexpr const char* usual_file = "/etc/ppsd-web.conf";

/// Installed beside the program: under /usr by a package, under /usr/local by hand.
std::string installed_assets() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? "/usr/share/ppsd-web" : program.parent_path().parent_path() / "share/ppsd-web";
}

/// What can stand in the file, too.
po::options_description settings(WebOptions& options) {
    po::options_description all{"Options"};
    const auto text = [](std::string& to, const char* what) {
        return po::value<std::string>(&to)->value_name(what)->default_value(to);
    };
    auto add = all.add_options();
    add("listen",
        po::value<std::string>()->value_name("ADDR:PORT")->default_value("127.0.0.1:8123"),
        "where to serve the page; [::]:PORT and 0.0.0.0:PORT: to everybody");
    add("socket", text(options.socket, "PATH"), "ppsd's status-socket");
    add("history", text(options.history, "FILE"), "the database; its folder must be there");
    add("flush",
        po::value<int>(&options.flush)->value_name("SECONDS")->default_value(options.flush),
        "how often the history is written; a power cut takes at most so much, and an SD card "
        "wears");
    add("chrony", po::value<std::string>()->value_name("yes|no")->default_value("yes"),
        "ask chronyd by chronyc, or ntpd by ntpq");
    add("assets", text(options.assets, "DIR"), "the page's files");
    add("dygraphs", text(options.dygraphs, "DIR"), "the package libjs-dygraphs' files");
    return all;
}

void read_file(const std::string& name, bool must, const po::options_description& known,
               po::variables_map& values) {
    std::ifstream file{name};
    if (!file) {
        if (must) throw hal::UsageError(name + ": can't be read");
        return;
    }
    po::store(po::parse_config_file(file, known), values);
}

bool yes_or_no(const std::string& word) {
    if (word == "yes") return true;
    if (word == "no") return false;
    throw hal::UsageError(fmt::format("--chrony {}: yes or no is wanted", word));
}

} // namespace

void parse_listen(const std::string& text, WebOptions& options) {
    const auto colon = text.rfind(':');
    std::string host = colon == std::string::npos ? options.host : text.substr(0, colon);
    const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    const auto end = std::from_chars(port.data(), port.data() + port.size(), options.port);
    if (host.empty() || end.ec != std::errc{} || end.ptr != port.data() + port.size() ||
        options.port < 1 || options.port > 65535)
        throw hal::UsageError(
            fmt::format("--listen {}: ADDRESS:PORT is wanted, such as 127.0.0.1:8123", text));
    options.host = host;
}

std::optional<WebOptions> parse_web_options(const std::vector<std::string>& arguments) {
    WebOptions options;
    options.assets = installed_assets();
    const po::options_description known = settings(options);
    po::options_description report{"For a report, as ppsctl report asks for it"};
    report.add_options()("report", po::bool_switch(&options.report),
                         "print what the history has, and end")(
        "since", po::value<std::string>(&options.since)->value_name("T")->default_value("1d"),
        "from when on: 6h, 2d, 2026-11-28T20:00 (UTC)")(
        "until", po::value<std::string>(&options.until)->value_name("T"),
        "up to when (now)")("html", po::value<std::string>(&options.html)->value_name("FILE"),
                            "as a page, to that file; -: to stdout (as text, to stdout)");
    po::options_description all{"Options"};
    all.add(known).add(report);
    all.add_options()("config", po::value<std::string>()->value_name("FILE"),
                      "instead of /etc/ppsd-web.conf: lines of KEY = VALUE")(
        "help,h", "print this, and end")("version", "print the version, and end");
    po::variables_map values;
    try {
        po::store(
            po::command_line_parser(arguments)
                .options(all)
                .positional({})
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .run(),
            values);
        if (values.contains("help")) {
            std::ostringstream help;
            help << known
                 << "  --config FILE         instead of /etc/ppsd-web.conf: lines of KEY = VALUE\n"
                    "  -h [ --help ]         print this, and end\n"
                    "  --version             print the version, and end\n\n"
                 << report;
            fmt::print(
                "usage: ppsd-web [OPTION…]\n\nServes a page with ppsd's timing. ppsd-web(8) has "
                "more.\n\n{}",
                help.str());
            return std::nullopt;
        }
        if (values.contains("version")) {
            fmt::print("ppsd-web {}\n", PPSD_VERSION);
            return std::nullopt;
        }
        const bool named = values.contains("config");
        read_file(named ? values["config"].as<std::string>() : usual_file, named, known, values);
        po::notify(values);
    } catch (const po::error& error) {
        throw hal::UsageError(error.what());
    }
    if (options.flush < 1 || options.flush > 3600)
        throw hal::UsageError(fmt::format("--flush {}: 1 to 3600 s is wanted", options.flush));
    parse_listen(values["listen"].as<std::string>(), options);
    options.chrony = yes_or_no(values["chrony"].as<std::string>());
    return options;
}

} // namespace ppsd::web
