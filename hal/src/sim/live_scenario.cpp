#include "sim/live_scenario.hpp"

#include "hal/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>
#include <vector>

namespace hal::sim {
namespace {

/// A setting that is a key of the world by a shorter name.
struct ShortName {
    std::string_view name;
    Key key;
    std::string_view words; ///< of a number none
    Range limits;
};
consteval ShortName short_name(const char* name, Key key) {
    const KeyInfo& row = info(key);
    return {name, key, row.kind == Kind::word ? row.unit : "", row.limits};
}
// Made when it is compiled, so that the table of all keys isn't in the daemon.
constexpr std::array short_names{
    short_name("drift", "clock.drift"), short_name("delay", "nmea.delay"),
    short_name("width", "pps.width"), short_name("polarity", "pps.polarity")};

// Sentences that name no time, as one of the sets: bytes come all the same.
constexpr double only_txt = 1;

/// What can be wrong with the receiver, by the names that `fault=` takes.
struct LiveFault {
    std::string_view name;
    Key key;
    double value;
};
constexpr std::array faults{
    LiveFault{"no-fix", "receiver.fix", 0},
    LiveFault{"no-pulses", "pps.pulses", static_cast<double>(Pulses::never)},
    LiveFault{"no-sentences", "nmea.sentences", only_txt},
    LiveFault{"bad-checksum", "nmea.bad-checksum", 1},
    LiveFault{"garbage", "nmea.garbage", 1},
    LiveFault{"missing-pulse", "line.missing", 0.1},
    LiveFault{"glitches", "line.glitches", 1.0 / 7},
    LiveFault{"late-label", "nmea.late", 0.05},
    LiveFault{"old-date", "receiver.rollovers", 1},
};

// What scatters in an ordinary world is still here, so that a setting does what it says and no
// more.
constexpr std::array still{
    Key{"clock.walk"},   Key{"clock.swing"},       Key{"latency.least"},      Key{"latency.usual"},
    Key{"latency.tail"}, Key{"latency.load"},      Key{"latency.wake"},       Key{"pps.jitter"},
    Key{"pps.sawtooth"}, Key{"nmea.delay-jitter"}, Key{"receiver.fix-after"},
};

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
class Reader {
  public:
    explicit Reader(const std::string& name) : name_{name} {
        live.scenario.sentence_sets.push_back({SentenceType::txt});
        Parameters& base = live.scenario.base;
        for (const Key key : still)
            base.set(key, 0);
        base.set("receiver.before-fix", static_cast<double>(BeforeFix::rtc));
    }

    void read(std::string_view setting, std::string_view value) {
        Parameters& base = live.scenario.base;
        const auto found = std::ranges::find(short_names, setting, &ShortName::name);
        if (found != short_names.end()) {
            base.set(found->key, value_of(*found, value));
        } else if (setting == "jitter") { // evenly, to both sides
            const double jitter = number(setting, value, {0, 1e8});
            base.set("pps.late-uniform", 2 * jitter);
            base.set("pps.bias", -jitter);
        } else if (setting == "seed") {
            live.seed = static_cast<std::uint64_t>(number(setting, value, {0, 1e9}));
        } else if (setting == "fault") {
            read_faults(value);
        } else {
            throw UsageError(fmt::format("{}: unknown key '{}'; known are drift, delay, jitter, "
                                         "width, polarity, seed, fault",
                                         name_, setting));
        }
    }

    LiveScenario live;

  private:
    [[nodiscard]] double value_of(const ShortName& setting, std::string_view value) const {
        if (setting.words.empty()) return number(setting.name, value, setting.limits);
        if (const auto place = place_of(value, setting.words)) return *place;
        throw UsageError(fmt::format("{}: {}={}: one of {} is wanted", name_, setting.name, value,
                                     setting.words));
    }

    [[nodiscard]] double number(std::string_view setting, std::string_view value,
                                Range limits) const {
        double result = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), result);
        const bool whole = error == std::errc{} && end == value.data() + value.size();
        if (!whole || !(result >= limits.low && result <= limits.high))
            throw UsageError(fmt::format("{}: {}={} is not a number from {} to {}", name_, setting,
                                         value, limits.low, limits.high));
        return result;
    }

    void read_faults(std::string_view value) {
        for (const auto name : split(value, '+')) {
            const auto fault = std::ranges::find(faults, name, &LiveFault::name);
            if (fault == faults.end()) {
                std::vector<std::string_view> known;
                for (const LiveFault& other : faults)
                    known.push_back(other.name);
                throw UsageError(fmt::format("{}: unknown fault '{}'; known are {}", name_, name,
                                             fmt::join(known, ", ")));
            }
            live.scenario.base.set(fault->key, fault->value);
        }
    }

    const std::string& name_;
};

} // namespace

LiveScenario parse_live_scenario(const std::string& name, std::string_view text) {
    Reader reader{name};
    reader.read("jitter", "1000");
    for (const auto part : split(text, ',')) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            throw UsageError(fmt::format("{}: '{}' is not KEY=VALUE", name, part));
        reader.read(part.substr(0, equals), part.substr(equals + 1));
    }
    return std::move(reader.live);
}

} // namespace hal::sim
