// The pipeline as a recording's run had it: the same settings, a clock that says what it said then,
// and outputs that remember.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/pipeline/output.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/turn_reader.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ppsd::app {

/// Answers as the recorded clock did, call for call.
class ReplayClock final : public hal::Clock {
  public:
    /// A turn begins. What is left of the one before is true from now on.
    void begin(const Turn& turn);

    void set(hal::MonoTime now) noexcept { now_ = now; }

    [[nodiscard]] hal::MonoTime now() noexcept override { return now_; }
    [[nodiscard]] hal::ClockOffset offset() noexcept override;
    [[nodiscard]] int step_fd() const noexcept override { return -1; }
    void acknowledge_step() noexcept override {}
    [[nodiscard]] bool synchronised() noexcept override;

  private:
    hal::MonoTime now_;
    hal::recording::OffsetRead offset_;
    hal::recording::SyncRead sync_;
    std::vector<hal::recording::OffsetRead> offsets_; ///< of this turn
    std::vector<hal::recording::SyncRead> syncs_;
    std::uint32_t offset_calls_ = 0;
    std::uint32_t sync_calls_ = 0;
};

/// One of the two outputs: appends what goes out to a list of both.
class ReplayOutput final : public Output {
  public:
    ReplayOutput(Feed feed, std::vector<OutLine>& out) : feed_{feed}, out_{out} {}

    /// A turn begins: what was refused in it then is refused again. It must stay until the next.
    void begin(const Turn& turn) noexcept { turn_ = &turn; }

    [[nodiscard]] bool publish(const Sample& sample) noexcept override;
    void invalidate() noexcept override;

  private:
    [[nodiscard]] bool refused(hal::UtcSecond second) const noexcept;

    Feed feed_;
    std::vector<OutLine>& out_;
    const Turn* turn_ = nullptr;
};

class ReplayStation {
  public:
    /// begin: the turn that begins the run. The log must outlive it.
    ReplayStation(const Turn& begin, const Options& options, discipline::LeapTable leaps,
                  const Log& log);

    /// A turn: feeds the pipeline what came in. Before it, in a part of version 1, the oscillator
    /// as it was last known.
    void play(const Turn& turn);

    /// The run goes on in another part.
    void go_on(const Turn& begin);

    /// The pipeline's deadline, if it is before `t` by more than ppsd itself may be late.
    [[nodiscard]] std::optional<hal::MonoTime> missed_tick(hal::MonoTime t) const;

    /// What has gone out since the last call of one of the above.
    [[nodiscard]] const std::vector<OutLine>& out() const noexcept { return out_; }

    [[nodiscard]] const Pipeline& pipeline() const noexcept { return pipeline_; }

    /// CLOCK_MONOTONIC_RAW - CLOCK_MONOTONIC, as far as the recording has said it: 0 at first.
    [[nodiscard]] hal::Nanos raw_minus_mono() const noexcept { return raw_minus_mono_; }

  private:
    [[nodiscard]] PipelineOutputs outputs(const Options& options);
    void begin_turn(const Turn& turn);

    std::vector<OutLine> out_;
    bool notes_are_rare_;  ///< the part is of version 1
    hal::MonoTime latest_; ///< that the clock was set to: an edge's stamp is older
    hal::Nanos raw_minus_mono_{0};
    ReplayClock clock_;
    hal::ByFeed<ReplayOutput> outputs_;
    Pipeline pipeline_;
};

} // namespace ppsd::app
