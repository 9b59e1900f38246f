#include "polled_pulses.hpp"

#include "hal/machine_files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <new>
#include <sched.h>
#include <sys/epoll.h>
#include <system_error>
#include <tuple>
#include <utility>

namespace hal {

namespace {

// Where an awaited edge may come, by an interrupt: as discipline/edges has it.
constexpr Nanos earliest = 2ms, latest = 25ms;

void watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

std::vector<int> allowed_cpus() {
    std::vector<int> cpus;
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) == 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
    return cpus;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.empty()) return words;
        const auto end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

/// The number at the end of a word, "CPU3" or "120"; nothing: there is none.
std::optional<std::uint64_t> number_of(std::string_view word) {
    word.remove_prefix(std::min(word.find_first_of("0123456789"), word.size()));
    std::uint64_t number = 0;
    const char* const end = word.data() + word.size();
    if (word.empty() || std::from_chars(word.data(), end, number).ptr != end) return std::nullopt;
    return number;
}

/// The processor which has the most in that line of /proc/interrupts ("45: 3 120 pl061 3 Edge
/// ppsd"). heads: of its columns ("CPU0 CPU2"): those that are offline have none.
std::optional<int> busiest(const std::vector<std::string_view>& heads,
                           const std::vector<std::string_view>& words) {
    std::uint64_t most = 0;
    std::optional<int> cpu;
    for (std::size_t i = 0; i < heads.size() && i + 1 < words.size(); ++i) {
        const std::uint64_t count = number_of(words[i + 1]).value_or(0);
        const auto number = number_of(heads[i]);
        if (count <= most || !number) continue;
        most = count;
        cpu = static_cast<int>(*number);
    }
    return cpu;
}

/// Why a thread doesn't run there and so, and what to do.
std::string why_not(int cpu, int priority, int err) {
    const std::string reason = std::generic_category().message(err);
    if (err == EINVAL)
        return fmt::format("processor {}: {}; ppsd may not run there, or there is none: "
                           "set poll-cpu to another one",
                           cpu, reason);
    if (err == EPERM)
        return fmt::format("processor {} with real-time priority {}: {}; raise LimitRTPRIO= in "
                           "the service (ulimit -r), or set poll = no",
                           cpu, priority, reason);
    return fmt::format("a thread for it: {}; raise TasksMax= in the service (ulimit -u) or, with "
                       "lock-memory, LimitMEMLOCK= (ulimit -l), or set poll = no",
                       reason);
}

} // namespace

int choose_cpu(std::string_view interrupts, const std::vector<int>& allowed,
               std::optional<int> asked) {
    if (asked || allowed.empty()) return asked.value_or(0);
    std::vector<int> serving; // other ppsd's interrupts, too
    std::vector<std::string_view> heads;
    while (!interrupts.empty()) {
        const auto end = std::min(interrupts.find('\n'), interrupts.size());
        const auto words = words_of(interrupts.substr(0, end));
        if (heads.empty()) heads = words;
        if (!words.empty() && words.back() == "ppsd")
            if (const auto cpu = busiest(heads, words)) serving.push_back(*cpu);
        interrupts.remove_prefix(std::min(end + 1, interrupts.size()));
    }
    for (auto cpu = allowed.rbegin(); cpu != allowed.rend(); ++cpu)
        if (std::ranges::find(serving, *cpu) == serving.end()) return *cpu;
    return allowed.back();
}

