#include "daemon/observe/report.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace ppsd;

namespace {

constexpr std::int64_t begin = 1'795'824'000; // 2026-11-28

/// 100 s with an offset of 1 or 3 us in each but the last 20.
Report report() {
    Report one{"a <file>", "1.0", {}, {begin, begin + 100, 1, {}}, {}};
    CurveMaker maker{begin, begin + 100, 1};
    for (int i = 0; i < 80; ++i) {
        Point point;
        point.time = begin + i;
        point.values[Series::offset] = i % 2 == 0 ? 1e-6 : 3e-6;
        maker.add(row_of(point));
        one.offsets.values.push_back({point.time, point.values[Series::offset]});
    }
    one.curve = maker.take();
    one.events = {{begin - 50, "state", "good", "locked: before"},
                  {begin + 80, "state", "bad", "no-pulses: no <pulse>"},
                  {begin + 90, "chrony", "info", "chronyd follows no source"}};
    return one;
}

bool has(const std::string& text, std::string_view what) {
    return text.find(what) != text.npos;
}

} // namespace

TEST_CASE("the verdict is the last state's, with the share of the time that had pulses") {
    Report one = report();
    CHECK(verdict_of(one).level == "bad");
    CHECK(verdict_of(one).headline == "At the end: no-pulses: no <pulse>");
    CHECK(verdict_of(one).detail == "Samples of the pulses in 80 % of the time.");
    // An event before the beginning still holds; one after the end doesn't count.
    one.events.resize(1);
    one.events.push_back({begin + 100, "state", "bad", "after"});
    CHECK(verdict_of(one).headline == "At the end: locked: before");
    one.events.clear();
    one.curve.rows.clear();
    CHECK(verdict_of(one).level == "unknown");
    CHECK(verdict_of(one).detail == "No sample of the pulses in this time.");
}

TEST_CASE("events that were before are not listed") {
    CHECK(events_shown(report()).size() == 2);
}

TEST_CASE("figures of a series") {
    CHECK(series_words(report(), Series::offset) ==
          "mean +2.00 us, spread 1.00 us, between +1.00 us and +3.00 us");
    CHECK(series_words(report(), Series::jitter).empty());
}

TEST_CASE("both ends of an axis are told apart where the range is small") {
    Report one = report();
    for (Row& row : one.curve.rows)
        for (double Summary::*value : {&Summary::mean, &Summary::low, &Summary::high})
            row.values[Series::offset].*value = row.values[Series::offset].*value / 100 + 0.4;
    const std::string text = report_text(one, 116, false);
    CHECK(has(text, "between +400.0000100 ms and +400.0000300 ms"));
    CHECK(has(text, "\n+400.0000300 ms "));
    CHECK(has(text, "\n+400.0000100 ms "));
}

TEST_CASE("text: plots, histogram, deviations and events, in no more than the columns") {
    const std::string text = report_text(report(), 116, false);
    CHECK(has(text, "At the end: no-pulses"));
    CHECK(has(text, "2026-11-28T00:00:00Z to 2026-11-28T00:01:40Z, from a <file>\n"));
    CHECK(has(text, "\nPulse offset: mean +2.00 us"));
    CHECK(has(text, "   +3.00 us "));
    CHECK_FALSE(has(text, "Pulse jitter"));
    CHECK(has(text, "Histogram of the offset: 80 of 1 s"));
    CHECK(has(text, "Stability of the offset"));
    CHECK(has(text, "2026-11-28T00:01:20Z  state       no-pulses: no <pulse>"));
    CHECK_FALSE(has(text, "before"));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (has(line, "us ")) CHECK(line.size() <= 116);
    Report none = report();
    none.note = "The clock was set.";
    CHECK(has(report_text(none, 60, false), "of the time.\nThe clock was set.\n2026-11-28T"));
    none.events.clear();
    CHECK(has(report_text(none, 60, true), "Events\nnone in this time\n"));
}

TEST_CASE("a page: nothing of a text is markup, nothing is fetched") {
    const std::string page = report_html(report());
    CHECK(has(page, "<h1 class=\"bad\">At the end: no-pulses: no &lt;pulse&gt;</h1>"));
    CHECK(has(page, "default-src 'none'"));
    CHECK(has(page, "<h2>Pulse offset</h2>"));
    CHECK_FALSE(has(page, "<h2>Pulse jitter</h2>"));
    CHECK(has(page, "<h2>Histogram of the offset</h2>"));
    CHECK(has(page, "<h2>Allan deviation</h2>"));
    CHECK(has(page, "<h2>Time deviation</h2>"));
    CHECK(has(page, "from a &lt;file&gt;; made by ppsd 1.0"));
    Report noted = report();
    noted.note = "The <clock> was set.";
    CHECK(has(report_html(noted), "<p>The &lt;clock&gt; was set.</p>\n<p class"));
    CHECK(has(page, "<li class=\"info\"><time>2026-11-28T00:01:30Z</time> chrony: chronyd"));
    for (const char* fetches : {"src=", "href=", "url(", "@import", "<script", "<pulse>"})
        CHECK_FALSE(has(page, fetches));
}
