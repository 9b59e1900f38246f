// How the system treats this process beside others.
#pragma once

namespace ppsd::app {

/// Before all ordinary processes: SCHED_FIFO with this priority, 1 to 99, for this thread, not for
/// those that it starts. Throws hal::DeviceError saying which limit forbids it.
void be_realtime(int priority);

/// All memory of this process stays in RAM, also what it will ask for. Throws hal::DeviceError.
void lock_memory();

} // namespace ppsd::app
