// Whether qemu-user runs this program.
#pragma once

#include <cstdlib>

namespace ppsd::app::test {

/// cross/check says so, since nothing else does reliably.
inline bool emulated() {
    return std::getenv("PPSD_TEST_EMULATED") != nullptr;
}

} // namespace ppsd::app::test
