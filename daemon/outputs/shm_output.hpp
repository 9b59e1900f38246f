// Samples into one unit of the NTP shared memory.
#pragma once

#include "daemon/outputs/held_lock.hpp"
#include "daemon/pipeline/output.hpp"
#include "daemon/text/log.hpp"

#include <ntpdshm/layout.hpp>
#include <ntpdshm/writer.hpp>

#include <string>

namespace ppsd::app {

class ShmOutput final : public Output {
  public:
    /// Opens or makes the unit's segment, as its only writer. Throws ntpdshm::SegmentError, EBUSY
    /// for a unit that another ppsd writes to; a lock that can't be had is a warning. The log must
    /// outlive it.
    ShmOutput(int unit, ntpdshm::LayoutChoice layout, const Log& log);

    [[nodiscard]] bool publish(const Sample& sample) noexcept override;
    void invalidate() noexcept override { writer_.invalidate(); }

    /// Leaves no segment behind that wasn't there before, for a daemon that can't start.
    void discard() noexcept { writer_.segment().discard(); }

    /// Why the segment, which was removed, can't be had again: readers that start now don't find
    /// what is published. Empty: it is there.
    [[nodiscard]] const std::string& removed() const noexcept { return removed_; }

    /// Whether only root can make it again.
    [[nodiscard]] bool is_roots() const noexcept { return writer_.segment().unit() < 2; }

  private:
    void follow_removed() noexcept;
    void open_again();
    void note_other_writer() noexcept;

    const Log& log_;
    HeldLock lock_;
    ntpdshm::Writer writer_;
    std::string removed_;
    int failures_ = 0;                  ///< to open it again, since it was removed
    int pause_ = 0;                     ///< publications before it is tried again
    int alone_for_ = long_enough_alone; ///< publications that nobody else disturbed

    /// So many undisturbed publications, and the other writer is believed to be gone.
    static constexpr int long_enough_alone = 60;
};

} // namespace ppsd::app
