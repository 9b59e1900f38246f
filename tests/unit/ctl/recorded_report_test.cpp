#include "daemon/ctl/recorded_report.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"
#include "tests/unit/support/tape.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

namespace {

/// What a report shows of a recording.
template <class Fill>
RecordedReport report_of(const Fill& fill, std::int64_t first = 0) {
    const ScratchPath path;
    Tape tape{path.path(), taped_options(), first};
    fill(tape);
    tape.end();
    RecordedReport report;
    ReplayOptions options;
    options.file = path.path();
    options.look = [&](const Turn& turn, const ReplayStation& station) {
        report.look(turn, station);
    };
    const File out = scratch_file();
    CHECK(run_replay(options, out.get(), out.get()) == 0);
    CHECK(text_of(out.get()).empty());
    return report;
}

/// 80 s, and 30 without sentences: holdover, and its end.
RecordedReport recorded() {
    return report_of([](Tape& tape) {
        tape.seconds(80);
        tape.seconds(30, false);
    });
}

double farthest(const Report& report, double from) {
    double most = 0;
    for (const Trace::Value& value : report.offsets.values)
        most = std::max(most, std::abs(value.mean - from));
    return most;
}

bool ascends(const Report& report) {
    return std::ranges::adjacent_find(report.offsets.values, std::ranges::greater_equal{},
                                      &Trace::Value::time) == report.offsets.values.end();
}

std::size_t count(const Report& report, std::string_view kind, std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(report.events, [&](const Event& event) {
        return event.kind == kind && event.text == text;
    }));
}

} // namespace

TEST_CASE("a point a second, with the offsets of the samples that went out") {
    const Report report = recorded().make("file", {}, {});
    CHECK(report.source == "file");
    CHECK(report.curve.step == 1);
    CHECK(report.curve.to - report.curve.from >= 109);
    // Locked after some labels; holdover goes on for ten seconds.
    CHECK(report.offsets.values.size() >= 80);
    CHECK(report.offsets.values.size() <= 92);
    for (const Trace::Value& value : report.offsets.values)
        CHECK(std::abs(value.mean) < 5e-6); // the pulses scatter by 3 us
    const Summary& delay = report.curve.rows.back().values[Series::delay];
    CHECK(delay.mean == doctest::Approx(0.1225).epsilon(0.05)); // 120 ms, and up to 5
}

TEST_CASE("states are events; a part of the time has those before it, too") {
    const RecordedReport all = recorded();
    const Report whole = all.make("file", {}, {});
    REQUIRE(whole.events.size() >= 4);
    CHECK(whole.events[0].kind == "restart");
    const auto has = [&](std::string_view state, std::string_view level) {
        return std::ranges::any_of(whole.events, [&](const Event& event) {
            return event.kind == "state" && event.text.starts_with(state) && event.level == level;
        });
    };
    CHECK(has("locked: ", "good"));
    CHECK(has("holdover: ", "warning"));
    const Report part = all.make("file", whole.curve.from + 40, whole.curve.from + 50);
    CHECK(part.offsets.values.size() == 10);
    CHECK(events_shown(part).empty());
    CHECK(verdict_of(part).headline.starts_with("At the end: locked: "));
    CHECK(all.end() == whole.curve.to);
}

TEST_CASE("a clock that was set: what was before is shown as if it had been already") {
    for (const Nanos by : {Nanos{-3'600'000'000'000}, Nanos{2'500'000'000}}) {
        const RecordedReport all = report_of([&](Tape& tape) {
            tape.seconds(60);
            tape.clock.step(by);
            tape.seconds(40);
        });
        const Report report = all.make("file", {}, {});
        // It was right before.
        CHECK(farthest(report, -1e-9 * static_cast<double>(by.count())) < 5e-6);
        CHECK(ascends(report));
        CHECK(report.offsets.values.size() >= 80);
        CHECK(report.curve.to - report.curve.from <= 102);
        const std::string size = by < Nanos{0} ? "-3600 s" : "+2.50 s";
        CHECK(report.note ==
              "The system clock was set once, by " + size +
                  ": times and offsets from before are shown as if it had been set already.");
        CHECK(count(report, "step", "the system clock was set by " + size) == 1);
        CHECK(report.events.front().time <= report.curve.from);
    }
}

TEST_CASE("a clock that was set more than once") {
    const Report report = report_of([](Tape& tape) {
                              tape.clock.step(1'000'000'000ns);
                              tape.seconds(30);
                              tape.clock.step(-3'000'000'000ns);
                              tape.seconds(30);
                              tape.clock.step(2'000'000'000ns);
                              tape.seconds(30);
                          }).make("file", {}, {});
    CHECK(farthest(report, 0) < 5e-6); // at the end it is right
    CHECK(ascends(report));
    CHECK(report.note == "The system clock was set 3 times, by 0 ns in all: times and offsets from "
                         "before are shown as if it had been set already.");
    CHECK(recorded().make("file", {}, {}).note.empty());
}

TEST_CASE("a leap second is a step of the clock, but none that is taken out") {
    // From 50 s before a day's end; the clock has 23:59:59 twice, as the kernel does it.
    const std::int64_t first = 86'400 - first_second.posix() % 86'400 - 50;
    const Report report = report_of(
                              [](Tape& tape) {
                                  tape.seconds(50);
                                  tape.clock.step(-1s);
                              },
                              first)
                              .make("file", {}, {});
    CHECK(report.note.empty());
}

TEST_CASE("a machine that slept: its clock was not set") {
    const Report report = report_of([](Tape& tape) {
                              tape.seconds(60);
                              tape.clock.sleep(1'000s);
                              tape.seconds(60);
                          }).make("file", {}, {});
    CHECK(report.note.empty());
    CHECK(report.curve.to - report.curve.from >= 1'110);
    CHECK(count(report, "gap", "the machine slept for 1000 s") == 1);
    CHECK(std::ranges::none_of(report.events, [](const Event& e) { return e.kind == "step"; }));
}

TEST_CASE("another rate of the line is an event, each time") {
    const Report report = report_of([](Tape& tape) {
                              tape.seconds(5);
                              tape.rate(Tape::begin(5), 38400);
                              tape.seconds(5);
                              tape.rate(Tape::begin(10), 9600);
                              tape.seconds(5);
                          }).make("file", {}, {});
    CHECK(count(report, "rate", "the line runs at 38400 baud now") == 1);
    CHECK(count(report, "rate", "the line runs at 9600 baud now") == 1);
    const auto rates = std::ranges::count(report.events, "rate", &Event::kind);
    CHECK(rates == 2);
    CHECK(count(recorded().make("file", {}, {}), "rate", "the line runs at 9600 baud now") == 0);
}

TEST_CASE("a time of which there is nothing") {
    const auto why = [](const RecordedReport& report, std::int64_t from) {
        return refusal<std::runtime_error>([&] { (void)report.make("file", from, {}); });
    };
    CHECK(why(recorded(), recorded().end()) == "file: holds nothing of that time");
    CHECK(why(RecordedReport{}, 0) == "file: holds nothing of that time");
}
