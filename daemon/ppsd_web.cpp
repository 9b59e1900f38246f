// ppsd-web: composition only.
#include "daemon/text/log.hpp"
#include "daemon/web/history_report.hpp"
#include "daemon/web/run_web.hpp"
#include "daemon/web/web_options.hpp"
#include "hal/error.hpp"
#include "hal/standard_fds.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>

int main(int argc, char** argv) {
    hal::fill_standard_fds();
    try {
        const auto options = ppsd::web::parse_web_options({argv + 1, argv + argc});
        if (!options) return 0;
        if (options->report) return ppsd::web::print_history_report(*options);
        ppsd::app::unblock_stderr();
        const ppsd::app::Log log{ppsd::app::LogLevel::info,
                                 std::getenv("JOURNAL_STREAM") != nullptr};
        return ppsd::web::run_web(*options, log);
    } catch (const hal::UsageError& error) {
        fmt::print(stderr, "ppsd-web: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "ppsd-web: {}\n", error.what());
        return 1;
    }
}
