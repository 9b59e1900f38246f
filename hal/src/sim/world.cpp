#include "sim/world.hpp"

#include "hal/error.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace hal::sim {
namespace {

constexpr std::array<std::string_view, fault_count> fault_names{
    "no-fix",        "no-pulses", "no-sentences", "bad-checksum", "garbage",
    "missing-pulse", "glitches",  "late-label",   "old-date"};

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

/// Reads one setting after another, for messages that name what the user wrote.
class SettingsReader {
  public:
    explicit SettingsReader(const std::string& name) : name_{name} {}

    void read(std::string_view key, std::string_view value) {
        if (key == "drift")
            settings.drift_ppm = number(key, value, -1000, 1000);
        else if (key == "delay")
            settings.delay = seconds(number(key, value, -0.9, 2));
        else if (key == "jitter")
            settings.jitter = Nanos{std::lround(number(key, value, 0, 1e8))};
        else if (key == "width")
            settings.width = seconds(number(key, value, 1e-6, 0.999));
        else if (key == "polarity")
            settings.falling = polarity(value);
        else if (key == "seed")
            settings.seed = static_cast<std::uint64_t>(number(key, value, 0, 1e9));
        else if (key == "fault")
            faults(value);
        else
            throw UsageError(fmt::format("{}: unknown key '{}'; known are drift, delay, jitter, "
                                         "width, polarity, seed, fault",
                                         name_, key));
    }

    Settings settings;

  private:
    [[nodiscard]] double number(std::string_view key, std::string_view value, double low,
                                double high) const {
        double result = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), result);
        const bool whole = error == std::errc{} && end == value.data() + value.size();
        if (!whole || !(result >= low && result <= high))
            throw UsageError(fmt::format("{}: {}={} is not a number from {} to {}", name_, key,
                                         value, low, high));
        return result;
    }

    [[nodiscard]] static Nanos seconds(double s) { return Nanos{std::llround(s * 1e9)}; }

    [[nodiscard]] bool polarity(std::string_view value) const {
        if (value == "rising" || value == "falling") return value == "falling";
        throw UsageError(
            fmt::format("{}: polarity={} is neither rising nor falling", name_, value));
    }

    void faults(std::string_view value) {
        for (const auto fault : split(value, '+')) {
            std::size_t i = 0;
            while (i < fault_count && fault_names[i] != fault)
                ++i;
            if (i == fault_count)
                throw UsageError(fmt::format("{}: unknown fault '{}'; known are {}", name_, fault,
                                             fmt::join(fault_names, ", ")));
            settings.faults.set(i);
        }
    }

    const std::string& name_;
};

constexpr std::int64_t second_ns = 1'000'000'000;
// A board without a real-time clock starts in 1970, where no receiver ever was.
constexpr std::int64_t earliest = 1'767'225'600; // 2026-01-01

} // namespace

Settings parse_settings(const std::string& name, std::string_view text) {
    SettingsReader reader{name};
    for (const auto part : split(text, ',')) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            throw UsageError(fmt::format("{}: '{}' is not KEY=VALUE", name, part));
        reader.read(part.substr(0, equals), part.substr(equals + 1));
    }
    return reader.settings;
}

World::World(const Settings& settings, MonoTime start, RealTime system_time)
    : rate_{1 + settings.drift_ppm * 1e-6}, start_{start},
      utc_at_start_ns_{std::max(system_time.ns(), earliest * second_ns)} {}

// Only the distance from the start goes through a double: 2^53 ns are a hundred days.
MonoTime World::begin_of(UtcSecond second) const {
    const std::int64_t true_ns = second.posix() * second_ns - utc_at_start_ns_;
    const double drifted = static_cast<double>(true_ns) * (rate_ - 1);
    return start_ + Nanos{true_ns + std::llround(drifted)};
}

UtcSecond World::first_from(MonoTime t) const {
    const double true_ns = static_cast<double>((t - start_).count()) / rate_;
    const std::int64_t utc_ns = utc_at_start_ns_ + std::llround(true_ns);
    UtcSecond second = UtcSecond::from_posix(utc_ns / second_ns - 1);
    while (begin_of(second) < t)
        second = second + 1;
    return second;
}

} // namespace hal::sim
