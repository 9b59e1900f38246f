#include "daemon/observe/deviation.hpp"

#include <cmath>
#include <cstddef>

namespace ppsd {
namespace {

constexpr std::uint64_t fewest = 8;

/// Sum and number of what is known, so that gaps are left out.
struct Mean {
    double sum = 0;
    std::uint64_t n = 0;
    void add(double value) noexcept {
        if (std::isnan(value)) return;
        sum += value;
        ++n;
    }
    [[nodiscard]] double value() const noexcept { return sum / static_cast<double>(n); }
};

/// Sums of the first 0, 1, 2, … phases, and how many of them are known.
class Sums {
  public:
    explicit Sums(const std::vector<double>& phases) {
        sums_.reserve(phases.size() + 1);
        known_.reserve(phases.size() + 1);
        sums_.push_back(0);
        known_.push_back(0);
        for (const double phase : phases) {
            const bool known = !std::isnan(phase);
            sums_.push_back(sums_.back() + (known ? phase : 0));
            known_.push_back(known_.back() + (known ? 1U : 0U));
        }
    }
    /// The mean of m phases from i on; NaN if one is missing.
    [[nodiscard]] double mean(std::size_t i, std::size_t m) const noexcept {
        if (known_[i + m] - known_[i] != m) return NAN;
        return (sums_[i + m] - sums_[i]) / static_cast<double>(m);
    }

  private:
    std::vector<double> sums_;
    std::vector<std::size_t> known_;
};

constexpr double square(double value) noexcept {
    return value * value;
}

Deviation deviation(const std::vector<double>& phases, const Sums& sums, std::size_t m,
                    double step) {
    Mean allan;
    for (std::size_t i = 0; i + 2 * m < phases.size(); ++i)
        allan.add(square(phases[i + 2 * m] - 2 * phases[i + m] + phases[i]));
    Mean modified;
    for (std::size_t i = 0; i + 3 * m <= phases.size(); ++i)
        modified.add(square(sums.mean(i + 2 * m, m) - 2 * sums.mean(i + m, m) + sums.mean(i, m)));
    Deviation found;
    if (allan.n < fewest || modified.n < fewest) return found;
    found.tau = static_cast<double>(m) * step;
    found.n = allan.n;
    found.adev = std::sqrt(allan.value() / 2) / found.tau;
    found.mdev = std::sqrt(modified.value() / 2) / found.tau;
    found.tdev = found.mdev * found.tau / std::sqrt(3.0);
    return found;
}

} // namespace

std::vector<Deviation> deviations(const std::vector<double>& phases, double step) {
    const Sums sums{phases};
    std::vector<Deviation> all;
    for (std::size_t m = 1; 3 * m <= phases.size(); m *= 2)
        if (const Deviation one = deviation(phases, sums, m, step); one.n > 0) all.push_back(one);
    return all;
}

std::vector<Deviation> deviations(const Trace& offsets) {
    if (offsets.values.empty()) return {};
    const std::int64_t first = offsets.values.front().time;
    const std::int64_t steps = (offsets.values.back().time - first) / offsets.step + 1;
    std::vector<double> phases(static_cast<std::size_t>(steps), unknown);
    for (const Trace::Value& value : offsets.values)
        phases[static_cast<std::size_t>((value.time - first) / offsets.step)] = value.mean;
    return deviations(phases, static_cast<double>(offsets.step));
}

} // namespace ppsd
