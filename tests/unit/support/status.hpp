// What a locked ppsd says about itself.
#pragma once

#include "daemon/service/status.hpp"

#include <chrono>

namespace ppsd::app::test {

inline Status locked() {
    using namespace std::chrono_literals;
    Status status;
    status.version = "0.1.0";
    status.pid = 4711;
    status.now = hal::RealTime::from_ns(1'800'000'000'500'000'000);
    status.running = 100s;
    status.state = State::locked;
    status.state_text = {{}, "samples are published"};
    status.state_for = 61s;
    status.pulses = SourceStatus{"gpio:GPIO18", true, 250ms};
    status.sentences = {"uart:/dev/serial0", false, std::nullopt};
    const Sample sample{hal::UtcSecond::from_posix(1'800'000'000),
                        hal::RealTime::from_ns(1'800'000'000'000'250'000), 1, -20};
    auto& pps = status.published[hal::Feed::pps].emplace(FeedStatus{1, sample, 500ms, {}, {}});
    pps.outputs = {{"shm:1", 12, 0, 0, ""}, {"sock:/run/s", 9, 3, 2, "its queue is full"}};
    status.published[hal::Feed::nmea] =
        FeedStatus{0, std::nullopt, std::nullopt, {}, {{"shm:0", 0, 0, 0, ""}}};
    status.period = 1'000'020us;
    status.delay = 125ms;
    pps.verdicts.count(discipline::Verdict::used);
    status.label_verdicts.count(discipline::Verdict::mismatch);
    return status;
}

} // namespace ppsd::app::test
