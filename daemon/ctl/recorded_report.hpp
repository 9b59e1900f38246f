// A report from a flight recorder's file: what a replay of it shows, second by second. Pure.
//
// Where the system clock was set, what was before is shown as if it had been set already: each
// second knows how often it had been set by then, and make() adds the later steps to its time and
// offset.
#pragma once

#include "daemon/observe/report.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/replay.hpp"
#include "hal/clock.hpp"

#include <cstddef>
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
    /// What one second of the system clock held.
    struct Second {
        Point point;
        std::optional<hal::Nanos> offset; ///< of the pulse: exact, however far off the clock is
        std::size_t steps = 0;            ///< how many there were before
    };
    struct Told {
        Event event;
        std::size_t steps = 0;
    };
    struct Step {
        hal::MonoTime at;
        hal::Nanos by{0};
    };

    void begin(const Turn& turn);
    void note_clock(const Turn& turn, const hal::ClockOffset& offset);
    void note_step(hal::Nanos by);
    void note_sleep(hal::Nanos length);
    void note_second(const Pipeline& pipeline);
    void note_samples(const ReplayStation& station);
    void tell(const char* kind, const char* level, std::string text);
    void tell_changes(const Pipeline& pipeline);

    /// By how much the clock was set after the first so many steps.
    [[nodiscard]] hal::Nanos set_after(std::size_t steps) const noexcept;
    [[nodiscard]] std::int64_t time_of(const Second& second) const noexcept;
    [[nodiscard]] std::string note() const;
    [[nodiscard]] std::vector<Event> events() const;

    std::vector<Second> seconds_;
    std::vector<Told> events_;
    std::vector<Step> steps_;
    hal::ClockOffset clock_;
    std::int64_t now_ = 0; ///< s since 1970
    hal::MonoTime latest_; ///< of the run
    std::string program_;
    std::optional<State> state_;
    std::uint64_t renumbered_ = 0;
};

} // namespace ppsd::app
