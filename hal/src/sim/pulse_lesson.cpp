#include "sim/pulse_lesson.hpp"

#include <algorithm>

namespace hal::sim {
namespace {

constexpr int silence = 5;      // after so many seconds a train begins anew
constexpr int fresh_train = 3;  // pulses, two of them with labels, and one for what is pending
constexpr int after_noise = 12; // a train that doubts each edge until it has been clean for a while
constexpr int which_edge = 3;   // more, to find out which edge leads

// Both polarities come, and the parts aren't as long as each other, or nearly.
bool shows_edges(const Parameters& parameters) noexcept {
    constexpr double shortest = 1e-3, longest = 0.44; // s
    const double width = parameters[Key::pps_width];
    return width >= shortest && (width <= longest || width >= 1 - longest);
}

} // namespace

void PulseLesson::note(const Second& second, const Parameters& parameters) noexcept {
    const bool edge_known = parameters.word<EdgeOption>(Key::ppsd_edge) != EdgeOption::automatic;
    const bool heard = second.pulse && second.label && (edge_known || shows_edges(parameters));
    if (heard && in_a_row_ == 0) fresh_ = silent_ >= silence;
    in_a_row_ = heard ? in_a_row_ + 1 : 0;
    silent_ = second.silent ? std::min(silent_ + 1, silence) : 0;
    const int needed = (fresh_ ? fresh_train : after_noise) + (edge_known ? 0 : which_edge);
    learned_ = learned_ || in_a_row_ >= needed;
}

} // namespace hal::sim
