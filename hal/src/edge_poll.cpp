#include "edge_poll.hpp"

#include <algorithm>
#include <tuple>

namespace hal {

namespace {

// The last sleep is no longer than that; those before it leave a tenth, for a clock that is slewed.
constexpr Nanos short_sleep = 2ms;
constexpr int tenth = 10;
constexpr int fading = 16; // pulses

} // namespace

PollResult EdgePoll::run(const AwaitedEdge& edge) noexcept {
    if (!edge.polled()) {
        std::ignore = wait(edge.due + interrupt_patience);
        return {};
    }
    const OscTime begin = edge.due - edge.window - early_;
    if (!wait(begin)) return {};
    const Nanos late = machine_.osc() - begin;
    early_ = std::clamp(std::max(late + late / 4, early_ - early_ / fading), Nanos{least_early},
                        Nanos{most_early});
    const PollResult result = read(edge);
    if (result.end != PollResult::End::found) std::ignore = wait(edge.due + stamp_patience);
    return result;
}

bool EdgePoll::wait(OscTime until) noexcept {
    while (!machine_.called_off()) {
        const Nanos left = until - machine_.osc();
        if (left <= 0ns) return true;
        machine_.sleep_until(machine_.mono() + (left > short_sleep ? left - left / tenth : left));
    }
    return false;
}

PollResult EdgePoll::read(const AwaitedEdge& edge) noexcept {
    const int wanted = edge.polarity == Polarity::rising ? 1 : 0;
    MonoTime before = machine_.mono();
    const MonoTime end = before + (edge.due + edge.window - machine_.osc());
    bool otherwise = false; // it was, at the last read
    MonoTime begin;         // of that read
    while (before < end) {
        const int level = machine_.level();
        const MonoTime after = machine_.mono();
        if (level < 0) return {PollResult::End::unreadable, {}, {}};
        if (level == wanted && !otherwise) return {};
        if (level == wanted) {
            const Nanos half = (after - begin) / 2;
            return {PollResult::End::found, begin + half, half + step_};
        }
        otherwise = true;
        begin = before;
        before = after;
    }
    return {};
}

} // namespace hal
