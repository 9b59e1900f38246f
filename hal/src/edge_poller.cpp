#include "edge_poller.hpp"

#include "mono_now.hpp"
#include "quiet_thread.hpp"

#include <algorithm>
#include <cerrno>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace hal {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
enum Kind : std::uint8_t { none = 0, some = 1, polled = 2, falling = 4 };

void signal(int fd) noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

void clear(int fd) noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(fd, &count, sizeof count);
}

std::int64_t time_of_clock(clockid_t id) noexcept {
    timespec t{};
    ::clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * second_ns + t.tv_nsec;
}

timespec to_timespec(std::int64_t ns) noexcept {
    timespec t{};
    t.tv_sec = static_cast<time_t>(ns / second_ns);
    t.tv_nsec = static_cast<decltype(t.tv_nsec)>(ns % second_ns);
    return t;
}

UniqueFd event_fd() {
    UniqueFd fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    if (!fd) throw std::system_error(errno, std::generic_category(), "eventfd");
    return fd;
}

/// What the clock goes on by at least, as a program sees it: 1 us on the first Raspberry Pis, on
/// others as long as looking at it takes; 1 s where it doesn't within these looks.
Nanos clock_step() noexcept {
    Nanos least = 1s;
    MonoTime last = mono_now();
    for (int looks = 0; looks < 200; ++looks) {
        const MonoTime now = mono_now();
        if (now > last) least = std::min(least, now - last);
        last = now;
    }
    return least;
}

/// A thread keeps what rights ppsd had when it began, and this one needs none. Not asked for where
/// there are none, as a service's filter may forbid that.
void drop_rights() noexcept {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> had{};
    constexpr std::array<__user_cap_data_struct, 2> none{};
    if (::syscall(SYS_capget, &header, had.data()) == 0 &&
        (had[0].permitted | had[0].inheritable | had[1].permitted | had[1].inheritable) != 0)
        ::syscall(SYS_capset, &header, none.data());
}

int pin(pthread_t thread, int cpu) noexcept {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(static_cast<std::size_t>(cpu), &cpus);
    return ::pthread_setaffinity_np(thread, sizeof cpus, &cpus);
}

int prefer(pthread_t thread, const EdgePoller::Settings& settings) noexcept {
    const int pinned = pin(thread, settings.cpu);
    sched_param wanted{};
    wanted.sched_priority = settings.priority;
    const int preferred = ::pthread_setschedparam(thread, SCHED_FIFO, &wanted);
    return pinned != 0 ? pinned : preferred;
}

} // namespace

std::uint32_t PollTask::set(const std::optional<AwaitedEdge>& edge) noexcept {
    const std::uint32_t serial = serial_.load(std::memory_order_relaxed);
    serial_.store(serial + 1);
    unsigned kind = none;
    if (edge) {
        kind = some | (edge->polled() ? polled : none) |
               (edge->polarity == Polarity::falling ? falling : none);
        due_.store(edge->due.ns());
        window_.store(edge->window.count());
    }
    kind_ = static_cast<std::uint8_t>(kind);
    serial_.store(serial + 2);
    return serial + 2;
}

std::optional<PollTask::Taken> PollTask::take() const noexcept {
    const std::uint32_t serial = serial_;
    const unsigned kind = kind_;
    AwaitedEdge edge{OscTime::from_ns(due_.load()), Nanos{window_.load()},
                     (kind & falling) != 0 ? Polarity::falling : Polarity::rising,
                     (kind & polled) != 0 ? AwaitedBy::polling : AwaitedBy::interrupt};
    if (serial % 2 != 0 || serial_ != serial) return std::nullopt;
    return Taken{serial, (kind & some) != 0 ? std::optional{edge} : std::nullopt};
}

void PollResults::put(const Ended& ended) noexcept {
    const std::uint32_t put = put_.load(std::memory_order_relaxed);
    if (put - taken_.load(std::memory_order_acquire) == ended_.size()) return;
    ended_[put % ended_.size()] = ended;
    put_.store(put + 1, std::memory_order_release);
}

