// A turn of the event loop, as the pipeline and the recorder get it.
#pragma once

#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/recorder.hpp"
#include "daemon/text/log.hpp"
#include "daemon/text/rate_limit.hpp"
#include "hal/clock.hpp"
#include "hal/input.hpp"

#include <cstdint>

namespace ppsd::app {

/// Brings what comes at a wake-up into the order of hal/input.hpp, and tells the recorder, if there
/// is one, before the pipeline.
class Intake {
  public:
    /// They must outlive it. recorder: nullptr if nothing is recorded.
    Intake(Pipeline& pipeline, hal::Clock& clock, Recorder* recorder, const Log& log);

    /// Before anything is read: what the clock has to tell. Again in the same turn does no harm.
    void begin_turn();

    /// An edge, a chunk, a label, a list of leap seconds or another rate of the line. The first of
    /// a turn brings a note of the oscillator; while that can't be read, all but a list and a rate
    /// is dropped, with a warning.
    void on(const hal::Input& input);

    /// The edge to wait for next (Pipeline::await), and that it wasn't found: nothing of these is
    /// recorded, since no sample depends on them.
    [[nodiscard]] std::optional<hal::AwaitedEdge> await(hal::MonoTime now) noexcept {
        return pipeline_.await(now);
    }
    void missed_awaited() noexcept { pipeline_.missed_awaited(); }
    /// The source was opened again.
    void lost_train() noexcept { pipeline_.lost_train(); }

    /// Does what is due by now. A tick before the pipeline's deadline changes nothing: neither it
    /// nor the oscillator is recorded. Where that can't be read, what is due waits.
    void end_turn();

  private:
    void feed(const hal::Input& input);
    [[nodiscard]] bool oscillator_noted();
    [[nodiscard]] std::optional<hal::Stamp> read_oscillator();
    [[nodiscard]] bool due(hal::MonoTime now) const;

    Pipeline& pipeline_;
    hal::Clock& clock_;
    Recorder* recorder_;
    const Log& log_;
    hal::Nanos slept_;          ///< as it was told
    std::optional<bool> noted_; ///< in this turn, the oscillator; nothing: nobody has asked
    std::uint64_t unread_ = 0;  ///< times at which it could not be read
    RateLimit unread_lines_{1, std::chrono::minutes{1}};
};

} // namespace ppsd::app
