#include "daemon/ctl/command.hpp"
#include "daemon/ctl/top.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/text/colour.hpp"

#include <stdexcept>
#include <unistd.h>

namespace ppsd::app {
namespace command::top {
namespace {

constexpr std::string_view usage = "top [NAME] [--socket PATH] [--seconds N]";
constexpr std::string_view legend =
    "\npulses, labels, samples: a character for each second of the last minute; | one was used, a\n"
    "digit: so many, . none, blank: ppsd was not asked. offset: of the pulse from the system's\n"
    "clock; positive: the clock is behind. q or Ctrl-C ends.\n";

int run(const Arguments& arguments) {
    CommandParser parser{usage, legend};
    parser.add()("socket", po::value<std::string>()->value_name("PATH"),
                 "ppsd's status-socket, of ppsd@NAME /run/ppsd/NAME/status (/run/ppsd/status)")(
        "seconds", po::value<double>()->value_name("N"), "end after N seconds");
    if (!parser.parse(arguments, "name")) return 0;
    const std::string name = parser.instance("top");
    TopOptions options;
    options.socket = parser.get<std::string>("socket").value_or(status_socket_of(name));
    options.seconds = parser.get<double>("seconds");
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
        throw std::runtime_error("top: standard input and output must be a terminal; for a pipe "
                                 "there are ppsctl status and ppsctl watch");
    return run_top(options, open_top_screen(wants_colour(stdout)));
}

} // namespace
} // namespace command::top

extern const PpsctlCommand top_command{
    "top", command::top::usage, "show a running ppsd on a full screen, live", command::top::run};

} // namespace ppsd::app
