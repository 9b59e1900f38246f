#include "daemon/web/history_report.hpp"

#include "daemon/observe/moment.hpp"
#include "daemon/observe/print_report.hpp"
#include "daemon/settings/version.hpp"
#include "daemon/web/history.hpp"
#include "hal/error.hpp"

#include <ctime>
#include <fmt/format.h>

namespace ppsd::web {

int print_history_report(const WebOptions& options) {
    constexpr std::int64_t most_events = 1000;
    const std::int64_t now = std::time(nullptr);
    const auto to = options.until.empty() ? now + 1 : moment("--until", options.until, now);
    const auto from = moment("--since", options.since, to);
    if (from >= to) throw hal::UsageError("--since: must be before --until");
    const History history{options.history, Database::Access::read};
    if (!history.problem().empty()) throw DatabaseError(history.problem());
    print_report({options.history, PPSD_VERSION, history.curve(from, to, report_steps),
                  history.finest(from, to, Series::offset), history.events(0, to, most_events)},
                 options.html);
    return 0;
}

} // namespace ppsd::web