PolledPulses::PolledPulses(std::unique_ptr<PollableLine> line, EdgeChoice choice, Clock& clock,
                           std::unique_ptr<EdgePoller> poller, std::string how,
                           std::function<int()> cpu)
    : line_{std::move(line)}, choice_{choice}, clock_{clock}, poller_{std::move(poller)},
      how_{std::move(how)}, cpu_{std::move(cpu)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      asked_{choice} {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    watch(epoll_.get(), line_->fd());
    if (poller_) watch(epoll_.get(), poller_->fd());
}

PolledPulses::~PolledPulses() {
    poller_.reset();
}

int PolledPulses::ask_for(std::optional<EdgeChoice> edges) noexcept {
    if (asked_ == edges) return 0;
    const int err = line_->ask_for(edges);
    if (err == 0) asked_ = edges;
    return err;
}

// What isn't polled needs all edges again; where not even that can be had, the line is of no use
// any more.
void PolledPulses::stop_polling(int err) noexcept {
    poller_.reset();
    awaited_.reset();
    how_ = "by interrupts: which edges it reports can't be changed: " +
           std::generic_category().message(err);
    if (const int again = ask_for(choice_); again != 0) error_ = {again, std::generic_category()};
}

void PolledPulses::choose_place() noexcept {
    try {
        if (cpu_) poller_->move_to(cpu_());
    } catch (const std::bad_alloc&) {
        return; // it stays where it is
    }
}

void PolledPulses::await(const AwaitedEdge& edge) noexcept {
    if (!poller_) return;
    if (!awaited_) choose_place();
    const auto leading =
        edge.polarity == Polarity::rising ? EdgeChoice::rising : EdgeChoice::falling;
    const int err = ask_for(edge.by == AwaitedBy::polling ? std::nullopt : std::optional{leading});
    if (err != 0) return stop_polling(err);
    awaited_ = {edge, std::nullopt};
    poller_->await(edge);
}

void PolledPulses::hunt() noexcept {
    if (!poller_ || !awaited_) return;
    if (const int err = ask_for(choice_); err != 0) return stop_polling(err);
    awaited_.reset();
    poller_->await(std::nullopt);
}

std::optional<PulseEdge> PolledPulses::read() noexcept {
    if (awaited_) return read_awaited();
    if (poller_) std::ignore = poller_->take(); // of an edge that was called off: or fd() wakes on
    return line_->read();
}

bool PolledPulses::is_awaited(const PulseEdge& edge) const noexcept {
    const auto raw_minus_mono = clock_.raw_minus_mono();
    if (!raw_minus_mono || edge.polarity != awaited_->edge.polarity) return false;
    const Nanos after = OscTime::from_ns(edge.time.ns()) + *raw_minus_mono - awaited_->edge.due;
    return after >= -earliest && after <= latest;
}

std::optional<MonoTime> PolledPulses::gives_up() const noexcept {
    if (!awaited_) return std::nullopt;
    const auto raw_minus_mono = clock_.raw_minus_mono();
    if (!raw_minus_mono) return std::nullopt;
    return MonoTime::from_ns((awaited_->edge.due + EdgePoll::last_patience - *raw_minus_mono).ns());
}

bool PolledPulses::overdue() const noexcept {
    const auto until = gives_up();
    return until && clock_.now() >= *until;
}

// What the kernel has is looked at after the poller has ended, so that no stamp of before is left.
std::optional<PulseEdge> PolledPulses::read_awaited() noexcept {
    auto result = poller_->take();
    if (!result && overdue()) {
        poller_->await(std::nullopt);
        result = PollResult{};
    }
    while (auto edge = line_->read()) {
        if (awaited_->stamped || !is_awaited(*edge)) continue;
        edge->stamping = Stamping::awaited;
        awaited_->stamped = edge;
        if (!awaited_->edge.polled()) return edge;
    }
    return result ? end(*result) : std::nullopt;
}

std::optional<PulseEdge> PolledPulses::end(const PollResult& result) noexcept {
    if (result.end == PollResult::End::found) {
        PulseEdge edge{result.time, awaited_->edge.polarity, {}};
        edge.stamping = Stamping::polled;
        edge.bound = result.bound;
        if (awaited_->stamped && !awaited_->stamped->generation)
            edge.interrupt = awaited_->stamped->time;
        return edge;
    }
    if (!awaited_->edge.polled()) {
        if (!awaited_->stamped) ++missed_; // else it was told
        return std::nullopt;
    }
    ++missed_;
    if (awaited_->stamped) awaited_->stamped->stamping = Stamping::stand_in;
    return awaited_->stamped;
}

std::unique_ptr<PulseSource> with_poller(std::unique_ptr<PollableLine> line, EdgeChoice choice,
                                         const PollRequest& request, Clock& clock) {
    if (!request.wanted) return line;
    const auto none = [&](std::string why) {
        return std::make_unique<PolledPulses>(std::move(line), choice, clock, nullptr,
                                              "by interrupts: " + why);
    };
    const auto cpus = allowed_cpus();
    if (!line->can_stop_asking() && cpus.size() < 2 && !request.always)
        return none("with libgpiod 1.6 polling needs a second processor");
    const auto choose = [asked = request.cpu] {
        return choose_cpu(MachineFiles{}.text("/proc/interrupts").value_or(""), allowed_cpus(),
                          asked);
    };
    const int cpu = choose();
    auto poller = std::make_unique<EdgePoller>([raw = line.get()] { return raw->level(); });
    const EdgePoller::Settings settings{
        .cpu = cpu, .must = request.always, .lock = !request.locked};
    const int err = poller->start(settings);
    if (!poller->runs()) return none(why_not(cpu, settings.priority, err));
    std::string how = "by polling once they are followed";
    if (err != 0)
        how += ", but not as wanted: " + why_not(cpu, settings.priority, err);
    else
        how += fmt::format(", on processor {}{}", cpu,
                           request.cpu || cpus.size() == 1
                               ? ""
                               : " (another one, if that serves the line's interrupt)");
    if (const int locked = poller->lock_error(); locked != 0)
        how += fmt::format("; its memory isn't locked: {}; raise LimitMEMLOCK= in the service "
                           "(ulimit -l)",
                           std::generic_category().message(locked));
    return std::make_unique<PolledPulses>(std::move(line), choice, clock, std::move(poller), how,
                                          choose);
}

} // namespace hal
