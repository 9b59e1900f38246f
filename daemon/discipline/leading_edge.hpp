// Which of a pulse's two edges is the one on the second.
#pragma once

#include "daemon/discipline/verdict.hpp"
#include "hal/time.hpp"

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
        : automatic_{rule == EdgeRule::automatic}, leads_{automatic_ ? Leads::unknown
                                                          : rule == EdgeRule::rising
                                                              ? Leads::rising
                                                              : Leads::falling} {}

    /// used: it leads. trailing, undecided, one_polarity, square: it doesn't, or nobody knows.
    [[nodiscard]] Verdict judge(Edge edge) noexcept;

    /// The width of the last whole pulse, from leading to trailing edge; nothing until one was
    /// seen.
    [[nodiscard]] std::optional<hal::Nanos> width() const noexcept;

    /// Whether it is the rising edge that leads, where judge() gives used.
    [[nodiscard]] bool rising() const noexcept { return leads_ == Leads::rising; }

  private:
    enum class Leads : std::uint8_t { unknown, rising, falling, either };

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

} // namespace ppsd::discipline
