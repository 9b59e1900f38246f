#include "daemon/observe/svg_plot.hpp"

#include <doctest/doctest.h>

using namespace ppsd;

namespace {

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
        ++n;
    return n;
}

Curve curve_of(const std::vector<std::pair<std::int64_t, double>>& points) {
    CurveMaker maker{0, 100, 1};
    for (const auto& [time, offset] : points) {
        Point point;
        point.time = time;
        point.values[Series::offset] = offset;
        maker.add(row_of(point));
    }
    return maker.take();
}

} // namespace

TEST_CASE("what a text holds can't become a tag or an attribute") {
    CHECK(escaped("<b a='1'>\"&\x1b\xff") == "&lt;b a=&#39;1&#39;&gt;&quot;&amp;??");
}

TEST_CASE("a curve is one line, broken where a step is missing") {
    CHECK(count(svg_curve(curve_of({{1, 0}, {2, 1e-6}, {3, 0}}), Series::offset, {}, ""),
                "<polyline") == 1);
    CHECK(count(svg_curve(curve_of({{1, 0}, {2, 1e-6}, {4, 0}, {5, 0}}), Series::offset, {}, ""),
                "<polyline") == 2);
    // A second by itself is a dot.
    CHECK(count(svg_curve(curve_of({{1, 0}, {5, 1e-6}}), Series::offset, {}, ""), "<circle") == 2);
}

TEST_CASE("the ends of the axes are where they should be") {
    // 0 and 99 of 100 s; the plot is from 84 to 888 of the picture.
    const auto svg = svg_curve(curve_of({{0, 0}, {1, 0}, {2, 0}}), Series::offset, {}, "it's");
    CHECK(count(svg, "points=\"84.0,") >= 1);
    CHECK(count(svg, "aria-label=\"it&#39;s\"") == 1);
    CHECK(svg_curve(curve_of({}), Series::offset, {}, "").empty());
    CHECK(svg_curve(curve_of({{0, 1}}), Series::jitter, {}, "").empty());
}

TEST_CASE("events are lines where they are in the time") {
    const std::vector<Event> events{{-1, "state", "bad", "before"},
                                    {50, "state", "good", "<in>"},
                                    {100, "state", "bad", "after"}};
    const auto svg = svg_curve(curve_of({{0, 1}, {1, 1}}), Series::offset, events, "");
    CHECK(count(svg, "class=\"mark\"") == 1);
    CHECK(count(svg, "<title>&lt;in&gt;</title>") == 1);
    CHECK(count(svg, "x1=\"486.0\"") >= 1); // the middle
}

TEST_CASE("a histogram has a bar for each bin, deviations a line each") {
    const Histogram histogram{0, 1e-9, {1, 4, 0}, {}};
    CHECK(count(svg_histogram(histogram, Series::offset, ""), "<rect") == 3);
    CHECK(svg_histogram({}, Series::offset, "").empty());
    const std::vector<Deviation> all{{1, 1e-8, 1e-8, 1e-8, 9}, {2, 1e-9, 0, 1e-9, 9}};
    const auto svg = svg_deviations(all, {&Deviation::adev, &Deviation::mdev}, "");
    CHECK(count(svg, "<polyline") == 2);
    CHECK(svg_deviations({}, {&Deviation::adev}, "").empty());
}
