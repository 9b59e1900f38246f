// Pulses from their source into the pipeline.
#pragma once

#include "daemon/record/intake.hpp"
#include "daemon/service/port.hpp"
#include "daemon/service/quiet_probe.hpp"
#include "daemon/text/rate_limit.hpp"
#include "hal/clock.hpp"
#include "hal/pulse_source.hpp"

#include <cstdint>

namespace ppsd::app {

class PulseReader final : public Timed {
  public:
    /// They must outlive it.
    PulseReader(Port<hal::PulseSource> port, Intake& intake, hal::Clock& clock, const Log& log)
        : port_{std::move(port)}, intake_{intake}, clock_{clock}, log_{log} {}

    [[nodiscard]] Port<hal::PulseSource>& port() noexcept { return port_; }
    [[nodiscard]] const Port<hal::PulseSource>& port() const noexcept { return port_; }

    void start(EventLoop& loop);

    /// Before bytes are: a label must not be judged before the pulse that it belongs to, and not
    /// every source wakes the loop for each of its edges.
    void catch_up();

    [[nodiscard]] std::optional<hal::MonoTime> deadline() const override;
    void tick(hal::MonoTime now) override;

  private:
    void read();
    /// Tells the source which edge is wanted next. any: one came.
    void await(bool any);
    /// Whether the source gives the awaited edge up.
    [[nodiscard]] bool gives_up(hal::MonoTime now) const;
    void say_how();
    void report_lost_edges();

    Port<hal::PulseSource> port_;
    Intake& intake_;
    hal::Clock& clock_;
    const Log& log_;
    bool more_ = false; ///< than were read at one wake-up
    QuietProbe quiet_;
    std::uint64_t overflowed_ = 0;
    std::uint64_t missed_ = 0; ///< awaited edges, as far as they were told
    RateLimit overflow_lines_{1, std::chrono::minutes{1}};
};

} // namespace ppsd::app
