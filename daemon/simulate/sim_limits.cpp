#include "daemon/simulate/sim_limits.hpp"

#include <fmt/format.h>

#include <limits>

namespace ppsd::app {
namespace {

double number(std::uint64_t n) {
    return static_cast<double>(n);
}

/// A run that never locks has taken for ever.
double slowest_lock(const SimFigures& f) {
    return f.never_locked > 0 ? std::numeric_limits<double>::infinity()
                              : static_cast<double>(f.slowest_lock);
}

double part(std::uint64_t some, std::uint64_t all) {
    return number(some) / number(std::max<std::uint64_t>(all, 1));
}

constexpr double half = 0.5, nearly_all = 0.99;
constexpr double ms = 1e6;

const std::array limits{
    SimLimit{"wrong", "samples that name a wrong second", false, 0.0,
             [](const SimFigures& f) { return number(f.wrong); }},
    SimLimit{"invisible", "samples that are wrong as the receiver is, without showing it", false,
             0.0, [](const SimFigures& f) { return number(f.invisible); }},
    SimLimit{"invisible-anew",
             "the same, only to who has forgotten what was before a suspend, or an hour without "
             "labels and pulses",
             false, 0.0, [](const SimFigures& f) { return number(f.invisible_anew); }},
    SimLimit{"missed", "seconds without a sample while all was well", false, 0.0,
             [](const SimFigures& f) { return number(f.missed); }},
    SimLimit{"lock-within",
             "s from the first fix to the first sample, in each run",
             false,
             {},
             slowest_lock},
    SimLimit{"coverage",
             "samples, as a part of all seconds",
             true,
             {},
             [](const SimFigures& f) { return part(f.samples, f.seconds); }},
    SimLimit{"samples",
             "samples in all",
             false,
             {},
             [](const SimFigures& f) { return number(f.samples); }},
    SimLimit{"error-median-ns",
             "of the receive time against the truth",
             false,
             {},
             [](const SimFigures& f) { return number(f.error.quantile(half)); }},
    SimLimit{"error-p99-ns",
             "the same, of 99 in 100",
             false,
             {},
             [](const SimFigures& f) { return number(f.error.quantile(nearly_all)); }},
    SimLimit{"error-max-ns",
             "the same, the largest",
             false,
             {},
             [](const SimFigures& f) { return number(f.error.largest()); }},
    SimLimit{"within-precision",
             "samples as near to the truth as their precision says, as a part of all",
             true,
             {},
             [](const SimFigures& f) { return part(f.within_precision, f.samples); }},
    SimLimit{"leap-wrong", "right samples that announce no leap second that comes, or another",
             false, 0.0, [](const SimFigures& f) { return number(f.leap_wrong); }},
    SimLimit{"nmea-wrong", "samples of the sentences' time that name a wrong second", false, 0.0,
             [](const SimFigures& f) { return number(f.nmea_wrong); }, true},
    SimLimit{"nmea-invisible",
             "the same, as the receiver is",
             false,
             {},
             [](const SimFigures& f) { return number(f.nmea_invisible); },
             true},
    SimLimit{"nmea-error-p99-ms",
             "of their receive time against the truth",
             false,
             {},
             [](const SimFigures& f) { return number(f.nmea_error.quantile(nearly_all)) / ms; },
             true},
    SimLimit{"nmea-error-max-ms",
             "the same, the largest",
             false,
             {},
             [](const SimFigures& f) { return number(f.nmea_error.largest()) / ms; },
             true},
};

} // namespace

std::span<const SimLimit> sim_limits() noexcept {
    return limits;
}

SimLimits::SimLimits() {
    for (const SimLimit& limit : limits)
        values_.push_back(limit.fallback);
}

bool SimLimits::set(std::string_view name, double value) noexcept {
    for (std::size_t i = 0; i < limits.size(); ++i) {
        if (limits[i].name != name) continue;
        values_[i] = value;
        return true;
    }
    return false;
}

std::vector<std::string> SimLimits::broken(const SimFigures& figures, bool nmea) const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < limits.size(); ++i) {
        const SimLimit& limit = limits[i];
        if (!values_[i] || (limit.nmea && !nmea)) continue;
        const double figure = limit.figure(figures);
        const bool held = limit.least ? figure >= *values_[i] : figure <= *values_[i];
        if (!held)
            lines.push_back(fmt::format("{} is {:.6g}, and the limit {:.6g}: {}", limit.name,
                                        figure, *values_[i], limit.meaning));
    }
    return lines;
}

} // namespace ppsd::app
