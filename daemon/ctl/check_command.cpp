#include "daemon/ctl/command.hpp"
#include "daemon/ctl/find_evidence.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/setup/check.hpp"
#include "daemon/text/colour.hpp"

#include <algorithm>
#include <exception>

namespace ppsd::app {
namespace command::check {
namespace {

constexpr std::string_view usage =
    "check [NAME] [--json|--monitoring] [--config FILE] [--socket PATH]";

int check_all(const Arguments& arguments) {
    CommandParser parser{usage};
    parser.add()("json", "one JSON object")("monitoring",
                                            "one line and an exit code for Nagios or Icinga")(
        "config", po::value<std::string>()->value_name("FILE"),
        "configuration file, of ppsd@NAME /etc/ppsd/NAME.conf (/etc/ppsd.conf)")(
        "socket", po::value<std::string>()->value_name("PATH"),
        "ppsd's status-socket, of ppsd@NAME /run/ppsd/NAME/status (/run/ppsd/status)");
    if (!parser.parse(arguments, "name")) return 0;
    const std::string name = parser.instance("check");
    CheckOptions options;
    options.service = name.empty() ? "ppsd" : "ppsd@" + name;
    options.config = parser.get<std::string>("config").value_or(
        name.empty() ? default_config : "/etc/ppsd/" + name + ".conf");
    options.socket = parser.get<std::string>("socket").value_or("");
    options.usual_socket = status_socket_of(name);
    const Evidence evidence = find_evidence(options, hal::MachineFiles{});
    const auto findings = app::check(evidence);
    if (parser.has("monitoring")) {
        fmt::print("{}", findings_line(findings, evidence));
        return monitoring_code(worst(findings));
    }
    fmt::print("{}", parser.has("json") ? findings_json(findings)
                                        : findings_text(findings, wants_colour(stdout)));
    return worst(findings) == Finding::Verdict::bad ? 1 : 0;
}

/// A plugin has no exit codes but its own, and says on standard output why.
int run(const Arguments& arguments) {
    if (std::ranges::find(arguments, "--monitoring") == arguments.end())
        return check_all(arguments);
    try {
        return check_all(arguments);
    } catch (const std::exception& error) {
        fmt::print("PPSD UNKNOWN: {}\n", error.what());
        return monitoring_code(Finding::Verdict::unknown);
    }
}

} // namespace
} // namespace command::check

extern const PpsctlCommand check_command{
    "check", command::check::usage,
    "check configuration, ppsd, chronyd or ntpd, and advise; exit code 1: something is bad",
    command::check::run};

} // namespace ppsd::app
