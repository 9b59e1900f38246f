#include "daemon/web/run_web.hpp"

#include "daemon/observe/ask_ntp.hpp"
#include "daemon/observe/pause.hpp"
#include "daemon/service/notify.hpp"
#include "daemon/web/history.hpp"
#include "daemon/web/live.hpp"
#include "daemon/web/server.hpp"
#include "daemon/web/station.hpp"
#include "hal/unique_fd.hpp"
#include "hal/wait.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace ppsd::web {
namespace {

/// Held while it lives: two writers would tell the same things twice.
hal::UniqueFd only_writer(const std::string& history) {
    const std::string path = history + ".lock";
    hal::UniqueFd fd{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)}; // NOLINT: has a mode
    // Where nothing can be written, there is no writer either; the history says why.
    if (fd.get() >= 0 && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        throw std::system_error(errno, std::generic_category(),
                                path +
                                    ": another ppsd-web writes this history; --history names one");
    return fd;
}

/// Readable once a signal to end came. They are blocked in this thread and those that it starts.
hal::UniqueFd ends() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int one : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&signals, one);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return hal::UniqueFd{::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
}

bool has_come(const hal::UniqueFd& ends) {
    signalfd_siginfo which{};
    return ::read(ends.get(), &which, sizeof which) > 0;
}

using Clock = std::chrono::steady_clock;

/// Waits until then; false: a signal to end came.
bool wait_until(Clock::time_point then, const hal::UniqueFd& ends) {
    while (Clock::now() < then) {
        const std::array fds{ends.get()};
        hal::wait_readable(fds, then - Clock::now());
        if (has_come(ends)) return false;
    }
    return true;
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
            log_.line(app::LogLevel::warning,
                      "the history can't be written, it is kept in memory: {}", problem);
        told_ = problem;
    }

  private:
    const app::Log& log_;
    std::string told_;
};

} // namespace

int run_web(const WebOptions& options, const app::Log& log) {
    const hal::UniqueFd end = ends();
    const hal::UniqueFd lock = only_writer(options.history);
    History history{options.history};
    Live live;
    Station station{options.socket, options.chrony ? ask_ntp : std::function<NtpStatus()>{},
                    history, live, options.flush};
    const Server server{
        {options.host, options.port, options.assets, options.dygraphs}, station, history, live};
    log.line(app::LogLevel::info, "the page is on http://{}:{}/", options.host, options.port);
    StorageWatch storage{log};
    auto notifier = app::Notifier::from_environment();
    notifier.ready();
    Clock::time_point next;
    do {
        const auto asked = Clock::now();
        station.turn(std::time(nullptr));
        storage.look(history.problem());
        const auto snapshot = station.snapshot();
        const auto ago = snapshot->ppsd ? snapshot->ppsd->sample_ago : std::nullopt;
        next = asked + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(pause_after(ago)));
    } while (wait_until(next, end));
    station.flush();
    storage.look(history.problem());
    return 0;
}

} // namespace ppsd::web
