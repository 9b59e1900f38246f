#include "hal/sim/true_time.hpp"

#include <chrono>

namespace hal::sim {
namespace {

UtcSecond end_of_month(UtcSecond t) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(sys_seconds{seconds{t.posix()}})};
    const sys_days next{(date.year() / date.month() + months{1}) / 1};
    return UtcSecond::from_posix(sys_seconds{next}.time_since_epoch().count());
}

} // namespace

Numbering::Numbering(UtcSecond first, LeapSecond leap)
    : first_{first}, month_end_{end_of_month(first)} {
    if (leap == LeapSecond::none) return;
    const bool inserted = leap == LeapSecond::inserted;
    leap_index_ = month_end_ - first_ - (inserted ? 0 : 1);
    moves_by_ = inserted ? -1 : 1;
}

Numbering::Numbering(const Parameters& parameters)
    : Numbering{UtcSecond::from_posix(static_cast<std::int64_t>(parameters["start"])),
                parameters.word<LeapSecond>("leap")} {}

} // namespace hal::sim
