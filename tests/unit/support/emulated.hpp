// Whether qemu-user runs this program.
#pragma once

#include <cstdlib>

namespace ppsd::app::test {

/// cross/check sets PPSD_TEST_EMULATED: a program has no reliable way to find out by itself.
inline bool emulated() {
    return std::getenv("PPSD_TEST_EMULATED") != nullptr;
}

} // namespace ppsd::app::test
