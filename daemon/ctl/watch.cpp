#include "daemon/ctl/watch.hpp"

#include "daemon/ctl/interrupt.hpp"
#include "daemon/outputs/watched_unit.hpp"
#include "daemon/text/colour.hpp"

#include <cerrno>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace ppsd::app {
namespace {

constexpr long look_every_ns = 25'000'000;
constexpr std::int64_t attach_every_ns = 1'000'000'000;

std::int64_t read_clock(clockid_t id) {
    timespec t{};
    ::clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

class Watcher {
  public:
    Watcher(const WatchOptions& options, std::FILE* out, std::FILE* notes)
        : options_{options}, out_{out}, notes_{notes} {}

    int run() {
        catch_interrupts();
        say(describe(readers_));
        const std::int64_t start = read_clock(CLOCK_MONOTONIC);
        while (!interrupted() && !done()) {
            const std::int64_t now = read_clock(CLOCK_MONOTONIC);
            if (options_.seconds && static_cast<double>(now - start) > *options_.seconds * 1e9)
                break;
            if (now >= attach_at_) attach(now);
            look(now);
            const timespec pause{0, look_every_ns};
            ::nanosleep(&pause, nullptr);
        }
        for (const auto& [number, unit] : units_)
            say(unit.summary());
        return shown_ > 0 ? 0 : 1;
    }

  private:
    [[nodiscard]] bool done() const { return options_.count && shown_ >= *options_.count; }

    void say(const std::string& line) const {
        fmt::print(out_, "{}\n", line);
        std::fflush(out_);
    }

    // A segment may be made, or removed and made anew, while we watch.
    void attach(std::int64_t now) {
        attach_at_ = now + attach_every_ns;
        std::erase_if(units_, [](const auto& entry) { return entry.second.segment().removed(); });
        if (options_.units.empty())
            for (int unit = 0; unit <= ntpdshm::max_unit; ++unit)
                attach_unit(unit, false);
        else
            for (const int unit : options_.units)
                attach_unit(unit, true);
    }

    void attach_unit(int unit, bool asked_for) {
        if (units_.contains(unit)) return;
        try {
            if (!asked_for && !ntpdshm::find_segment(unit)) return;
            const auto [place, added] = units_.try_emplace(
                unit, ntpdshm::Reader{ntpdshm::Segment::watch(unit, options_.layout)},
                wants_colour(out_));
            say(describe(place->second.segment(), readers_));
            if (!std::exchange(headed_, true)) say(watch_header());
        } catch (const ntpdshm::SegmentError& error) {
            if (!said_.insert(unit).second) return;
            if (error.code().value() == ENOENT)
                fmt::print(notes_, "unit {}: no segment yet; waiting for one\n", unit);
            else
                fmt::print(notes_, "{}\n", error.what());
        }
    }

    void look(std::int64_t now) {
        for (auto& [number, unit] : units_) {
            if (done()) return;
            const auto row = unit.look(now, read_clock(CLOCK_REALTIME));
            if (!row) continue;
            say(*row);
            ++shown_;
        }
    }

    const WatchOptions& options_;
    std::FILE* out_;
    std::FILE* notes_;
    const Readers readers_ = ntpdshm::installed_readers();
    std::map<int, WatchedUnit> units_;
    std::set<int> said_;
    bool headed_ = false; ///< the header was printed
    std::int64_t attach_at_ = 0;
    long shown_ = 0;
};

} // namespace

int run_watch(const WatchOptions& options, std::FILE* out, std::FILE* notes) {
    return Watcher{options, out, notes}.run();
}

} // namespace ppsd::app
