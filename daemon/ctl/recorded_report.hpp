// A report from a flight recorder's file: what a replay of it shows, second by second. Pure.
#pragma once

#include "daemon/observe/report.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/replay.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ppsd::app {

/// Takes turns of a replay; then makes the report.
class RecordedReport {
  public:
    /// A turn, with what went out because of it.
    void look(const Turn& turn, const ReplayStation& station);

    /// Of the seconds from `from` up to `to`; nothing: from the first, to the last. `source` and
    /// `version` as in Report. Throws std::runtime_error if there is no second in that time.
    [[nodiscard]] Report make(std::string source, const std::optional<std::int64_t>& from,
                              const std::optional<std::int64_t>& to) const;

    /// The second after the last one, s since 1970; 0: there was none.
    [[nodiscard]] std::int64_t end() const noexcept;

  private:
    void begin(const Turn& turn);
    void note_second(const Pipeline& pipeline, hal::MonoTime now);
    void note_samples(const ReplayStation& station);
    void tell(const char* kind, const char* level, std::string text);
    void tell_changes(const Pipeline& pipeline, hal::MonoTime now);

    std::vector<Point> points_;
    std::vector<Event> events_;
    std::int64_t now_ = 0; ///< s since 1970
    hal::MonoTime latest_; ///< of the run
    std::string program_;
    std::optional<State> state_;
    std::uint64_t renumbered_ = 0;
    std::uint64_t clock_steps_ = 0;
};

} // namespace ppsd::app
