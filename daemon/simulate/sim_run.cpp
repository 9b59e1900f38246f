#include "daemon/simulate/sim_run.hpp"

#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/intake.hpp"
#include "daemon/record/recorder.hpp"
#include "daemon/record/recording_head.hpp"
#include "daemon/settings/pipeline_settings.hpp"
#include "daemon/simulate/sim_judge.hpp"
#include "daemon/simulate/sim_settings.hpp"

#include <fmt/format.h>
#include <memory>
#include <stdexcept>

namespace ppsd::app {

using namespace hal;
using sim::Happening;

namespace {

// epoll_wait() sleeps whole milliseconds, and the scheduler takes its time.
constexpr Nanos timer_latency = 600us;

bool of_clock(const Input& input) {
    return std::holds_alternative<Slept>(input) || std::holds_alternative<ClockStep>(input);
}

/// What happened wakes the daemon; the clock it asks itself.
void wake_up(Intake& intake, const Happening& happening) {
    intake.begin_turn();
    if (happening.input && !of_clock(*happening.input)) intake.on(*happening.input);
}

/// After an edge, or one that didn't come, the next one is awaited.
void await(Pipeline& pipeline, sim::VirtualWorld& world, const Happening& happening) {
    if (happening.missed) pipeline.missed_awaited();
    if (happening.missed || std::holds_alternative<PulseEdge>(*happening.input))
        world.await(pipeline.await(world.clock().now()));
}

/// When the daemon's timer wakes it; nothing if something happens before. At one wake-up it reads
/// what there is, and ticks after it.
std::optional<MonoTime> next_tick(std::optional<MonoTime> deadline, sim::VirtualWorld& world) {
    if (!deadline) return std::nullopt;
    const MonoTime due =
        std::max({*deadline + timer_latency, world.stalled_until(), world.clock().now()});
    return due < world.next_at() ? std::optional{due} : std::nullopt;
}

/// Returns the next deadline.
std::optional<MonoTime> tick(const Pipeline& pipeline, Intake& intake, sim::VirtualWorld& world,
                             MonoTime due) {
    world.set_now(due);
    const auto turn = [&] {
        intake.begin_turn();
        intake.end_turn();
        return pipeline.deadline();
    };
    auto next = turn();
    if (next && *next <= due) next = turn(); // the clock was stepped in the first: now it is told
    if (next && *next <= due)
        throw std::logic_error(fmt::format("the pipeline wants a tick at {} ns, and it is {} ns",
                                           next->ns(), due.ns()));
    return next;
}

std::unique_ptr<Recorder> make_recorder(const std::string& path, const sim::Scenario& scenario,
                                        std::uint64_t seed, Clock& clock, const Log& log) {
    if (path.empty()) return nullptr;
    constexpr std::uint64_t never_full = UINT64_MAX / 2;
    RecorderSettings settings{path, never_full, static_cast<std::int64_t>(seed), {}};
    settings.head = recording_head(sim_options(scenario));
    settings.leap_list = sim_leap_list(scenario);
    settings.flush_after = std::chrono::milliseconds{1}; // virtual seconds are short
    settings.must = true;
    return std::make_unique<Recorder>(settings, clock, log);
}

void add_counters(SimFigures& figures, const Pipeline& pipeline) {
    figures.sentences += pipeline.sentences();
    figures.edges += pipeline.edges();
    figures.labels += pipeline.labels();
    for (const Feed feed : feeds)
        figures.published[feed] += pipeline.samples(feed);
}

void run_wire(const sim::Scenario& scenario, std::uint64_t seed, std::int64_t seconds,
              const Log& log, SimFigures& figures, const std::string& record) {
    sim::VirtualWorld world{scenario, seed, sim::Level::wire};
    SimJudge judge{world, scenario, figures, seed};
    const auto recorder = make_recorder(record, scenario, seed, world.clock(), log);
    const PipelineOutputs outputs{{&judge.pps(), &judge.nmea()}};
    Pipeline pipeline{
        pipeline_settings(sim_options(scenario)), recorder ? recorder->clock() : world.clock(),
        recorder ? recorder->outputs(outputs) : outputs, sim_leap_table(scenario), log};
    Intake intake{pipeline, world.clock(), recorder.get(), log};
    const bool polls = scenario.base.word<Poll>("ppsd.poll") != Poll::no;
    auto deadline = pipeline.deadline();
    while (world.truth().current() < seconds) {
        if (const auto due = next_tick(deadline, world)) {
            deadline = tick(pipeline, intake, world, *due);
        } else {
            const Happening& happening = world.take();
            if (happening.second) judge.second_begins();
            if (!happening.input && !happening.missed) continue;
            wake_up(intake, happening);
            if (polls) await(pipeline, world, happening);
            if (world.next_at() > happening.when) intake.end_turn();
            deadline = pipeline.deadline();
        }
        judge.commit();
    }
    judge.end();
    add_counters(figures, pipeline);
}

// The daemon wakes up for whatever happens, and has no deadline of its own: where nothing comes, it
// is woken once a second.
void run_label(const sim::Scenario& scenario, std::uint64_t seed, std::int64_t seconds,
               const Log& log, SimFigures& figures) {
    sim::VirtualWorld world{scenario, seed, sim::Level::label};
    const sim::Truth& truth = world.truth();
    SimJudge judge{world, scenario, figures, seed};
    Pipeline pipeline{pipeline_settings(sim_options(scenario)),
                      world.clock(),
                      {{&judge.pps()}},
                      sim_leap_table(scenario),
                      log};
    Intake intake{pipeline, world.clock(), nullptr, log};
    bool silent = true;
    while (truth.current() < seconds) {
        const Happening& happening = world.take();
        if (happening.second) judge.second_begins();
        if (!happening.input && !happening.second) continue;
        const bool wakes = happening.input || silent;
        silent = !happening.input;
        if (wakes) intake.begin_turn();
        // A line would wake it a dozen times a second, and each time bring a note.
        pipeline.on(OscillatorNote{happening.when, *world.clock().raw_minus_mono()});
        if (!wakes) continue;
        if (happening.input && !of_clock(*happening.input)) pipeline.on(*happening.input);
        pipeline.on(Tick{happening.when});
        judge.commit();
    }
    judge.end();
    add_counters(figures, pipeline);
}

} // namespace

void simulate_run(const sim::Scenario& scenario, std::uint64_t seed, sim::Level level,
                  std::int64_t seconds, const Log& log, SimFigures& figures,
                  const std::string& record) {
    if (level == sim::Level::wire)
        run_wire(scenario, seed, seconds, log, figures, record);
    else
        run_label(scenario, seed, seconds, log, figures);
}

} // namespace ppsd::app
