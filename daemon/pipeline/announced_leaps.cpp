#include "daemon/pipeline/announced_leaps.hpp"

#include "daemon/text/utc_text.hpp"

#include <utility>

namespace ppsd::app {

// That there is no list, who looked for it has said.
discipline::Leap AnnouncedLeaps::at(hal::UtcSecond second) {
    if (!table_.empty() && !table_.known_at(second) && !std::exchange(expiry_said_, true)) {
        log_.line(LogLevel::warning,
                  "the list of leap seconds expired at {}: no leap second is known; "
                  "update tzdata, or set leap-file",
                  utc_text(table_.expires().posix_ns(), 0));
    }
    return table_.announced_at(second);
}

void AnnouncedLeaps::set(discipline::LeapTable table) {
    table_ = std::move(table);
    expiry_said_ = false;
}

} // namespace ppsd::app
