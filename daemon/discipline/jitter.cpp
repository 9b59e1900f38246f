#include "daemon/discipline/jitter.hpp"

#include <algorithm>

namespace ppsd::discipline {

using namespace hal;

namespace {
constexpr std::size_t fewest = 8;
} // namespace

void Jitter::add(Nanos value) noexcept {
    values_[count_++ % window] = value;
}

Nanos Jitter::deviation() const noexcept {
    if (count_ < fewest) return 0ns;
    const std::size_t known = std::min(count_, window);
    std::array<Nanos, window> residuals{};
    for (std::size_t i = 1; i + 1 < known; ++i) {
        const auto value = [&](std::size_t at) { return values_[(count_ - known + at) % window]; };
        const Nanos middle = value(i - 1) + (value(i + 1) - value(i - 1)) / 2;
        residuals[i - 1] = value(i) < middle ? middle - value(i) : value(i) - middle;
    }
    const auto median = residuals.begin() + static_cast<std::ptrdiff_t>((known - 2) / 2);
    std::nth_element(residuals.begin(), median,
                     residuals.begin() + static_cast<std::ptrdiff_t>(known - 2));
    return *median;
}

int Jitter::precision() const noexcept {
    if (count_ < fewest) return before_known_;
    const Nanos scatter = deviation();
    int log2 = -30;
    // 2^log2 s in nanoseconds, until it reaches the scatter.
    while (log2 < 0 && (std::int64_t{1'000'000'000} >> -log2) < scatter.count())
        ++log2;
    return log2;
}

} // namespace ppsd::discipline
