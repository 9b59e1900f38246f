#include "daemon/app/sim_run.hpp"

#include "daemon/app/pipeline.hpp"
#include "daemon/app/sim_judge.hpp"
#include "daemon/app/sim_label_pipeline.hpp"
#include "daemon/app/sim_settings.hpp"

#include <fmt/format.h>
#include <stdexcept>

namespace ppsd::app {

using namespace hal;
using sim::Happening;

namespace {

// epoll_wait() sleeps whole milliseconds, and the scheduler takes its time.
constexpr Nanos timer_latency = 600us;

void feed(Pipeline& pipeline, const Happening& happening) {
    switch (happening.kind) {
    case Happening::Kind::edge:
        return pipeline.on_edge(happening.edge);
    case Happening::Kind::bytes:
        return pipeline.on_bytes({happening.bytes, happening.when});
    case Happening::Kind::clock_step:
        return pipeline.on_clock_step();
    default:
        return;
    }
}

/// Ticks that are due before the next thing happens. False: there was none.
bool tick_if_due(Pipeline& pipeline, sim::VirtualWorld& world, MonoTime now) {
    const auto deadline = pipeline.deadline();
    if (!deadline) return false;
    const MonoTime due = std::max({*deadline + timer_latency, world.stalled_until(), now});
    // At one wake-up the daemon reads what there is, and ticks after it.
    if (due >= world.next_at()) return false;
    world.set_now(due);
    pipeline.tick(due);
    const auto next = pipeline.deadline();
    if (next && *next <= due)
        throw std::logic_error(fmt::format("the pipeline wants a tick at {} ns, and it is {} ns",
                                           next->ns(), due.ns()));
    return true;
}

void run_wire(const sim::Scenario& scenario, std::uint64_t seed, std::int64_t seconds,
              const Log& log, SimFigures& figures) {
    sim::VirtualWorld world{scenario, seed, sim::Level::wire};
    SimJudge judge{world, scenario, figures, seed};
    Pipeline pipeline{sim_pipeline_settings(scenario),
                      world.clock(),
                      {&judge.pps(), &judge.nmea()},
                      sim_leap_table(scenario),
                      log};
    while (world.truth().current() < seconds) {
        if (!tick_if_due(pipeline, world, world.clock().now())) {
            const Happening& happening = world.take();
            if (happening.kind == Happening::Kind::nothing) continue;
            if (happening.kind == Happening::Kind::second) {
                judge.second_begins();
                continue;
            }
            feed(pipeline, happening);
            if (world.next_at() > happening.when) pipeline.tick(happening.when);
        }
        judge.commit();
    }
    judge.end();
    figures.sentences += pipeline.sentences();
    figures.edges += pipeline.edges();
    figures.labels += pipeline.labels();
    figures.pps += pipeline.samples(Feed::pps);
    figures.nmea += pipeline.samples(Feed::nmea);
}

void run_label(const sim::Scenario& scenario, std::uint64_t seed, std::int64_t seconds,
               const Log& log, SimFigures& figures) {
    sim::VirtualWorld world{scenario, seed, sim::Level::label};
    SimJudge judge{world, scenario, figures, seed};
    SimLabelPipeline pipeline{sim_pipeline_settings(scenario), world.clock(), judge.pps(),
                              sim_leap_table(scenario), log};
    while (world.truth().current() < seconds) {
        const Happening& happening = world.take();
        if (happening.kind == Happening::Kind::nothing) continue;
        if (happening.kind == Happening::Kind::second)
            judge.second_begins();
        else
            pipeline.on(happening);
        pipeline.tick(happening.when);
        judge.commit();
    }
    judge.end();
    figures.edges += pipeline.edges();
    figures.labels += pipeline.labels();
    figures.pps += pipeline.samples();
}

} // namespace

void simulate_run(const sim::Scenario& scenario, std::uint64_t seed, sim::Level level,
                  std::int64_t seconds, const Log& log, SimFigures& figures) {
    if (level == sim::Level::wire)
        run_wire(scenario, seed, seconds, log, figures);
    else
        run_label(scenario, seed, seconds, log, figures);
}

} // namespace ppsd::app
