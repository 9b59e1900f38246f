#include "daemon/observe/svg_plot.hpp"

#include "daemon/observe/value_text.hpp"
#include "daemon/text/scaled.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <iterator>
#include <optional>

namespace ppsd {
namespace {

// Of the picture and of what is left free around the plot, in its own units.
constexpr double width = 900;
constexpr double height = 240;
constexpr double left = 84;
constexpr double right = 12;
constexpr double top = 10;
constexpr double bottom = 30;

/// From a value to a place between two.
struct Scale {
    double low = 0;
    double high = 1;
    double from = 0; ///< where low is
    double to = 1;
    [[nodiscard]] double operator()(double value) const noexcept {
        return from + (value - low) / (high - low) * (to - from);
    }
};

Scale across(double low, double high) noexcept {
    return {low, high, left, width - right};
}
Scale upwards(double low, double high) noexcept {
    return {low, high, height - bottom, top};
}

std::string text(double x, double y, const char* anchor, std::string_view words) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                       escaped(words));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view kind) {
    return fmt::format(
        "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>", kind, x1,
        y1, x2, y2);
}

std::string grid_across(const std::vector<Tick>& ticks, const Scale& y) {
    std::string svg;
    for (const Tick& tick : ticks)
        svg += line(left, y(tick.value), width - right, y(tick.value), "grid") +
               text(left - 6, y(tick.value) + 4, "end", tick.label);
    return svg;
}

std::string grid_up(const std::vector<Tick>& ticks, const Scale& x) {
    constexpr double half_a_label = 34;
    std::string svg;
    for (const Tick& tick : ticks) {
        svg += line(x(tick.value), top, x(tick.value), height - bottom, "grid");
        if (x(tick.value) < width - half_a_label)
            svg += text(x(tick.value), height - bottom + 18, "middle", tick.label);
    }
    return svg;
}

std::string picture(const std::string& inside, std::string_view label) {
    return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">{}</svg>\n",
                       width, height, escaped(label), inside);
}

void add_point(std::string& path, double x, double y) {
    fmt::format_to(std::back_inserter(path), "{}{:.1f},{:.1f}", path.empty() ? "" : " ", x, y);
}

/// Rows that follow each other without a gap.
class Piece {
  public:
    void add(double x, double mean, double low, double high) {
        add_point(means_, x, mean);
        add_point(upper_, x, high);
        lower_.emplace_back(x, low);
    }
    [[nodiscard]] std::string svg() {
        std::string outline = upper_;
        for (auto point = lower_.rbegin(); point != lower_.rend(); ++point)
            add_point(outline, point->first, point->second);
        if (lower_.size() == 1)
            return fmt::format("<circle class=\"line\" cx=\"{:.1f}\" cy=\"{}\" r=\"1\"/>",
                               lower_.front().first, means_.substr(means_.find(',') + 1));
        return fmt::format("<polygon class=\"band\" points=\"{}\"/><polyline class=\"line\" "
                           "points=\"{}\"/>",
                           outline, means_);
    }
    [[nodiscard]] bool empty() const noexcept { return lower_.empty(); }

  private:
    std::string means_;
    std::string upper_;
    std::vector<std::pair<double, double>> lower_;
};

std::string pieces(const Curve& curve, Series series, const Scale& x, const Scale& y) {
    std::string svg;
    std::optional<Piece> piece;
    std::int64_t last = 0;
    for (const Row& row : curve.rows) {
        const Summary& value = row.values[series];
        if (value.n == 0) continue;
        if (piece && row.time - last > curve.step * 3 / 2) svg += std::exchange(piece, {})->svg();
        if (!piece) piece.emplace();
        piece->add(x(static_cast<double>(std::clamp(row.time, curve.from, curve.to))),
                   y(value.mean), y(value.low), y(value.high));
        last = row.time;
    }
    return piece ? svg + piece->svg() : svg;
}

