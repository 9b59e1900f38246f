#include "daemon/simulate/simulate.hpp"

#include "daemon/simulate/sim_drawn.hpp"
#include "daemon/simulate/sim_run.hpp"
#include "daemon/simulate/sim_scenario_file.hpp"
#include "tests/unit/support/capture.hpp"

#include <doctest/doctest.h>

#include <tuple>

using namespace ppsd::app;
using namespace hal::sim;

namespace {

SimFigures run(std::string_view scenario, Level level = Level::wire, std::int64_t seconds = 600) {
    SimFigures figures;
    const Log log{LogLevel::error, false};
    simulate_run(parse_scenario("x", scenario).world, 1, level, seconds, log, figures);
    return figures;
}

} // namespace

TEST_CASE("ten ordinary minutes: every second, right, at both levels") {
    for (const Level level : {Level::wire, Level::label}) {
        const SimFigures figures = run("", level);
        CHECK(figures.samples > 550);
        CHECK(figures.wrong == 0);
        CHECK(figures.invisible == 0);
        CHECK(figures.due > 500);
        CHECK(figures.missed == 0);
        CHECK(figures.error.quantile(0.5) < 10'000);
        CHECK((figures.nmea_samples > 0) == (level == Level::wire));
    }
}

TEST_CASE("a receiver that is off from the start is invisible, not wrong") {
    const SimFigures figures = run("receiver.label-offset = -1");
    CHECK(figures.samples > 550);
    CHECK(figures.invisible == figures.samples);
    CHECK(figures.wrong == 0);
}

TEST_CASE("a daemon that was told a delay that isn't is off, and can't see it") {
    // By 1.4 s: each sample names the second after the one that it is.
    const SimFigures figures = run("nmea.delay = 0.1\nppsd.nmea-delay = -0.9");
    CHECK(figures.samples > 550);
    CHECK(figures.invisible == figures.samples);
}

TEST_CASE("what must not be sampled isn't") {
    CHECK(run("pps.width = 0.5").samples == 0);
    CHECK(run("pps.pulses = never").samples == 0);
    CHECK(run("pps.pulses = never").never_locked == 1);
    CHECK(run("nmea.silence = yes").samples == 0);
}

TEST_CASE("a scenario that can be printed, and limits that decide the exit code") {
    auto out = test::scratch_file();
    SimulateOptions options;
    options.drawn = true;
    options.seed = 7;
    options.print = true;
    CHECK(run_simulate(options, out.get()) == 0);
    CHECK(test::text_of(out.get()) == scenario_text(draw_scenario(7)));
}

TEST_CASE("more lines replace what a drawn scenario says, in each run") {
    auto out = test::scratch_file();
    SimulateOptions options;
    options.drawn = true;
    options.seed = 7;
    options.print = true;
    options.lines = "pps.jitter = 77\nppsd.poll = auto\n";
    CHECK(run_simulate(options, out.get()) == 0);
    const std::string text = test::text_of(out.get());
    CHECK(text.find("pps.jitter = 77\n") != std::string::npos);
    CHECK(text.find("ppsd.poll = auto\n") != std::string::npos);
    options.lines = "pps.jitter = 77\npps.jiter = 7\n";
    CHECK_THROWS_WITH_AS(std::ignore = run_simulate(options, out.get()),
                         "--with:2: unknown key 'pps.jiter'; did you mean 'pps.jitter'?",
                         hal::UsageError);
}
