#include "polled_pulses.hpp"

#include "hal/machine_files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
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

/// Which of the columns of that line of /proc/interrupts ("45: 3 120 pl061 3 Edge ppsd") has the
/// most.
std::optional<int> busiest(const std::vector<std::string_view>& words) {
    std::uint64_t most = 0;
    std::optional<int> column;
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::uint64_t count = 0;
        const char* const end = words[i].data() + words[i].size();
        if (std::from_chars(words[i].data(), end, count).ptr != end) break;
        if (count <= most) continue;
        most = count;
        column = static_cast<int>(i) - 1;
    }
    return column;
}

} // namespace

int choose_cpu(std::string_view interrupts, const std::vector<int>& allowed,
               std::optional<int> asked) noexcept {
    if (asked || allowed.empty()) return asked.value_or(0);
    std::optional<int> serving;
    while (!interrupts.empty()) {
        const auto end = std::min(interrupts.find('\n'), interrupts.size());
        const auto words = words_of(interrupts.substr(0, end));
        if (!words.empty() && words.back() == "ppsd") serving = busiest(words);
        interrupts.remove_prefix(std::min(end + 1, interrupts.size()));
    }
    for (auto cpu = allowed.rbegin(); cpu != allowed.rend(); ++cpu)
        if (*cpu != serving) return *cpu;
    return allowed.back();
}

PolledPulses::PolledPulses(std::unique_ptr<PollableLine> line, EdgeChoice choice, Clock& clock,
                           std::unique_ptr<EdgePoller> poller, std::string how)
    : line_{std::move(line)}, choice_{choice}, clock_{clock}, poller_{std::move(poller)},
      how_{std::move(how)}, epoll_{::epoll_create1(EPOLL_CLOEXEC)}, asked_{choice} {
    if (!poller_) return;
    watch(epoll_.get(), line_->fd());
    watch(epoll_.get(), poller_->fd());
}

PolledPulses::~PolledPulses() {
    poller_.reset();
}

void PolledPulses::ask_for(std::optional<EdgeChoice> edges) noexcept {
    if (std::exchange(asked_, edges) != edges) line_->ask_for(edges);
}

void PolledPulses::await(const AwaitedEdge& edge) noexcept {
    if (!poller_) return;
    const auto leading =
        edge.polarity == Polarity::rising ? EdgeChoice::rising : EdgeChoice::falling;
    ask_for(edge.by == AwaitedBy::polling ? std::nullopt : std::optional{leading});
    awaited_ = edge;
    stamped_.reset();
    poller_->await(edge);
}

void PolledPulses::hunt() noexcept {
    if (!poller_ || !awaited_) return;
    ask_for(choice_);
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
    if (!raw_minus_mono || edge.polarity != awaited_->polarity) return false;
    const Nanos after = OscTime::from_ns(edge.time.ns()) + *raw_minus_mono - awaited_->due;
    return after >= -earliest && after <= latest;
}

// What the kernel has is looked at after the poller has ended, so that no stamp of before is left.
std::optional<PulseEdge> PolledPulses::read_awaited() noexcept {
    const auto result = poller_->take();
    while (auto edge = line_->read()) {
        if (stamped_ || !is_awaited(*edge)) continue;
        edge->stamping = Stamping::awaited;
        stamped_ = edge;
        if (!awaited_->polled()) return edge;
    }
    return result ? end(*result) : std::nullopt;
}

std::optional<PulseEdge> PolledPulses::end(const PollResult& result) noexcept {
    if (result.end == PollResult::End::found) {
        PulseEdge edge{result.time, awaited_->polarity, {}};
        edge.stamping = Stamping::polled;
        edge.bound = result.bound;
        if (stamped_ && !stamped_->generation) edge.interrupt = stamped_->time;
        return edge;
    }
    if (!awaited_->polled()) {
        if (!stamped_) ++missed_; // else it was told
        return std::nullopt;
    }
    ++missed_;
    if (stamped_) stamped_->stamping = Stamping::stand_in;
    return stamped_;
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
    const int cpu =
        choose_cpu(MachineFiles{}.text("/proc/interrupts").value_or(""), cpus, request.cpu);
    auto poller = std::make_unique<EdgePoller>([raw = line.get()] { return raw->level(); });
    const EdgePoller::Settings settings{.cpu = cpu, .must = request.always};
    const int err = poller->start(settings);
    const std::string reason = std::generic_category().message(err);
    if (err != 0 && !request.always)
        return none(fmt::format("processor {} with real-time priority {}: {}; raise LimitRTPRIO= "
                                "in the service (ulimit -r), or set poll = no",
                                cpu, settings.priority, reason));
    std::string how = fmt::format("polled on processor {} once they are followed", cpu);
    if (err != 0) how += fmt::format(", without priority: {}", reason);
    return std::make_unique<PolledPulses>(std::move(line), choice, clock, std::move(poller), how);
}

} // namespace hal
