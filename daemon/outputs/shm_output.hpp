// Samples into one unit of the NTP shared memory.
#pragma once

#include "daemon/outputs/destination.hpp"
#include "daemon/outputs/held_lock.hpp"
#include "daemon/text/log.hpp"

#include <ntpdshm/layout.hpp>
#include <ntpdshm/writer.hpp>

#include <string>

namespace ppsd::app {

class ShmOutput final : public Destination {
  public:
    /// Opens or makes the unit's segment, as its only writer. Throws ntpdshm::SegmentError, EBUSY
    /// for a unit that another ppsd writes to; a lock that can't be had is a warning. The log must
    /// outlive it.
    ShmOutput(int unit, ntpdshm::LayoutChoice layout, const Log& log);

    [[nodiscard]] bool publish(const Sample& sample) noexcept override;
    void invalidate() noexcept override { writer_.invalidate(); }

    void discard() noexcept override { writer_.segment().discard(); }

    [[nodiscard]] const std::string& removed() const noexcept override { return removed_; }
    [[nodiscard]] bool is_roots() const noexcept override { return writer_.segment().unit() < 2; }

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
