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
    explicit LeadingEdge(EdgeRule rule) : rule_{rule} {}

    /// used: it leads. trailing, undecided, one_polarity, square: it doesn't, or nobody knows.
    [[nodiscard]] Verdict judge(Edge edge) noexcept;

    /// The width of the last whole pulse, from leading to trailing edge; nothing until one was
    /// seen.
    [[nodiscard]] std::optional<hal::Nanos> width() const noexcept;

    /// Whether it is the rising edge that leads, where judge() gives used.
    [[nodiscard]] bool rising() const noexcept {
        return rule_ == EdgeRule::automatic ? decided_.rising : rule_ == EdgeRule::rising;
    }

  private:
    /// What a pair of neighbouring parts says: used stands for "decided".
    struct Vote {
        Verdict verdict = Verdict::undecided;
        bool rising = true;
        friend bool operator==(const Vote&, const Vote&) = default;
    };

    void measure(Edge edge) noexcept;
    void count(Vote vote) noexcept;
    [[nodiscard]] Vote vote() const noexcept;

    EdgeRule rule_;
    std::optional<Edge> last_;
    int same_polarity_ = 0; ///< edges in a row of the polarity before them
    std::optional<hal::Nanos> high_;
    std::optional<hal::Nanos> low_;
    Vote candidate_;
    int agreeing_ = 0;
    Vote decided_;
};

} // namespace ppsd::discipline
