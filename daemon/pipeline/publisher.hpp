// From a MonoTime and its second to a Sample, when readers will take it.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/discipline/verdict.hpp"
#include "daemon/pipeline/output.hpp"
#include "daemon/pipeline/sample.hpp"
#include "hal/clock.hpp"

#include <optional>

namespace ppsd::app {

/// ntpd takes nothing older than 5 s; a pulse is as good then, a message's time hardly.
inline constexpr hal::Nanos pps_max_age = std::chrono::seconds{4};
inline constexpr hal::Nanos nmea_max_age = std::chrono::seconds{2};

/// One feed's way out. Holds at most one reading, until readers won't take it for one from their
/// future (20 ms after it: time(2) lags by up to a tick), and converts it to the system clock only
/// then, so that a step in between does no harm.
class Publisher {
  public:
    struct Reading {
        hal::UtcSecond second;
        hal::MonoTime time; ///< when it was that second
        discipline::Leap leap = discipline::Leap::none;
        int precision = 0;
    };

    /// What became of a reading.
    struct Outcome {
        discipline::Verdict verdict = discipline::Verdict::used;
        Reading reading;
        Sample sample; ///< if verdict is used or clock_stepped
    };

    /// The clock and the output must outlive it. max_age: past it a reading is not worth handing
    /// over any more.
    Publisher(hal::Clock& clock, Output& output, hal::Nanos max_age)
        : clock_{clock}, output_{output}, max_age_{max_age} {}

    /// To be published as soon as readers take it. Replaces one that still waits.
    void offer(const Reading& reading) noexcept { waiting_ = reading; }

    /// What waits is not to be published after all.
    void withdraw() noexcept { waiting_.reset(); }

    /// What waits, if it is due.
    [[nodiscard]] std::optional<Reading> due(hal::MonoTime now) const noexcept;

    /// Publishes what is due, converted by `known`; while the clock's offset is another one, it
    /// goes on waiting. used: it was handed over. too_late: older than max_age by now.
    /// out_of_order: not later than the one before. clock_stepped: meanwhile, so that it was taken
    /// back at once.
    [[nodiscard]] std::optional<Outcome> tick(hal::MonoTime now,
                                              const hal::ClockOffset& known) noexcept;

    /// When tick() will next have something to do.
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const noexcept {
        return waiting_ ? std::optional{waiting_->time + readers_future} : std::nullopt;
    }

    /// The last one that was handed over and stayed.
    [[nodiscard]] const std::optional<Sample>& last_sample() const noexcept { return last_sample_; }

    /// The system clock was stepped: what lies unread is wrong by the step.
    void invalidate() noexcept { output_.invalidate(); }
    /// Whether that reaches all of it.
    [[nodiscard]] bool takes_back() const noexcept { return output_.takes_back(); }

  private:
    static constexpr hal::Nanos readers_future = std::chrono::milliseconds{20};

    [[nodiscard]] Outcome publish(const Reading& reading, const hal::ClockOffset& known) noexcept;

    hal::Clock& clock_;
    Output& output_;
    hal::Nanos max_age_;
    std::optional<Reading> waiting_;
    std::optional<hal::MonoTime> last_;
    std::optional<Sample> last_sample_;
};

} // namespace ppsd::app
