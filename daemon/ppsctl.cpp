// ppsctl: composition only.
#include "daemon/ctl/ppsctl_commands.hpp"
#include "hal/error.hpp"
#include "hal/standard_fds.hpp"

#include <cstdio>
#include <exception>
#include <fmt/format.h>

int main(int argc, char** argv) {
    hal::fill_standard_fds();
    try {
        return ppsd::app::run_ppsctl({argv + 1, argv + argc});
    } catch (const hal::UsageError& error) {
        fmt::print(stderr, "ppsctl: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "ppsctl: {}\n", error.what());
        return 1;
    }
}
