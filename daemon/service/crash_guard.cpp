#include "daemon/service/crash_guard.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <initializer_list>

namespace ppsd::app {

namespace {

constexpr std::initializer_list<int> faults{SIGABRT, SIGSEGV, SIGBUS, SIGFPE,
                                            SIGILL,  SIGSYS,  SIGTRAP};

std::atomic<CrashGuard::Action> armed{nullptr};
void* its_context = nullptr;
// Where the fault is that the stack is full.
std::array<char, 64 * 1024> stack_of_handler;

// Back at its default (SA_RESETHAND), the signal waits until the handler has returned.
void handle(int signal) {
    if (const auto action = armed.exchange(nullptr)) action(its_context);
    ::raise(signal);
}

void set_handlers(void (*handler)(int)) noexcept {
    struct sigaction how {};
    how.sa_handler = handler;
    how.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK);
    for (const int signal : faults)
        ::sigaction(signal, &how, nullptr);
}

} // namespace

CrashGuard::CrashGuard(Action action, void* context) noexcept {
    stack_t stack{};
    stack.ss_sp = stack_of_handler.data();
    stack.ss_size = stack_of_handler.size();
    ::sigaltstack(&stack, nullptr);
    its_context = context;
    armed = action;
    set_handlers(handle);
}

CrashGuard::~CrashGuard() {
    set_handlers(SIG_DFL);
    armed = nullptr;
}

} // namespace ppsd::app
