// The last ten minutes of a ppsd, second by second, from the answers of its status socket. Pure.
#pragma once

#include "daemon/ctl/top_status.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// What an answer told beyond the one before it. Without one there is nothing in it.
struct TopSecond {
    std::optional<TopCounts> more; ///< verdicts that were given meanwhile
    std::optional<double> offset;  ///< of the sample that came meanwhile, s
    std::optional<double> jitter;  ///< s
};

/// Mean and standard deviation, s.
struct TopFigures {
    double mean = 0;
    double spread = 0;
};

class TopHistory {
  public:
    static constexpr std::size_t longest = 600; ///< seconds
    static constexpr std::size_t minute = 60;

    /// An answer that came at `now`, in s of a clock that only goes forward.
    void answer(const TopStatus& status, double now);
    /// None came until then. why: "/run/ppsd/status: no ppsd is running there".
    void silence(const std::string& why, double now);

    [[nodiscard]] const std::deque<TopSecond>& seconds() const noexcept { return seconds_; }
    /// The last answer, however long ago; nothing: there was none yet.
    [[nodiscard]] const std::optional<TopStatus>& status() const noexcept { return status_; }
    /// Why there is no answer now; "": there is.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// Of the last `span` seconds: all verdicts of that kind that were given, "used", and how
    /// often.
    [[nodiscard]] TopCounts moved(std::string_view kind, std::size_t span) const;
    /// Of the offsets of the last `span` seconds; nothing: there was none.
    [[nodiscard]] std::optional<TopFigures> offsets(std::size_t span) const;

  private:
    TopSecond& next(double now);

    std::deque<TopSecond> seconds_; ///< the newest is the last
    std::optional<TopStatus> status_;
    std::optional<double> last_at_; ///< when the last of the seconds was
    double answered_at_ = 0;        ///< when the last answer came
    std::string problem_;
};

} // namespace ppsd::app
