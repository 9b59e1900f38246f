// Receivers that always name two times at once.
#pragma once

#include "hal/time.hpp"

namespace ppsd::nmea {

/// Some receivers round the time of one sentence and cut off that of another, and name two times in
/// every burst. RMC's counts once it has been behind the other by the same in more than
/// `not_believed` bursts in a row. The risk: that RMC is the one that is wrong.
class TwoTimes {
  public:
    static constexpr int not_believed = 5;

    /// RMC's time is behind another sentence's. True: that is what it always is.
    [[nodiscard]] bool add(hal::Nanos behind);
    /// RMC's time was the only one.
    void add_one() { count_ = 0; }

  private:
    hal::Nanos behind_{0};
    int count_{0};
};

} // namespace ppsd::nmea
