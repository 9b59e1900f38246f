// Which edges lead, and which of these are pulses.
#pragma once

#include "daemon/discipline/flywheel.hpp"
#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::discipline {

struct Edge {
    hal::OscTime time;
    bool rising = true;
};

/// Which edges the user says are the ones on the second.
enum class EdgeRule : std::uint8_t { automatic, rising, falling };

/// With a rule of rising or falling, that edge leads. With automatic, the edge that starts the
/// shorter part of the second does: receivers send pulses of microseconds to 0.2 s, of either
/// polarity. It can't tell, and says so, where only one polarity arrives (the kernel reads the
/// level late when both are asked for, so pulses of microseconds come out with the wrong name) and
/// where the width is 0.45 to 0.55 s.
class LeadingEdge {
  public:
    explicit LeadingEdge(EdgeRule rule)
        : automatic_{rule == EdgeRule::automatic}, leads_{static_cast<Leads>(rule)} {}

    /// used: it leads. trailing, undecided, one_polarity, square: it doesn't, or nobody knows.
    [[nodiscard]] Verdict judge(Edge edge) noexcept;

    /// The width of the last whole pulse; nothing before one, and with a rule that isn't automatic.
    [[nodiscard]] std::optional<hal::Nanos> width() const noexcept {
        if (leads_ == Leads::unknown || leads_ == Leads::either) return std::nullopt;
        return rising() ? high_ : low_;
    }

    /// Whether it is the rising edge that leads, where judge() gives used.
    [[nodiscard]] bool rising() const noexcept { return leads_ == Leads::rising; }

  private:
    enum class Leads : std::uint8_t { unknown, rising, falling, either }; ///< as EdgeRule, and more

    void measure(Edge edge) noexcept;
    [[nodiscard]] Leads shorter() const noexcept;

    bool automatic_;
    Leads leads_;
    Leads candidate_ = Leads::unknown;
    int agreeing_ = 0; ///< times in a row that it was the same
    std::optional<Edge> last_;
    int same_polarity_ = 0; ///< edges in a row of the polarity before them
    std::optional<hal::Nanos> high_;
    std::optional<hal::Nanos> low_;
};

/// On a quiet line an edge is a pulse from 2 ms before where the flywheel expects one to 25 ms
/// after it; more, if pulses scatter by more. Each edge elsewhere makes the line less quiet, each
/// clean second more.
///
/// - A pulse further off than Flywheel::scatter_limit() keeps its second, but its time isn't used
///   (late_edge): its interrupt was late. 8 of them, off alike, move the phase: the receiver did.
///   After a pause in which the oscillator may have drifted as far, 2 do.
/// - Edges elsewhere that follow each other by whole seconds, with nothing in between, find the
///   phase: 5, or 8 if they scatter by more than 1 ms. While a numbering rests on the phase it
///   takes as many as the caller asks for: that is what a pulse that somebody moved looks like.
///   After a pause in which the oscillator may have drifted by 2 ms, 3 where they are expected.
class Edges {
  public:
    struct Outcome {
        Verdict verdict = Verdict::used; ///< used, late_edge: it is a pulse; see verdict.hpp
        std::int64_t count = 0;          ///< the pulse's whole second on the flywheel
        hal::Nanos error{0};             ///< how much later than expected it came
        hal::Nanos moved{0};             ///< by so much the flywheel's times have moved
        bool new_phase = false;          ///< the flywheel's phase is another one than before

        [[nodiscard]] Outcome with(Verdict other, hal::Nanos by = {}) const noexcept {
            return {other, count, error, by};
        }
    };

    /// Edges in order of time. needed: how many in a row move a known phase, if that is more.
    [[nodiscard]] Outcome add(hal::OscTime edge, Flywheel& wheel, int needed) noexcept;

    /// How many edges in a row came where no pulse is expected, a second or some apart.
    [[nodiscard]] int elsewhere() const noexcept { return run_.length; }

  private:
    /// Edges a whole number of seconds apart.
    struct Run {
        hal::OscTime first;
        hal::OscTime last;
        std::int64_t seconds = 0;
        hal::Nanos error{0};   ///< the most that one was off by, beyond what an oscillator is
        hal::Nanos scatter{0}; ///< the same from the run's own rate
        hal::Nanos least{0};   ///< by which one was later than expected
        int length = 0;
    };

    [[nodiscard]] Outcome on_beat(hal::OscTime edge, const Outcome& here, Flywheel& wheel) noexcept;
    [[nodiscard]] Outcome off_beat(hal::OscTime edge, const Outcome& here, Flywheel& wheel,
                                   bool resumes, int needed) noexcept;
    void extend_run(hal::OscTime edge, hal::Nanos gap, hal::Nanos error, hal::Nanos limit) noexcept;

    static constexpr int calmest = 6;
    hal::OscTime last_;               ///< edge, whatever it was
    Run run_;                         ///< of edges that are not where one is expected
    std::int64_t count_ = INT64_MIN;  ///< the last pulse's
    std::int64_t second_ = INT64_MIN; ///< the last that had an edge on the beat, pulse or noise
    int off_ = 0;                     ///< pulses in a row that were late or early
    hal::Nanos off_by_{0};            ///< the last of them
    int rings_ = 0;      ///< edges just after that one; above most_bounces: the second isn't clean
    int calm_ = calmest; ///< how quiet the line is, to tell pulses from noise
};

} // namespace ppsd::discipline
