#include "daemon/ctl/interrupt.hpp"

#include <csignal>
#include <initializer_list>

namespace ppsd::app {
namespace {
volatile std::sig_atomic_t seen = 0;
} // namespace

void catch_interrupts() noexcept {
    struct sigaction action {};
    action.sa_handler = [](int) { seen = 1; };
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        ::sigaction(signal, &action, nullptr);
}

bool interrupted() noexcept {
    return seen != 0;
}

} // namespace ppsd::app
