// A pseudo-terminal of the test's own, of which the test is the receiver.
#pragma once

#include "hal/unique_fd.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace ppsd::app::test {

struct Pty {
    hal::UniqueFd master{::posix_openpt(O_RDWR | O_NOCTTY)};
    std::string path;

    Pty() {
        REQUIRE(::grantpt(master.get()) == 0);
        REQUIRE(::unlockpt(master.get()) == 0);
        path = ::ptsname(master.get());
    }
    void send(std::string_view text) const {
        REQUIRE(::write(master.get(), text.data(), text.size()) ==
                static_cast<ssize_t>(text.size()));
    }
};

} // namespace ppsd::app::test
