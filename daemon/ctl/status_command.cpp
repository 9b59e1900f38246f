#include "daemon/ctl/command.hpp"
#include "daemon/ctl/status_client.hpp"
#include "daemon/service/status_server.hpp"

namespace ppsd::app {
namespace command::status {
namespace {

constexpr std::string_view usage = "status [NAME] [--json] [--socket PATH]";

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    parser.add()("json", "as ppsd says it: one JSON object")(
        "socket", po::value<std::string>()->value_name("PATH"),
        "ppsd's status-socket, of ppsd@NAME /run/ppsd/NAME/status (/run/ppsd/status)");
    if (!parser.parse(arguments, "name")) return 0;
    const std::string name = parser.instance("status");
    const auto path = parser.get<std::string>("socket").value_or(status_socket_of(name));
    return run_status({path, parser.has("json")}, stdout, stderr);
}

} // namespace
} // namespace command::status

extern const PpsctlCommand status_command{
    "status", command::status::usage,
    "how a running ppsd is; exit code 0: locked, 1: not, 3: not running", command::status::run};

} // namespace ppsd::app
