// A bound on what is read at one wake-up.
#pragma once

#include <algorithm>
#include <cstddef>

namespace ppsd::app {

/// Reads from the source and calls take(item), which gives what that cost, until there is no more
/// or the budget is spent. True: it was spent, there may be more, and nothing may wake the loop for
/// it.
template <class SourceType, class Take>
[[nodiscard]] bool drain(SourceType& source, std::size_t budget, Take&& take) {
    while (budget > 0) {
        const auto item = source.read();
        if (!item) return false;
        budget -= std::min<std::size_t>(budget, take(*item));
    }
    return true;
}

} // namespace ppsd::app
