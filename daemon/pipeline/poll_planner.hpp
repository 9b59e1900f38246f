// Which pulses are polled, and in which window. Pure.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::app {

/// The option `poll`. automatic and always differ only in what the machine must allow
/// (hal/open.hpp).
enum class Poll : std::uint8_t { automatic, no, always, calibrate };

/// When the next pulse is due, by the flywheel.
struct NextPulse {
    hal::OscTime due;    ///< of the edge on the line
    hal::Nanos bound{0}; ///< how far it may be from there, as long as pulses scatter as they did
    hal::Polarity leading = hal::Polarity::rising;
};

/// Interrupts find the train and hunt for it again when it was lost; between these the edges are
/// polled, but for some that measure how late interrupts are (irq_lateness.hpp): one in eight, in
/// the first minute and in one minute of each hour; with `calibrate` two minutes, and then
/// interrupts again.
///
/// What interrupts stamp before they are measured is late. A reader that starts with such samples,
/// and then gets polled ones, sees a step, and its frequency is off for minutes: so they are few
/// wherever polling succeeds at once.
///
/// More than ten members: the train's counts, the window and what is measured decide together.
class PollPlanner {
  public:
    /// So many pulses in a row, a second apart, that the discipline uses, and the train is
    /// followed. Two, since a receiver may send one pulse in two seconds or in five.
    static constexpr int followed_after = 2;
    /// So many awaited edges in a row that don't come or aren't found, or whose time isn't known.
    static constexpr int lost_after = 3;
    /// Until polling has found so many in a row, an interrupt's stamp stands in where it doesn't:
    /// no pulse is lost by a board's first tries, and no more than one in 45 where tries fail at
    /// random.
    static constexpr int sure_after = 16;
    /// The window, before and after the due time: at first, and its limits. Twice the largest, and
    /// the poller's early start, are a 500th of a second.
    static constexpr hal::Nanos first_window{250'000}, least_window{20'000}, most_window{750'000};

    explicit PollPlanner(Poll poll) : poll_{poll} {}

    /// An edge that came, and what became of it.
    void add(const hal::PulseEdge& edge, hal::OscTime at, discipline::Verdict verdict) noexcept;
    /// The awaited edge didn't come, or it was polled and not found. What stands in for it is for
    /// add() as well, before this.
    void missed() noexcept;
    /// The train is another one from now on.
    void forget() noexcept;

    /// The edge to wait for; nothing: interrupts hunt.
    [[nodiscard]] std::optional<hal::AwaitedEdge>
    next(const std::optional<NextPulse>& next) noexcept;

    /// Whether the last call of next() gave an edge.
    [[nodiscard]] bool polls() const noexcept { return awaited_.has_value(); }
    /// Whether interrupts take turns with polling, to be measured.
    [[nodiscard]] bool measuring() const noexcept { return measures_; }
    [[nodiscard]] hal::Nanos window() const noexcept { return window_; }
    [[nodiscard]] std::uint64_t polled() const noexcept { return counts_.polled; }
    [[nodiscard]] std::uint64_t lost() const noexcept { return counts_.missed; }

  private:
    void lose() noexcept;
    void learn(hal::Nanos off, hal::Nanos bound) noexcept;
    [[nodiscard]] hal::AwaitedBy polled_by() const noexcept;
    [[nodiscard]] bool is_to_measure(hal::OscTime due) noexcept;

    Poll poll_;
    int in_a_row_ = 0;       ///< pulses
    int found_in_a_row_ = 0; ///< polled
    int lost_in_a_row_ = 0;
    hal::Nanos window_ = first_window;
    hal::Nanos off_{0}; ///< how far from where they were due edges came lately, the most
    std::optional<hal::AwaitedEdge> awaited_;
    std::optional<hal::OscTime> last_;      ///< pulse
    std::optional<hal::OscTime> measuring_; ///< interrupts' lateness, since then
    bool measures_ = false;
    struct {
        std::uint64_t polled = 0, missed = 0;
    } counts_;
};

} // namespace ppsd::app
