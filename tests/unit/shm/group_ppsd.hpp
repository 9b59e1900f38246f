// Group ppsd, as a machine has it where the package is installed.
#pragma once

#include <grp.h>

namespace ntpdshm::testing {

/// There while it lives, and nowhere else: this program's own getgrnam() knows no other group. That
/// one is in segment_test.cpp.
class GroupPpsd {
  public:
    static constexpr gid_t id = 4713;

    GroupPpsd() {
        entry_.gr_gid = id;
        current = &entry_;
    }
    GroupPpsd(const GroupPpsd&) = delete;
    GroupPpsd& operator=(const GroupPpsd&) = delete;
    ~GroupPpsd() { current = nullptr; }

    static inline group* current = nullptr;

  private:
    group entry_{};
};

} // namespace ntpdshm::testing
