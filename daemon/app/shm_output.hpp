// Samples into one unit of the NTP shared memory.
#pragma once

#include "daemon/app/log.hpp"
#include "daemon/app/output.hpp"

#include <ntpdshm/layout.hpp>
#include <ntpdshm/writer.hpp>

namespace ppsd::app {

class ShmOutput final : public Output {
  public:
    /// Opens or makes the unit's segment. Throws ntpdshm::SegmentError. The log must outlive it.
    ShmOutput(int unit, ntpdshm::LayoutChoice layout, const Log& log);

    [[nodiscard]] bool publish(const Sample& sample) noexcept override;
    void invalidate() noexcept override { writer_.invalidate(); }

    /// Leaves no segment behind that wasn't there before, for a daemon that can't start.
    void discard() noexcept { writer_.segment().discard(); }

  private:
    void follow_removed() noexcept;

    int unit_;
    ntpdshm::LayoutChoice layout_;
    const Log& log_;
    ntpdshm::Writer writer_;
    bool removal_said_ = false;
};

} // namespace ppsd::app
