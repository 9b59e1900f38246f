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

/// 80 s, and 30 without sentences: holdover, and its end.
RecordedReport recorded() {
    const ScratchPath path;
    Tape tape{path.path()};
    tape.seconds(80);
    tape.seconds(30, false);
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

TEST_CASE("a time of which there is nothing") {
    const auto why = [](const RecordedReport& report, std::int64_t from) {
        return refusal<std::runtime_error>([&] { (void)report.make("file", from, {}); });
    };
    CHECK(why(recorded(), recorded().end()) == "file: holds nothing of that time");
    CHECK(why(RecordedReport{}, 0) == "file: holds nothing of that time");
}
