#include "daemon/app/watch.hpp"

#include "daemon/app/utc_text.hpp"

#include <ntpdshm/reader.hpp>

#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <set>
#include <string>

namespace ppsd::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

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
        std::signal(SIGINT, interrupt);
        std::signal(SIGTERM, interrupt);
        const std::int64_t start = read_clock(CLOCK_MONOTONIC);
        header();
        while (!interrupted && !done()) {
            const std::int64_t now = read_clock(CLOCK_MONOTONIC);
            if (options_.seconds && static_cast<double>(now - start) > *options_.seconds * 1e9) break;
            if (now >= attach_at_) attach(now);
            for (auto& [unit, watched] : units_) look(unit, watched);
            const timespec pause{0, look_every_ns};
            ::nanosleep(&pause, nullptr);
        }
        return shown_ > 0 ? 0 : 1;
    }

  private:
    struct Watched {
        ntpdshm::Reader reader;
        std::int32_t count; ///< of the last snapshot that was shown, or found at the start
    };

    [[nodiscard]] bool done() const { return options_.count && shown_ >= *options_.count; }

    void header() const {
        fmt::print(out_, "{:>4}  {:<20}  {:<30}  {:>14}  {:>4}  {:>9}  {:>7}\n", "unit", "label",
                   "received", "offset s", "leap", "precision", "age s");
        std::fflush(out_);
    }

    // A segment may be made, or removed and made anew, while we watch.
    void attach(std::int64_t now) {
        attach_at_ = now + attach_every_ns;
        std::erase_if(units_, [](const auto& entry) {
            return entry.second.reader.segment().removed();
        });
        if (options_.units.empty())
            for (int unit = 0; unit <= ntpdshm::max_unit; ++unit) attach_unit(unit, false);
        else
            for (const int unit : options_.units) attach_unit(unit, true);
    }

    void attach_unit(int unit, bool asked_for) {
        if (units_.contains(unit)) return;
        try {
            if (!asked_for && !ntpdshm::find_segment(unit)) return;
            ntpdshm::Reader reader{ntpdshm::Segment::watch(unit, options_.layout)};
            const auto count = reader.peek().count;
            units_.emplace(unit, Watched{std::move(reader), count});
        } catch (const ntpdshm::SegmentError& error) {
            const bool waiting = error.code().value() == ENOENT;
            if (!said_.insert(unit).second) return;
            if (waiting) fmt::print(notes_, "unit {}: no segment yet; waiting for one\n", unit);
            else fmt::print(notes_, "{}\n", error.what());
        }
    }

    void look(int unit, Watched& watched) {
        if (done()) return;
        const auto snapshot = watched.reader.peek();
        if (snapshot.count == watched.count || !snapshot.whole()) return;
        watched.count = snapshot.count;
        // Taken back: the receive time is second 0 then.
        if (snapshot.receive_sec == 0) return;
        const std::int64_t now = read_clock(CLOCK_REALTIME);
        const auto offset = snapshot.clock_ns() - snapshot.receive_ns();
        const auto age = now - snapshot.receive_ns();
        fmt::print(out_, "{:>4}  {:<20}  {:<30}  {:>+14.9f}  {:>4}  {:>9}  {:>7.3f}\n", unit,
                   utc_text(snapshot.clock_ns(), 0), utc_text(snapshot.receive_ns(), 9),
                   static_cast<double>(offset) * 1e-9, snapshot.leap, snapshot.precision,
                   static_cast<double>(age) * 1e-9);
        std::fflush(out_);
        ++shown_;
    }

    const WatchOptions& options_;
    std::FILE* out_;
    std::FILE* notes_;
    std::map<int, Watched> units_;
    std::set<int> said_;
    std::int64_t attach_at_ = 0;
    long shown_ = 0;
};

} // namespace

int run_watch(const WatchOptions& options, std::FILE* out, std::FILE* notes) {
    return Watcher{options, out, notes}.run();
}

} // namespace ppsd::app
