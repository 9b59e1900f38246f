// Root's part for units 0 and 1: segment and lock made, root's, group "ppsd", mode 0660.
//
// Whoever owns unit 0's segment decides the time of everybody who reads it, chronyd included, and
// whoever makes it first owns it. So root makes both units early (ppsd-units.service does so at
// boot, before users can log in), and what somebody else made first is removed.
#pragma once

#include "ntpdshm/segment.hpp"

#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace ntpdshm {

struct PreparedUnit {
    Segment segment;
    /// What was in the way and what became of it, a line each, for warnings.
    std::vector<std::string> warnings;
};

/// Makes what is missing of unit 0 or 1. Throws as Segment::open(), and SegmentError with EBUSY if
/// a stranger's segment can't be removed because a program of the system is attached to it.
///
/// A segment that belongs to somebody else than root is removed and made anew. Programs that are
/// attached to it keep it and don't see the new one; so it is left, and named, if one of them is
/// root's or a system service's (its user is root, or below 1000 and not the segment's owner):
/// chronyd and ntpd give up root. /proc/PID/maps says who is attached. Where it doesn't say it,
/// as to root without CAP_SYS_PTRACE, the process that used it last and the one that made it count
/// if they run. Who can't be told (another PID namespace) doesn't keep it: a warning says that
/// readers must be started again.
///
/// Root's own segment of another size than the layout's is replaced if nobody is attached. A lock
/// of somebody else is removed, and a lock that can't be made is a warning.
/// std::invalid_argument for another unit: those are anybody's.
[[nodiscard]] PreparedUnit prepare_unit(int unit, LayoutChoice choice = LayoutChoice::automatic);

} // namespace ntpdshm
#pragma GCC visibility pop
