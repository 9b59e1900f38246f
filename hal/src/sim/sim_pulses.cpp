// The simulated receiver's pulse line: an ordinary source that wakes when a real edge would.
#include "backends.hpp"
#include "sim/timer.hpp"
#include "sim/world.hpp"

namespace hal {
namespace {

using sim::Fault;

class SimPulses final : public PulseSource {
  public:
    SimPulses(const std::string& name, const sim::Settings& settings, EdgeChoice choice,
              Clock& clock, MonoTime start)
        : name_{name}, settings_{settings}, choice_{choice}, clock_{clock},
          world_{settings, start, clock.offset().to_real(start)}, timer_{name},
          second_{world_.first_from(clock.now())} {
        make_edges();
        timer_.arm(next_edge());
    }

    [[nodiscard]] int fd() const noexcept override { return timer_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return 0; }

    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        const MonoTime now = clock_.now();
        while (next_edge() <= now) {
            const PulseEdge edge = edges_[next_++];
            if (next_ == count_) {
                second_ = second_ + 1;
                make_edges();
            }
            if (wanted(edge)) return edge;
        }
        timer_.arm(next_edge());
        return std::nullopt;
    }

  private:
    [[nodiscard]] MonoTime next_edge() const noexcept { return edges_[next_].time; }

    [[nodiscard]] bool wanted(const PulseEdge& edge) const noexcept {
        if (settings_.has(Fault::no_pulses)) return false;
        if (settings_.has(Fault::missing_pulse) && second_.posix() % 10 == 0) return false;
        return choice_ == EdgeChoice::automatic ||
               edge.polarity ==
                   (choice_ == EdgeChoice::rising ? Polarity::rising : Polarity::falling);
    }

    void add_pulse(MonoTime start, Nanos width) noexcept {
        const Polarity leading = settings_.falling ? Polarity::falling : Polarity::rising;
        const Polarity trailing = settings_.falling ? Polarity::rising : Polarity::falling;
        edges_[count_++] = PulseEdge{start, leading, {}};
        edges_[count_++] = PulseEdge{start + width, trailing, {}};
    }

    /// The edges of second_.
    void make_edges() noexcept {
        next_ = count_ = 0;
        const auto range = static_cast<std::uint64_t>(2 * settings_.jitter.count() + 1);
        const auto draw =
            static_cast<std::int64_t>(sim::noise(settings_.seed, second_.posix()) % range);
        const MonoTime begin = world_.begin_of(second_) + Nanos{draw} - settings_.jitter;
        add_pulse(begin, settings_.width);
        if (settings_.has(Fault::glitches) && second_.posix() % 7 == 0 && settings_.width < 300ms)
            add_pulse(begin + 300ms, 1us);
    }

    std::string name_;
    sim::Settings settings_;
    EdgeChoice choice_;
    Clock& clock_;
    sim::World world_;
    sim::Timer timer_;
    UtcSecond second_;
    std::array<PulseEdge, 4> edges_{};
    std::size_t count_ = 0;
    std::size_t next_ = 0;
};

} // namespace

std::unique_ptr<PulseSource> open_sim_pulses(const std::string& name, std::string_view settings,
                                             EdgeChoice edge, Clock& clock, MonoTime start) {
    return std::make_unique<SimPulses>(name, sim::parse_settings(name, settings), edge, clock,
                                       start);
}

} // namespace hal
