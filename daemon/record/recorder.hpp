// The flight recorder: what comes into the pipeline and what goes out, into a file.
#pragma once

#include "daemon/pipeline/output.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/pipeline/sample.hpp"
#include "daemon/text/log.hpp"
#include "hal/clock.hpp"
#include "hal/record_file.hpp"
#include "hal/recording.hpp"

#include <optional>
#include <string>

namespace ppsd::app {

struct RecorderSettings {
    std::string path;
    std::uint64_t size = 0; ///< bytes, at which FILE becomes FILE.1
    std::int64_t run = 0;   ///< see hal::recording::Begin
    std::string head;       ///< the lines that follow Begin in each part, but LeapLines
    hal::Nanos flush_after = std::chrono::seconds{1}; ///< how long lines wait in memory
    std::optional<hal::Owner> heir = {};              ///< whom files made here shall belong to
    bool must = false; ///< whether not being able to record is an error; else it is a warning
    std::string leap_list = {}; ///< a leap-seconds.list; empty: there is none
};

/// Gathers lines in memory and hands those of a turn of the event loop to the file at its end;
/// nothing waits for the disk. The log has one line when recording fails, and one when it goes on.
class Recorder {
  public:
    /// Throws hal::DeviceError only with `must`. The clock and the log must outlive it.
    Recorder(const RecorderSettings& settings, hal::Clock& clock, const Log& log);

    /// For the pipeline: what it reads from the clock is recorded.
    [[nodiscard]] hal::Clock& clock() noexcept { return clock_; }

    /// For the pipeline: the same outputs, recorded. They must outlive the recorder.
    [[nodiscard]] PipelineOutputs outputs(const PipelineOutputs& outputs);

    /// What the pipeline is about to get.
    void note(const hal::Input& input);

    /// The pipeline has nothing more to do for now.
    void end_turn();

    /// A new part begins, in the file that has the name then: it was rotated.
    void reopen();

    /// Returns once what came so far is on the disk, or was refused.
    void settle() { file_.settle(); }

  private:
    /// What the pipeline last heard from the clock.
    struct Heard {
        hal::ClockOffset offset;
        bool synchronised = false;
    };

    /// How often it asked.
    struct Calls {
        std::uint32_t offset = 0;
        std::uint32_t synchronised = 0;
    };

    class RecordedClock final : public hal::Clock {
      public:
        RecordedClock(Recorder& recorder, hal::Clock& clock) : recorder_{recorder}, clock_{clock} {}
        [[nodiscard]] hal::MonoTime now() noexcept override { return clock_.now(); }
        [[nodiscard]] hal::ClockOffset offset() noexcept override;
        [[nodiscard]] int step_fd() const noexcept override { return clock_.step_fd(); }
        void acknowledge_step() noexcept override { clock_.acknowledge_step(); }
        [[nodiscard]] hal::Nanos slept() noexcept override { return clock_.slept(); }
        [[nodiscard]] bool synchronised() noexcept override;

      private:
        Recorder& recorder_;
        hal::Clock& clock_;
    };

    class RecordedOutput final : public Output {
      public:
        RecordedOutput(Recorder& recorder, Feed feed, Output& output)
            : recorder_{recorder}, feed_{feed}, output_{output} {}
        [[nodiscard]] bool publish(const Sample& sample) noexcept override;
        void invalidate() noexcept override;
        [[nodiscard]] bool takes_back() const noexcept override { return output_.takes_back(); }

      private:
        Recorder& recorder_;
        Feed feed_;
        Output& output_;
    };

    void begin_part(std::string& text, bool lost);
    void tell_news();
    void tell(const hal::RecordFile::News& news) const;

    RecorderSettings settings_;
    const Log& log_;
    RecordedClock clock_;
    hal::ByFeed<std::optional<RecordedOutput>> outputs_;
    std::string turn_; ///< its lines
    Heard heard_;
    Heard heard_before_; ///< at the beginning of the turn
    Calls calls_;        ///< since the last input
    std::uint64_t next_part_ = 0;
    hal::RecordFile file_;
};

} // namespace ppsd::app
