#include "daemon/record/replay.hpp"

#include "daemon/pipeline/leap_list.hpp"
#include "daemon/record/recording_head.hpp"
#include "daemon/record/replay_report.hpp"
#include "daemon/record/replay_station.hpp"
#include "daemon/record/turn_reader.hpp"
#include "daemon/settings/leap_file.hpp"
#include "daemon/settings/recorded_options.hpp"
#include "hal/error.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <memory>

namespace ppsd::app {
namespace {

using hal::UsageError;
namespace rec = hal::recording;

/// More than ten members: what it was asked for, where it is, and what it has said.
class Replay {
  public:
    Replay(const ReplayOptions& options, std::FILE* out, std::FILE* notes)
        : options_{options}, out_{out}, notes_{notes}, log_{options.log_level, false},
          reader_{options.file}, fills_in_{!options.instead.empty() || !options.leap_file.empty() ||
                                           !options.write.empty()} {
        if (!options.write.empty()) writer_.emplace(options.write);
    }

    int run() {
        while (const Turn* turn = reader_.next()) {
            if (const auto left_out = reader_.take_left_out(); !left_out.empty())
                fmt::print(notes_, "{}\n", left_out);
            const bool same = turn->begin ? begin(*turn) : play(*turn);
            if (!same) return 1;
        }
        if (!part_)
            throw UsageError(fmt::format("{}: holds no recording; ppsd --record had written "
                                         "nothing to it yet",
                                         options_.file));
        if (writer_) writer_->finish();
        if (options_.check)
            fmt::print(out_, "{}: {} samples, the same as recorded\n", options_.file,
                       comparison_.compared());
        else if (told_ == 0 && !options_.look)
            fmt::print(notes_, "{}: nothing went out; --log-level debug says why\n", options_.file);
        return 0;
    }

  private:
    bool begin(const Turn& turn);
    bool play(const Turn& turn);
    bool tell(const Turn& turn);
    bool fill_in(hal::MonoTime until);
    bool play_between(hal::MonoTime when, const hal::Input& input);
    void say_version(const Turn& turn);
    [[nodiscard]] Options options_of(const Turn& turn) const;
    [[nodiscard]] discipline::LeapTable leaps_of(const Turn& turn) const;

    const ReplayOptions& options_;
    std::FILE* out_;
    std::FILE* notes_;
    Log log_;
    TurnReader reader_;
    bool fills_in_;      ///< ticks where the recording has none
    hal::MonoTime last_; ///< the latest of the run: an edge's stamp may be from long before
    std::unique_ptr<ReplayStation> station_;
    std::optional<rec::Begin> part_; ///< the one that is played
    OutComparison comparison_;
    std::optional<ReplayWriter> writer_;
    std::uint64_t told_ = 0; ///< lines on out_
    bool version_said_ = false;
};

bool Replay::begin(const Turn& turn) {
    const rec::Begin& now = *turn.begin;
    const bool goes_on = part_ && now.run == part_->run && now.part == part_->part + 1;
    part_ = now;
    say_version(turn);
    if (goes_on) {
        station_->go_on(turn);
        return tell(turn);
    }
    if (now.part > 0)
        fmt::print(notes_, "{}: begins in the middle of a run: it takes a while until it locks{}\n",
                   turn.place,
                   options_.check ? "; only the second of each pulse is compared from here" : "");
    station_ = std::make_unique<ReplayStation>(turn, options_of(turn), leaps_of(turn), log_);
    comparison_.begin_run(now.part == 0);
    last_ = {};
    return tell(turn);
}

void Replay::say_version(const Turn& turn) {
    if (turn.begin->format > 1 || version_said_) return;
    version_said_ = true;
    fmt::print(notes_,
               "{}: a recording of version 1: the oscillator is known only at pulses; while the "
               "clock was slewed, results differ from the run\n",
               turn.place);
}

bool Replay::play(const Turn& turn) {
    const hal::MonoTime t = hal::time_of(*turn.input);
    if (fills_in_ && !fill_in(t)) return false;
    const bool other_list =
        !options_.leap_file.empty() && std::holds_alternative<hal::NewLeapList>(*turn.input);
    last_ = std::max(last_, t);
    if (!other_list) station_->play(turn);
    return other_list || tell(turn);
}

// Where the code or the options are other ones than then, so are the times when something is due.
bool Replay::fill_in(hal::MonoTime until) {
    while (const auto due = station_->missed_tick(until)) {
        const hal::MonoTime when = std::max(*due, last_);
        if (part_->format > 1 &&
            !play_between(when, hal::OscillatorNote{when, station_->raw_minus_mono()}))
            return false;
        if (!play_between(when, hal::Tick{when})) return false;
        // Else it would never end.
        if (const auto next = station_->missed_tick(until); next && *next <= when) return true;
    }
    return true;
}

bool Replay::play_between(hal::MonoTime when, const hal::Input& input) {
    Turn turn;
    turn.place = fmt::format("{}: between the lines, at {} ns", options_.file, when.ns());
    turn.input = input;
    station_->play(turn);
    return tell(turn);
}

bool Replay::tell(const Turn& turn) {
    const auto& out = station_->out();
    if (writer_) writer_->write(turn, out);
    if (options_.check) {
        const auto difference = comparison_.compare(turn, out);
        if (difference) fmt::print(out_, "{}", *difference);
        return !difference;
    }
    if (options_.look) return options_.look(turn, *station_), true;
    told_ += out.size();
    for (const OutLine& line : out)
        fmt::print(out_, "{}\n", options_.json ? out_json(line) : out_text(line));
    return true;
}

Options Replay::options_of(const Turn& turn) const {
    const auto& known = recorded_keys();
    Options options;
    try {
        for (const auto& [key, value] : turn.options) {
            if (std::find(known.begin(), known.end(), key) == known.end())
                throw UsageError(fmt::format("unknown option {}", key));
            set_option(options, key, value);
        }
    } catch (const UsageError& error) {
        throw UsageError(
            fmt::format("{}: in the head that begins here: {}", turn.place, error.what()));
    }
    for (const auto& [key, value] : options_.instead)
        set_option(options, key, value);
    return options;
}

discipline::LeapTable Replay::leaps_of(const Turn& turn) const {
    if (!options_.leap_file.empty()) return load_leap_file(options_.leap_file, log_);
    if (turn.leap_list.empty()) return {};
    if (auto table = parse_leap_list(turn.leap_list)) return std::move(*table);
    throw UsageError(fmt::format("{}: in the head that begins here: the lines \"leap\" are no "
                                 "leap-seconds.list",
                                 turn.place));
}

} // namespace

int run_replay(const ReplayOptions& options, std::FILE* out, std::FILE* notes) {
    return Replay{options, out, notes}.run();
}

} // namespace ppsd::app
