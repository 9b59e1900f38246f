#include "daemon/ctl/command.hpp"
#include "daemon/ctl/interrupt.hpp"
#include "daemon/ctl/progress.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/setup/facts_json.hpp"
#include "daemon/setup/facts_text.hpp"
#include "daemon/setup/find_facts.hpp"
#include "hal/system_clock.hpp"

#include <cmath>

namespace ppsd::app {
namespace command::detect {
namespace {

constexpr std::string_view usage = "detect [PORT…] [--json] [--seconds N]";

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    parser.add()("json", "one JSON object")(
        "seconds", po::value<double>()->value_name("N"),
        "listen for at most N seconds; try 20 if no baud rate is found (10)");
    if (!parser.parse(arguments, "port")) return 0;
    const double seconds = parser.checked("seconds", 1.0, 600.0, 10.0);
    catch_interrupts();
    hal::SystemClock clock;
    const ListenOptions options{hal::Nanos{std::llround(seconds * 1e9)}, build_date(), interrupted,
                                show_progress};
    const Facts facts = find_facts(hal::MachineFiles{}, parser.words("port"), options, clock);
    show_progress("");
    fmt::print("{}", parser.has("json") ? facts_json(facts) : facts_text(facts));
    if (interrupted()) fmt::print(stderr, "interrupted: the results are incomplete\n");
    return receiver_of(facts) != nullptr && !interrupted() ? 0 : 1;
}

} // namespace
} // namespace command::detect

extern const PpsctlCommand detect_command{
    "detect", command::detect::usage,
    "find the receiver's port and rate, and the pulse's line; changes nothing",
    command::detect::run};

} // namespace ppsd::app
