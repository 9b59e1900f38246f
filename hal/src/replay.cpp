// A recording's edges and bytes again, at the pace at which they came, as sources.
#include "backends.hpp"

#include "hal/error.hpp"
#include "hal/recording_reader.hpp"
#include "sim/timer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace hal {
namespace {

using recording::Begin;
using recording::Line;

/// Brings a recording's times to one that begins with 0 and goes on: a run that begins (perhaps
/// after a reboot) does so a second after what was before.
class Timeline {
  public:
    /// For each line, in order; nothing if it has no time.
    [[nodiscard]] std::optional<Nanos> place(const Line& line) {
        if (const auto* begin = std::get_if<Begin>(&line)) {
            if (run_ != begin->run) run_begins_ = true;
            run_ = begin->run;
        }
        const auto* input = std::get_if<Input>(&line);
        if (!input) return std::nullopt;
        const MonoTime time = time_of(*input);
        if (run_begins_) zero_ = time - next_begin_;
        run_begins_ = false;
        next_begin_ = std::max(next_begin_, time - zero_ + Nanos{1s});
        return time - zero_;
    }

  private:
    std::int64_t run_ = 0;
    bool run_begins_ = true;
    MonoTime zero_;       ///< of this run
    Nanos next_begin_{0}; ///< where the next run would go on
};

/// Calls take(Nanos, Line) for each line that has a time. Reads it whole before the start, so that
/// what can't be read is said then.
template <class Take>
void read_all(const std::string& name, std::string_view path, Take&& take) {
    if (path.empty()) throw UsageError(name + ": a file must follow, as in replay:/tmp/ppsd.rec");
    RecordingReader reader{std::string{path}};
    Timeline timeline;
    while (const auto line = reader.next())
        if (const auto at = timeline.place(*line)) take(*at, *line);
}

/// What both sources have in common: a name, and a descriptor that wakes when it is time.
class Pace {
  public:
    Pace(const std::string& name, Clock& clock, MonoTime start)
        : name_{name}, clock_{clock}, start_{start}, timer_{name} {}

    [[nodiscard]] int fd() const noexcept { return timer_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] MonoTime time(Nanos at) const noexcept { return start_ + at; }

    /// Wakes when the first from `next` on is due; not at all after the last.
    template <class Items>
    void arm(const Items& items, std::size_t next) const noexcept {
        // Zero disarms it.
        timer_.arm(next == items.size() ? MonoTime{} : time(items[next].at));
    }

    /// Whether it is time for it.
    template <class Items>
    [[nodiscard]] bool is_due(const Items& items, std::size_t next) const noexcept {
        return next < items.size() && time(items[next].at) <= clock_.now();
    }

  private:
    std::string name_;
    Clock& clock_;
    MonoTime start_;
    sim::Timer timer_;
};

struct ReplayedEdge {
    Nanos at;
    PulseEdge edge; ///< as it was recorded
};

class ReplayPulses final : public PulseSource {
  public:
    ReplayPulses(Pace pace, std::vector<ReplayedEdge> edges)
        : pace_{std::move(pace)}, edges_{std::move(edges)} {
        pace_.arm(edges_, next_);
    }

    [[nodiscard]] int fd() const noexcept override { return pace_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept override { return pace_.name(); }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return 0; }

    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        if (pace_.is_due(edges_, next_)) {
            const auto& [at, recorded] = edges_[next_++];
            PulseEdge edge = recorded;
            edge.time = pace_.time(at);
            edge.generation.reset();
            if (edge.interrupt) edge.interrupt = edge.time + (*edge.interrupt - recorded.time);
            return edge;
        }
        pace_.arm(edges_, next_);
        return std::nullopt;
    }

  private:
    Pace pace_;
    std::vector<ReplayedEdge> edges_;
    std::size_t next_ = 0;
};

struct ReplayedChunk {
    Nanos at;
    std::size_t begin;
    std::size_t size;
};

class ReplayBytes final : public ByteSource {
  public:
    ReplayBytes(Pace pace, std::vector<ReplayedChunk> chunks, std::string text)
        : pace_{std::move(pace)}, chunks_{std::move(chunks)}, text_{std::move(text)} {
        pace_.arm(chunks_, next_);
    }

    [[nodiscard]] int fd() const noexcept override { return pace_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept override { return pace_.name(); }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }

    [[nodiscard]] std::optional<ByteChunk> read() noexcept override {
        if (pace_.is_due(chunks_, next_)) {
            const ReplayedChunk& chunk = chunks_[next_++];
            return ByteChunk{std::string_view{text_}.substr(chunk.begin, chunk.size),
                             pace_.time(chunk.at)};
        }
        pace_.arm(chunks_, next_);
        return std::nullopt;
    }

  private:
    Pace pace_;
    std::vector<ReplayedChunk> chunks_;
    std::string text_; ///< of all chunks
    std::size_t next_ = 0;
};

} // namespace

std::unique_ptr<PulseSource> open_replay_pulses(const std::string& name, std::string_view path,
                                                EdgeChoice choice, Clock& clock, MonoTime start) {
    std::vector<ReplayedEdge> edges;
    read_all(name, path, [&](Nanos at, const Line& line) {
        const auto* edge = recording::came_in<PulseEdge>(line);
        if (!edge) return;
        const bool rising = edge->polarity == Polarity::rising;
        if (choice == (rising ? EdgeChoice::falling : EdgeChoice::rising)) return;
        edges.push_back({at, *edge});
    });
    return std::make_unique<ReplayPulses>(Pace{name, clock, start}, std::move(edges));
}

std::unique_ptr<ByteSource> open_replay_bytes(const std::string& name, std::string_view path,
                                              Clock& clock, MonoTime start) {
    std::vector<ReplayedChunk> chunks;
    std::string text;
    read_all(name, path, [&](Nanos at, const Line& line) {
        const auto* chunk = recording::came_in<ByteChunk>(line);
        if (!chunk) return;
        chunks.push_back({at, text.size(), chunk->bytes.size()});
        text += chunk->bytes;
    });
    return std::make_unique<ReplayBytes>(Pace{name, clock, start}, std::move(chunks),
                                         std::move(text));
}

} // namespace hal
