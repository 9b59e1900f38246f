// How the system treats this process beside others.
#pragma once

namespace ppsd::app {

/// For what is wanted once root's rights are given up: the poller's priority, and locked memory.
/// Does what the machine lets it.
void raise_limits() noexcept;

/// Before all ordinary processes: SCHED_FIFO with this priority, 1 to 99, for this thread, not for
/// those that it starts. Throws hal::DeviceError saying which limit forbids it.
void be_realtime(int priority);

/// All memory of this process stays in RAM, also what it will ask for. Throws hal::DeviceError.
void lock_memory();

/// After the rights were given up, as the limit counts from then on: there is memory to ask for, so
/// that what is locked isn't the end of it later. Throws hal::DeviceError.
void leave_room_to_lock();

} // namespace ppsd::app
