#include "daemon/setup/listen.hpp"

#include "daemon/setup/pulse_figures.hpp"
#include "daemon/setup/rate_hunt.hpp"
#include "hal/error.hpp"
#include "hal/open.hpp"
#include "hal/port_settings.hpp"
#include "hal/wait.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <utility>
#include <vector>

namespace ppsd::app {

using hal::MonoTime;
using hal::Nanos;
using namespace std::chrono_literals;

namespace {

constexpr Nanos shortest = 4s; // three pulses, and one of which only the end was seen
constexpr Nanos look_every = 50ms;
constexpr std::uint64_t storm = 4000; // edges: a line that has so many costs too much to watch

class PortListener {
  public:
    PortListener(PortFacts& port, hal::Clock& clock, hal::UtcSecond not_before)
        : port_{port}, clock_{clock}, kept_{port.path}, hunt_{clock.now(), not_before} {
        open();
    }

    [[nodiscard]] int fd() const { return source_ ? source_->fd() : -1; }

    void read() {
        while (source_)
            if (const auto chunk = source_->read())
                hunt_.add(chunk->bytes, chunk->arrival);
            else
                break;
        if (!source_) return;
        const auto errors = source_->framing_errors();
        hunt_.note_framing_errors(errors - std::exchange(errors_, errors));
        if (source_->error()) return fail(source_->error().message());
        if (hunt_.advance(clock_.now())) open();
    }

    [[nodiscard]] bool settled() const { return !source_ || hunt_.settled(clock_.now()); }
    [[nodiscard]] std::string doing() const {
        return source_ ? fmt::format("{} at {} baud", port_.path, hunt_.rate()) : std::string{};
    }

    void conclude(const std::optional<PulseFigures>& pulses) {
        if (!source_) return;
        port_.heard = hunt_.facts(clock_.now());
        const auto label = hunt_.listener().label_arrival();
        const auto pulse = pulses && label ? pulses->leading_before(*label) : std::nullopt;
        if (pulse) port_.heard->delay_s = static_cast<double>((*label - *pulse).count()) * 1e-9;
    }

  private:
    void open() {
        source_.reset(); // the port has one reader
        for (auto left = line_rates.size(); !source_; --left) {
            try {
                source_ = hal::Opener{clock_}.bytes("uart:" + port_.path, hunt_.rate());
                errors_ = source_->framing_errors();
                opened_ = true;
            } catch (const hal::DeviceError& error) {
                // A 16550 ends at 115200 baud; the others are still to be tried, and once more.
                if (!opened_ || left == 0 || error.code() != std::errc::invalid_argument)
                    return fail(error.what());
                hunt_.skip(clock_.now());
            }
        }
    }

    void fail(const std::string& why) {
        if (!opened_) kept_.forget();
        port_.problem = why;
        source_.reset();
    }

    PortFacts& port_;
    hal::Clock& clock_;
    hal::PortSettings kept_;
    RateHunt hunt_;
    std::unique_ptr<hal::ByteSource> source_;
    std::uint64_t errors_ = 0;
    bool opened_ = false; ///< once: its settings are ours to put back
};

class LineListener {
  public:
    LineListener(LineFacts& line, hal::Clock& clock) : line_{line} {
        try {
            source_ = hal::Opener{clock}.pulses(fmt::format("gpio:{}/{}", line.chip, line.offset),
                                                hal::EdgeChoice::automatic);
        } catch (const hal::DeviceError& error) {
            line.unseen =
                fmt::format("the kernel refused edge events ({})", error.code().message());
        }
    }

    [[nodiscard]] int fd() const { return source_ ? source_->fd() : -1; }

    void read() {
        while (source_) {
            const auto edge = source_->read();
            if (!edge) break;
            pulses_.add(edge->time, edge->polarity);
            if (pulses_.edges() > storm) source_.reset();
        }
        if (!source_ || !source_->error()) return;
        line_.unseen = fmt::format("it is gone ({})", source_->error().message());
        source_.reset();
    }

    [[nodiscard]] bool has_pulses() const { return is_a_second(pulses_.facts().period_s); }
    [[nodiscard]] const PulseFigures& pulses() const { return pulses_; }
    void conclude() {
        if (line_.unseen.empty()) line_.seen = pulses_.facts();
    }

  private:
    LineFacts& line_;
    std::unique_ptr<hal::PulseSource> source_;
    PulseFigures pulses_;
};

class Listening {
  public:
    Listening(Facts& facts, const ListenOptions& options, hal::Clock& clock)
        : options_{options}, clock_{clock}, began_{clock.now()} {
        for (PortFacts& port : facts.ports)
            if (!port.console && port.holders.empty())
                ports_.push_back(std::make_unique<PortListener>(port, clock, options.not_before));
        // After the ports, which want few descriptors: boards have hundreds of lines.
        for (LineFacts& line : facts.lines)
            if (line.unseen.empty()) lines_.push_back(std::make_unique<LineListener>(line, clock));
    }

    void run() {
        while (!done()) {
            hal::wait_readable(descriptors(), look_every);
            for (const auto& line : lines_)
                line->read();
            for (const auto& port : ports_)
                port->read();
            report();
        }
        std::optional<PulseFigures> pulses;
        for (const auto& line : lines_) {
            line->conclude();
            if (!pulses && line->has_pulses()) pulses = line->pulses();
        }
        for (const auto& port : ports_)
            port->conclude(pulses);
    }

  private:
    [[nodiscard]] bool done() const {
        const Nanos passed = clock_.now() - began_;
        if (passed >= options_.longest || (options_.stop && options_.stop())) return true;
        const bool ports = std::ranges::all_of(ports_, [](const auto& p) { return p->settled(); });
        const bool pulses = lines_.empty() || std::ranges::any_of(lines_, [](const auto& line) {
                                return line->has_pulses();
                            });
        return passed >= shortest && ports && pulses;
    }

    [[nodiscard]] std::vector<int> descriptors() const {
        std::vector<int> fds;
        for (const auto& line : lines_)
            fds.push_back(line->fd()); // poll(2) passes over -1
        for (const auto& port : ports_)
            fds.push_back(port->fd());
        return fds;
    }

    void report() {
        const auto second = (clock_.now() - began_) / 1s;
        if (!options_.progress || std::exchange(reported_, second) == second) return;
        std::string doing;
        for (const auto& port : ports_)
            if (const auto what = port->doing(); !port->settled() && !what.empty())
                doing += ", " + what;
        options_.progress(fmt::format("{} s: {} lines{}", second, lines_.size(), doing));
    }

    const ListenOptions& options_;
    hal::Clock& clock_;
    MonoTime began_;
    std::vector<std::unique_ptr<LineListener>> lines_;
    std::vector<std::unique_ptr<PortListener>> ports_;
    std::int64_t reported_ = -1;
};

} // namespace

void listen(Facts& facts, const ListenOptions& options, hal::Clock& clock) {
    Listening{facts, options, clock}.run();
}

} // namespace ppsd::app
