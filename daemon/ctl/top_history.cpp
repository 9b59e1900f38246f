#include "daemon/ctl/top_history.hpp"

#include <algorithm>
#include <cmath>

namespace ppsd::app {
namespace {

/// What was counted between two answers; all of it, if ppsd was started between them.
TopCounts difference(const TopStatus& before, const TopStatus& now) {
    TopCounts more;
    for (const auto& [name, count] : now.counts) {
        const auto old = before.counts.find(name);
        const bool same = before.pid == now.pid && old != before.counts.end();
        const std::uint64_t base = same ? std::min(old->second, count) : 0;
        if (count > base) more[name] = count - base;
    }
    return more;
}

} // namespace

TopSecond& TopHistory::next(double now) {
    // Questions are up to 1.5 s apart. After a longer pause the seconds between are unknown.
    constexpr double slack = 0.6;
    const double passed = last_at_ ? now - *last_at_ : 0;
    const double steps = std::clamp(std::ceil(passed - slack), 1.0, double{longest});
    last_at_ = now;
    for (int i = 0; i < static_cast<int>(steps); ++i)
        seconds_.emplace_back();
    while (seconds_.size() > longest)
        seconds_.pop_front();
    return seconds_.back();
}

void TopHistory::answer(const TopStatus& status, double now) {
    TopSecond& second = next(now);
    second.jitter = status.jitter_s;
    // What was given in an hour for which nobody asked is nothing of the last minute.
    if (status_ && now - answered_at_ <= static_cast<double>(minute)) {
        second.more = difference(*status_, status);
        const bool is_new =
            status.last && (!status_->last || status.last->second != status_->last->second);
        if (is_new) second.offset = status.last->offset_s;
    }
    status_ = status;
    answered_at_ = now;
    problem_.clear();
}

void TopHistory::silence(const std::string& why, double now) {
    next(now);
    problem_ = why;
}

TopCounts TopHistory::moved(std::string_view kind, std::size_t span) const {
    TopCounts sum;
    for (std::size_t i = seconds_.size() - std::min(span, seconds_.size()); i < seconds_.size();
         ++i)
        for (const auto& [name, count] : seconds_[i].more.value_or(TopCounts{}))
            if (name.starts_with(kind) && name.substr(kind.size()).starts_with(' '))
                sum[name.substr(kind.size() + 1)] += count;
    return sum;
}

std::optional<TopFigures> TopHistory::offsets(std::size_t span) const {
    std::vector<double> values;
    for (std::size_t i = seconds_.size() - std::min(span, seconds_.size()); i < seconds_.size();
         ++i)
        if (seconds_[i].offset) values.push_back(*seconds_[i].offset);
    if (values.empty()) return std::nullopt;
    const auto n = static_cast<double>(values.size());
    TopFigures figures;
    for (const double value : values)
        figures.mean += value / n;
    double squares = 0;
    for (const double value : values)
        squares += (value - figures.mean) * (value - figures.mean);
    figures.spread = std::sqrt(squares / n);
    return figures;
}

} // namespace ppsd::app
