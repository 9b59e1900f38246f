// The machine that the pipeline's tests run on: a clock that is told what it says, and outputs
// that remember.
#pragma once

#include "daemon/pipeline/output.hpp"
#include "tests/unit/support/fake_clock.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace ppsd::app::test {

class RecordingOutput final : public Output {
  public:
    struct Record {
        Sample sample;
        MonoTime at;   ///< when it was handed over
        MonoTime time; ///< sample.receive, as MONOTONIC has it
    };

    explicit RecordingOutput(FakeClock& clock) : clock_{clock} {}

    [[nodiscard]] bool publish(const Sample& sample) noexcept override {
        records_.push_back({sample, clock_.now(), clock_.offset().to_mono(sample.receive)});
        if (on_publish) on_publish();
        return accepts;
    }
    void invalidate() noexcept override { ++invalidations_; }
    [[nodiscard]] bool takes_back() const noexcept override { return reaches_all; }

    [[nodiscard]] const std::vector<Record>& records() const { return records_; }
    [[nodiscard]] int invalidations() const { return invalidations_; }
    [[nodiscard]] std::vector<std::int64_t> seconds() const {
        std::vector<std::int64_t> seconds;
        for (const auto& record : records_)
            seconds.push_back(record.sample.clock.posix());
        return seconds;
    }
    void forget() { records_.clear(); }

    std::function<void()> on_publish; ///< while the sample is being handed over
    bool accepts = true;
    bool reaches_all = true; ///< invalidate()

  private:
    FakeClock& clock_;
    std::vector<Record> records_;
    int invalidations_ = 0;
};

} // namespace ppsd::app::test
