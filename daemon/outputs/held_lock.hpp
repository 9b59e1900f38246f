// The lock of a unit that is written to, watched: taken anew when it was reset or removed.
#pragma once

#include "daemon/text/log.hpp"

#include <ntpdshm/unit_lock.hpp>

#include <string>

namespace ppsd::app {

class HeldLock {
  public:
    /// Throws ntpdshm::SegmentError with EBUSY if another process writes to the unit. The log must
    /// outlive it.
    HeldLock(int unit, const Log& log) : unit_{unit}, log_{log}, lock_{unit} {}

    /// Warns if no lock could be had at the start.
    void say_problem() noexcept;

    /// Once for each publication. A line at most once a minute of them.
    void look() noexcept;

  private:
    void take_again();
    void lacks(const std::string& why);

    /// Publications between two lines, and before what failed is tried again.
    static constexpr int minute = 60;

    int unit_;
    const Log& log_;
    ntpdshm::UnitLock lock_;
    bool lacking_ = false; ///< and that was said
    int pause_ = 0;        ///< publications before it is tried again
    int quiet_ = minute;   ///< publications since the last line
};

} // namespace ppsd::app