std::optional<Summary> total(const Curve& curve, Series series) {
    Summary all;
    for (const Row& row : curve.rows)
        all.add(row.values[series]);
    return all.n > 0 ? std::optional{all} : std::nullopt;
}

std::string event_lines(const Curve& curve, const std::vector<Event>& events, const Scale& x) {
    std::string svg;
    for (const Event& event : events) {
        if (event.time < curve.from || event.time >= curve.to) continue;
        const double at = x(static_cast<double>(event.time));
        svg += fmt::format("<g class=\"event {}\"><title>{}</title>{}</g>", escaped(event.level),
                           escaped(event.text), line(at, top, at, height - bottom, "mark"));
    }
    return svg;
}

std::string polyline(const std::vector<Deviation>& all, double Deviation::*what, const Scale& x,
                     const Scale& y, std::size_t number) {
    std::string points;
    for (const Deviation& one : all)
        if (one.*what > 0) add_point(points, x(std::log10(one.tau)), y(std::log10(one.*what)));
    return fmt::format("<polyline class=\"line colour-{}\" points=\"{}\"/>", number, points);
}

std::vector<Tick> decades(double low, double high, std::string_view unit) {
    std::vector<Tick> ticks;
    for (double power = std::ceil(low); power <= high; ++power)
        ticks.push_back({power, fmt::format("1e{:.0f}{}", power, unit)});
    return ticks;
}

} // namespace

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text)
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        case '\'':
            safe += "&#39;";
            break;
        default:
            safe += c >= ' ' && c <= '~' ? c : '?';
        }
    return safe;
}

std::string svg_curve(const Curve& curve, Series series, const std::vector<Event>& events,
                      std::string_view label) {
    const auto all = total(curve, series);
    if (!all) return {};
    const double spare = all->high > all->low
                             ? (all->high - all->low) * 0.05
                             : std::max(info(series).step, std::abs(all->low) * 0.1);
    const Scale x = across(static_cast<double>(curve.from), static_cast<double>(curve.to));
    const Scale y = upwards(all->low - spare, all->high + spare);
    return picture(grid_across(value_ticks(series, y.low, y.high, 5), y) +
                       grid_up(time_ticks(x.low, x.high, 9), x) + event_lines(curve, events, x) +
                       pieces(curve, series, x, y),
                   label);
}

std::string svg_histogram(const Histogram& histogram, Series series, std::string_view label) {
    if (histogram.counts.empty()) return {};
    const auto bins = static_cast<double>(histogram.counts.size());
    const auto most = static_cast<double>(*std::ranges::max_element(histogram.counts));
    const Scale x = across(histogram.low, histogram.low + bins * histogram.width);
    const Scale y = upwards(0, most);
    std::string bars;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const double from = x(histogram.low + static_cast<double>(i) * histogram.width);
        const double at = y(static_cast<double>(histogram.counts[i]));
        bars += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                            from, at, (width - left - right) / bins - 1, height - bottom - at);
    }
    return picture(grid_across(value_ticks(Series::satellites, 0, most, 4), y) +
                       grid_up(value_ticks(series, x.low, x.high, 8), x) + bars,
                   label);
}

std::string svg_deviations(const std::vector<Deviation>& all,
                           const std::vector<double Deviation::*>& what, std::string_view label) {
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    for (const Deviation& one : all)
        for (const auto member : what)
            if (one.*member > 0) {
                low = std::min(low, std::floor(std::log10(one.*member)));
                high = std::max(high, std::ceil(std::log10(one.*member)));
            }
    if (!(low <= high)) return {};
    const Scale x = across(std::log10(all.front().tau),
                           std::max(std::log10(all.back().tau), std::log10(all.front().tau) + 1));
    const Scale y = upwards(low, std::max(high, low + 1));
    std::string lines;
    for (std::size_t i = 0; i < what.size(); ++i)
        lines += polyline(all, what[i], x, y, i);
    return picture(grid_across(decades(y.low, y.high, ""), y) +
                       grid_up(decades(x.low, x.high, " s"), x) + lines,
                   label);
}

} // namespace ppsd
