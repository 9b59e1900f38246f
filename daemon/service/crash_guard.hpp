// What has still to be done when a fault, or a watchdog, ends the process.
#pragma once

namespace ppsd::app {

/// While it lives, SIGABRT (a watchdog's, too), SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS and SIGTRAP
/// first call `action(context)`, once, and then end the process as they would have. One at a time
/// in a process.
///
/// The action is called in a signal's handler, on a stack of its own, in the middle of anything: it
/// may call what signal-safety(7) lists, and look only at what is whole at any time.
class CrashGuard {
  public:
    using Action = void (*)(void* context) noexcept;

    CrashGuard(Action action, void* context) noexcept;
    CrashGuard(const CrashGuard&) = delete;
    CrashGuard& operator=(const CrashGuard&) = delete;
    ~CrashGuard();
};

} // namespace ppsd::app
