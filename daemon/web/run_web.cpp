#include "daemon/web/run_web.hpp"

#include "daemon/service/notify.hpp"
#include "daemon/web/history.hpp"
#include "daemon/web/live.hpp"
#include "daemon/web/pace.hpp"
#include "daemon/web/server.hpp"
#include "daemon/web/station.hpp"
#include "hal/unique_fd.hpp"

#include <cerrno>
#include <cmath>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>

namespace ppsd::web {
namespace {

/// Held while it lives: two writers would tell the same things twice.
hal::UniqueFd only_writer(const std::string& history) {
    const std::string path = history + ".lock";
    hal::UniqueFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)}; // NOLINT: has a mode
    // Where nothing can be written, there is no writer either; the history says why.
    if (fd.get() >= 0 && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        throw std::system_error(errno, std::generic_category(),
                                path + ": another ppsd-web writes this history; --history names one");
    return fd;
}

/// Blocks them in this thread and in those that it starts.
sigset_t block_ends() {
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int one : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&ends, one);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    return ends;
}

timespec as_timespec(double seconds) {
    const double whole = std::floor(seconds);
    return {static_cast<time_t>(whole), static_cast<long>((seconds - whole) * 1e9)};
}

/// Tells it once when the history's writing stops, and once when it goes on.
class StorageWatch {
  public:
    explicit StorageWatch(const app::Log& log) : log_{log} {}
    void look(const std::string& problem) {
        if (problem.empty() == told_.empty()) return;
        if (problem.empty())
            log_.line(app::LogLevel::notice, "the history is written again");
        else
            log_.line(app::LogLevel::warning, "the history can't be written, it is kept in memory: {}",
                      problem);
        told_ = problem;
    }

  private:
    const app::Log& log_;
    std::string told_;
};

} // namespace

int run_web(const WebOptions& options, const app::Log& log) {
    const sigset_t ends = block_ends();
    const hal::UniqueFd lock = only_writer(options.history);
    History history{options.history};
    Live live;
    Station station{options.socket, options.chrony ? ask_chrony : std::function<ChronyStatus()>{}, history,
                    live};
    const Server server{{options.host, options.port, options.assets, options.dygraphs}, station, history,
                        live};
    log.line(app::LogLevel::info, "the page is on http://{}:{}/", options.host, options.port);
    StorageWatch storage{log};
    auto notifier = app::Notifier::from_environment();
    notifier.ready();
    while (true) {
        const double age = station.turn(std::time(nullptr));
        storage.look(history.problem());
        const timespec wait = as_timespec(until_next(age));
        if (::sigtimedwait(&ends, nullptr, &wait) > 0) break;
    }
    station.flush();
    storage.look(history.problem());
    return 0;
}

} // namespace ppsd::web