std::optional<PollResults::Ended> PollResults::take() noexcept {
    const std::uint32_t taken = taken_.load(std::memory_order_relaxed);
    if (taken == put_.load(std::memory_order_acquire)) return std::nullopt;
    const Ended ended = ended_[taken % ended_.size()];
    taken_.store(taken + 1, std::memory_order_release);
    return ended;
}

/// This machine, for one task.
class EdgePoller::Machine final : public PollMachine {
  public:
    explicit Machine(EdgePoller& poller) : poller_{poller} {}

    void begin(std::uint32_t serial) noexcept { serial_ = serial; }
    [[nodiscard]] MonoTime mono() noexcept override { return mono_now(); }
    [[nodiscard]] OscTime osc() noexcept override {
        return OscTime::from_ns(time_of_clock(CLOCK_MONOTONIC_RAW));
    }
    [[nodiscard]] int level() noexcept override { return poller_.level_(); }
    [[nodiscard]] bool called_off() noexcept override {
        return poller_.stopping_ || !poller_.task_.is(serial_);
    }
    // A long sleep ends when there is another task.
    void sleep_until(MonoTime t) noexcept override {
        constexpr Nanos longest_deaf = 2ms;
        const Nanos left = t - mono_now();
        if (left > longest_deaf) {
            pollfd wake{poller_.wake_.get(), POLLIN, 0};
            const timespec timeout = to_timespec(left.count());
            ::ppoll(&wake, 1, &timeout, nullptr);
            clear(wake.fd); // called_off() tells
            return;
        }
        const timespec until = to_timespec(t.ns());
        ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    }

  private:
    EdgePoller& poller_;
    std::uint32_t serial_ = 0;
};

EdgePoller::EdgePoller(std::function<int()> level)
    : level_{std::move(level)}, wake_{event_fd()}, done_{event_fd()} {}

EdgePoller::~EdgePoller() {
    stopping_ = true;
    signal(wake_.get());
    if (thread_.joinable()) thread_.join();
}

int EdgePoller::start(const Settings& settings) {
    const SignalsBlocked blocked;
    shrink_stacks();
    try {
        thread_ = std::thread{[this] { run(); }};
    } catch (const std::system_error& failure) {
        return failure.code().value();
    }
    const int err = prefer(thread_.native_handle(), settings);
    if (err != 0 && !settings.must) {
        stopping_ = true;
        signal(wake_.get());
        thread_.join();
        return err;
    }
    // A limit that forbids it is no reason to stop.
    if (settings.lock && ::mlockall(MCL_CURRENT | MCL_ONFAULT) != 0) lock_error_ = errno;
    return err;
}

void EdgePoller::move_to(int cpu) noexcept {
    if (runs()) pin(thread_.native_handle(), cpu);
}

void EdgePoller::await(const std::optional<AwaitedEdge>& edge) noexcept {
    current_ = task_.set(edge);
    signal(wake_.get());
}

std::optional<PollResult> EdgePoller::take() noexcept {
    clear(done_.get());
    std::optional<PollResult> last;
    while (const auto ended = results_.take())
        if (ended->serial == current_) last = ended->result;
    return last;
}

void EdgePoller::run() noexcept {
    drop_rights();
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    Machine machine{*this};
    EdgePoll poll{machine, clock_step()};
    std::uint32_t done = 0;
    while (!stopping_) {
        const auto task = task_.take();
        if (task && task->edge && task->serial != done) {
            machine.begin(task->serial);
            const PollResult result = poll.run(*task->edge);
            done = task->serial;
            results_.put({done, result});
            signal(done_.get());
            continue;
        }
        pollfd wake{wake_.get(), POLLIN, 0};
        ::poll(&wake, 1, -1);
        clear(wake_.get());
    }
}

} // namespace hal
