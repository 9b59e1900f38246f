#include "daemon/pipeline/other_edge.hpp"

namespace ppsd::app {

using namespace hal;

bool OtherEdge::add(Nanos ahead, Nanos width) noexcept {
    const bool fits = width > shortest && std::chrono::abs(ahead + width) <= tolerance;
    if (!fits) {
        row_ = 0;
        return false;
    }
    if (row_ == 0 || std::chrono::abs(ahead - first_) >= still) {
        first_ = ahead;
        row_ = 0;
    }
    return ++row_ == in_a_row;
}

} // namespace ppsd::app
