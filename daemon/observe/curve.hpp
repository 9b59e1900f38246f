// A stretch of time in at most so many steps: what a plot shows. Pure.
#pragma once

#include "daemon/observe/series.hpp"
#include "daemon/observe/summary.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace ppsd {

/// What a step of time holds of each series; n of 0: nothing.
struct Row {
    std::int64_t time = 0; ///< its first second
    BySeries<Summary> values;
};

/// Rows whose times are multiples of `step`, ascending; those that hold nothing are missing.
struct Curve {
    std::int64_t from = 0; ///< seconds since 1970; up to `to`, which is not part of it
    std::int64_t to = 0;
    std::int64_t step = 1;
    std::vector<Row> rows;
};

/// One series' means at a level's step, where they are known; `time` ascends.
struct Trace {
    struct Value {
        std::int64_t time = 0;
        double mean = 0;
    };
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t step = 1;
    std::vector<Value> values;
};

/// Puts rows that come in the order of their times into steps.
class CurveMaker {
  public:
    CurveMaker(std::int64_t from, std::int64_t to, std::int64_t step)
        : curve_{from, to, step, {}} {}

    void add(const Row& row) {
        const std::int64_t time = row.time - ((row.time % curve_.step) + curve_.step) % curve_.step;
        if (curve_.rows.empty() || curve_.rows.back().time < time)
            curve_.rows.emplace_back().time = time;
        for (std::size_t i = 0; i < series_count; ++i) {
            const auto series = static_cast<Series>(i);
            curve_.rows.back().values[series].add(row.values[series]);
        }
    }
    [[nodiscard]] Curve take() { return std::move(curve_); }

  private:
    Curve curve_;
};

[[nodiscard]] inline Row row_of(const Point& point) {
    Row row{point.time, {}};
    for (std::size_t i = 0; i < series_count; ++i) {
        const auto series = static_cast<Series>(i);
        if (known(point.values[series])) row.values[series] = Summary::of(point.values[series]);
    }
    return row;
}

} // namespace ppsd
