#include "daemon/service/event_loop.hpp"

#include "daemon/text/sooner.hpp"
#include "hal/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <limits>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <system_error>

namespace ppsd::app {

using hal::MonoTime;
using hal::Nanos;

namespace {

[[noreturn]] void fail(const char* what) {
    throw hal::DeviceError(what, errno, "look at the limits on files (ulimit -n)");
}

/// Those whose default ends a process, and that somebody sends.
sigset_t ending_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM,
                             SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT})
        ::sigaddset(&set, signal);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal)
        ::sigaddset(&set, signal);
    return set;
}

hal::UniqueFd block_signals() {
    const sigset_t set = ending_signals();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN); // a log that nobody reads any more must not end us
    ::signal(SIGXFSZ, SIG_IGN); // nor a recording beyond the limit on files: it has an errno
    hal::UniqueFd fd{::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)};
    if (!fd) fail("signalfd");
    return fd;
}

MonoTime now() noexcept {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return MonoTime::from_ns(std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec);
}

/// Whole milliseconds, rounded up so that the deadline has passed when the wait is over.
int timeout_ms(std::optional<MonoTime> deadline) noexcept {
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

} // namespace

EventLoop::EventLoop() : epoll_{::epoll_create1(EPOLL_CLOEXEC)}, signals_{block_signals()} {
    if (!epoll_) fail("epoll_create1");
    watch(signals_.get(), Rank::signals, [this] { take_signals(); });
}

void EventLoop::take_signals() {
    signalfd_siginfo taken{};
    while (::read(signals_.get(), &taken, sizeof taken) == sizeof taken) {
        if (taken.ssi_signo == SIGHUP && hangup_)
            hangup_();
        else
            stop();
    }
}

void EventLoop::watch(int fd, Rank rank, std::function<void()> handler) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
    const auto place =
        std::upper_bound(watched_.begin(), watched_.end(), rank,
                         [](Rank wanted, const Watched& entry) { return wanted < entry.rank; });
    watched_.insert(place,
                    Watched{fd, rank, std::make_shared<std::function<void()>>(std::move(handler))});
}

void EventLoop::unwatch(int fd) noexcept {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    std::erase_if(watched_, [fd](const Watched& entry) { return entry.fd == fd; });
}

void EventLoop::listen(int fd, bool readable) noexcept {
    epoll_event event{};
    if (readable) event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::run() {
    running_ = true;
    while (running_) {
        wait();
        if (wake_up_) wake_up_();
        for (std::size_t i = 0; i < ready_count_; ++i)
            serve(ready_[i]);
        for (Timed* timed : timed_)
            timed->tick(now());
    }
}

std::optional<MonoTime> EventLoop::deadline() const {
    std::optional<MonoTime> next;
    for (const Timed* timed : timed_)
        sooner(next, timed->deadline());
    return next;
}

void EventLoop::wait() {
    std::array<epoll_event, most_ready> events{};
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                   timeout_ms(deadline()));
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    ready_count_ = 0;
    for (const Watched& entry : watched_) // by rank
        for (int i = 0; i < count; ++i)
            if (events[static_cast<std::size_t>(i)].data.fd == entry.fd)
                ready_[ready_count_++] = entry.fd;
}

// Looked up anew, since an earlier handler may have unwatched it.
void EventLoop::serve(int fd) {
    const auto entry = std::find_if(watched_.begin(), watched_.end(),
                                    [fd](const Watched& e) { return e.fd == fd; });
    if (entry == watched_.end()) return;
    const auto handler = entry->handler; // it may unwatch itself
    (*handler)();
}

} // namespace ppsd::app
