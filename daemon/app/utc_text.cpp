#include "daemon/app/utc_text.hpp"

#include <chrono>
#include <fmt/format.h>

namespace ppsd::app {

std::string utc_text(std::int64_t ns, int decimals) {
    using namespace std::chrono;
    const sys_time<nanoseconds> t{nanoseconds{ns}};
    const auto midnight = floor<days>(t);
    const year_month_day date{midnight};
    const hh_mm_ss time{t - midnight};
    std::string fraction = fmt::format(".{:09}", time.subseconds().count());
    fraction.resize(decimals == 0 ? 0 : static_cast<std::size_t>(decimals) + 1);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       fraction);
}

} // namespace ppsd::app
