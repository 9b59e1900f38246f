#include "daemon/setup/find_facts.hpp"

#include "daemon/setup/find_configured.hpp"
#include "daemon/setup/find_kernel_pps.hpp"
#include "daemon/setup/find_lines.hpp"
#include "daemon/setup/find_machine.hpp"
#include "daemon/setup/find_ports.hpp"
#include "daemon/setup/find_programs.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

Facts find_facts(const hal::MachineFiles& files, const std::vector<std::string>& ports,
                 const ListenOptions& options, hal::Clock& clock) {
    Facts facts;
    facts.board = find_board(files);
    facts.system = find_system(files);
    for (const std::string& path : ports) {
        PortFacts port = find_port(path, files);
        // It may have been named twice, by two links.
        if (std::ranges::find(facts.ports, port.path, &PortFacts::path) == facts.ports.end())
            facts.ports.push_back(std::move(port));
    }
    if (ports.empty()) facts.ports = find_ports(files);
    facts.lines = find_lines(hal::gpio_chips(), facts.board, files, facts.problems);
    facts.programs = find_programs(files);
    facts.configured = find_configured(files);
    const KernelPpsWatch kernel_pps{files};
    listen(facts, options, clock);
    facts.kernel_pps = kernel_pps.facts();
    return facts;
}

} // namespace ppsd::app
