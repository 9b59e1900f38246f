#include "daemon/ctl/feed.hpp"

#include "daemon/ctl/interrupt.hpp"
#include "daemon/text/utc_text.hpp"
#include "hal/error.hpp"

#include <ntpdshm/unit_lock.hpp>
#include <ntpdshm/writer.hpp>

#include <ctime>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

std::int64_t system_time() {
    timespec t{};
    ::clock_gettime(CLOCK_REALTIME, &t);
    return std::int64_t{t.tv_sec} * second_ns + t.tv_nsec;
}

// The middle of a second: readers compare with time(2), which lags a little after its top.
bool sleep_until_middle() {
    const std::int64_t now = system_time();
    const std::int64_t wait = (second_ns * 3 / 2 - now % second_ns) % second_ns;
    const timespec pause{0, static_cast<long>(wait == 0 ? second_ns - 1 : wait)};
    return ::nanosleep(&pause, nullptr) == 0;
}

} // namespace

int run_feed(const FeedOptions& options, std::FILE* out) {
    catch_interrupts();
    const ntpdshm::UnitLock lock{options.unit};
    ntpdshm::Writer writer{ntpdshm::Segment::open(options.unit, options.layout)};
    if (!lock.problem().empty()) fmt::print(stderr, "ppsctl: {}\n", lock.problem());
    for (long fed = 0; !interrupted() && (!options.count || fed < *options.count);) {
        if (!sleep_until_middle()) continue;
        const std::int64_t now = system_time();
        const ntpdshm::Sample sample{now + options.offset.count(), now, options.leap,
                                     options.precision};
        if (writer.write(sample) != ntpdshm::WriteResult::written)
            throw hal::UsageError(fmt::format("unit {}: layout {} has no room for {}", options.unit,
                                              ntpdshm::name(writer.segment().layout()),
                                              utc_text(sample.clock_ns, 9)));
        fmt::print(out, "{} at {}\n", utc_text(sample.clock_ns, 9), utc_text(now, 9));
        std::fflush(out);
        ++fed;
    }
    return 0;
}

} // namespace ppsd::app
