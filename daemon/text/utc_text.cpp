#include "daemon/text/utc_text.hpp"

#include <chrono>
#include <fmt/format.h>

namespace ppsd::app {

std::string utc_text(std::int64_t ns, int decimals) {
    using namespace std::chrono;
    constexpr std::int64_t second = 1'000'000'000;
    // By hand: std::chrono's floor overflows in the first day that an int64 can say.
    const std::int64_t part = (ns % second + second) % second;
    const sys_seconds t{seconds{ns / second - (ns % second < 0 ? 1 : 0)}};
    const auto midnight = floor<days>(t);
    const year_month_day date{midnight};
    const hh_mm_ss time{t - midnight};
    std::string fraction = fmt::format(".{:09}", part);
    fraction.resize(decimals == 0 ? 0 : static_cast<std::size_t>(decimals) + 1);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       fraction);
}

} // namespace ppsd::app
