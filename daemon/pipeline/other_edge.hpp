// Whether the second seems to be on the pulse's other edge.
#pragma once

#include "hal/time.hpp"

#include <optional>

namespace ppsd::app {

/// edge = auto takes the edge that begins the shorter part of the second. If the second is on the
/// other one, all pulses are early by that part's length (the width), and a system clock that is
/// right is behind them by as much. Pure.
///
/// A clock that is only off, or on its way to the right time, is seldom that far off and keeps
/// still.
class OtherEdge {
  public:
    static constexpr hal::Nanos shortest{
        50'000'000}; ///< width; below it many clocks are that far off
    static constexpr hal::Nanos tolerance{
        25'000'000};                              ///< between the width and what the clock says
    static constexpr hal::Nanos still{5'000'000}; ///< the difference moves by less
    static constexpr int in_a_row = 60;           ///< pulses that say so

    /// A pulse: the system clock at that moment, less its second; and the width. True for the pulse
    /// that completes a row of `in_a_row` that say so.
    [[nodiscard]] bool add(hal::Nanos ahead, hal::Nanos width) noexcept;

  private:
    hal::Nanos first_{0}; ///< the difference at the first pulse of the row
    int row_ = 0;
};

} // namespace ppsd::app
