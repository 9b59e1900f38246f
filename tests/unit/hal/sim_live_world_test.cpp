#include "hal/src/sim/live_world.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <poll.h>
#include <set>
#include <vector>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t first = 1'800'000'000; // 2027-01-15T08:00:00Z
constexpr MonoTime start = MonoTime::from_ns(77 * ns_per_s);

class SetClock final : public Clock {
  public:
    SetClock(RealTime at_start, MonoTime now) : now_{now}, offset_{at_start.ns() - now.ns()} {}
    [[nodiscard]] MonoTime now() noexcept override { return now_; }
    [[nodiscard]] ClockOffset offset() noexcept override { return {offset_, 0}; }
    [[nodiscard]] int step_fd() const noexcept override { return -1; }
    void acknowledge_step() noexcept override {}
    [[nodiscard]] bool synchronised() noexcept override { return false; }
    void set(MonoTime t) { now_ = t; }

  private:
    MonoTime now_;
    Nanos offset_;
};

/// A receiver on a machine that was started at `at_start`, and what comes from it.
struct Live {
    explicit Live(std::string_view settings,
                  RealTime at_start = RealTime::from_ns(first * ns_per_s))
        : clock{at_start, start}, world{"sim:x", parse_live_scenario("sim:x", settings), clock,
                                        start} {}

    /// What has come `after` the start.
    std::vector<PulseEdge> edges(Nanos after) {
        clock.set(start + after);
        std::vector<PulseEdge> all;
        while (auto edge = world.read<PulseEdge>())
            all.push_back({world.to_real(edge->time), edge->polarity, {}});
        return all;
    }
    std::string bytes(Nanos after) {
        clock.set(start + after);
        std::string all;
        while (auto chunk = world.read<ByteChunk>())
            all += chunk->bytes;
        return all;
    }

    SetClock clock;
    LiveWorld world;
};

/// Whether "$text*hh" has the right hh.
bool checks(std::string_view line) {
    const auto star = line.rfind('*');
    if (!line.starts_with('$') || star == line.npos || star + 3 != line.size()) return false;
    unsigned sum = 0;
    for (const char c : line.substr(1, star - 1))
        sum ^= static_cast<unsigned char>(c);
    unsigned said = 0;
    std::from_chars(line.data() + star + 1, line.data() + line.size(), said, 16);
    return sum == said;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (auto end = text.find("\r\n"); end != text.npos; end = text.find("\r\n")) {
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 2);
    }
    CHECK(text.empty());
    return lines;
}

/// Of the first second.
std::vector<std::string> burst(std::string_view settings) {
    return lines_of(Live{settings}.bytes(900ms));
}

} // namespace

TEST_CASE("each second has its two edges, on a clock that drifts or doesn't") {
    for (const double drift : {0.0, 20.0, -500.0}) {
        const auto edges = Live{"jitter=0,drift=" + std::to_string(drift)}.edges(1000s);
        REQUIRE(edges.size() >= 1998);
        for (std::int64_t n = 0; n < 999; ++n) {
            const auto& leading = edges[static_cast<std::size_t>(2 * n)];
            const auto& trailing = edges[static_cast<std::size_t>(2 * n + 1)];
            const double gained = static_cast<double>(n) * drift * 1000; // ns
            const Nanos off = leading.time - (start + n * Nanos{1s});
            CHECK(std::abs(static_cast<double>(off.count()) - gained) < 100);
            CHECK(leading.polarity == Polarity::rising);
            CHECK(trailing.polarity == Polarity::falling);
            CHECK(trailing.time - leading.time < 100'060us); // 500 ppm of it
            CHECK(trailing.time - leading.time > 99'940us);
        }
    }
}

TEST_CASE("the first second is the next that begins, and it keeps its place if the clock drifts") {
    const auto edges =
        Live{"jitter=0,drift=1000", RealTime::from_ns(first * ns_per_s + 300'000'000)}.edges(2s);
    REQUIRE(edges.size() == 4);
    CHECK(edges[0].time == start + 700'700us);
}

TEST_CASE("a board that thinks it is 1970 gets a receiver of 2026") {
    Live live{"", RealTime::from_ns(12 * ns_per_s)};
    CHECK(live.bytes(900ms).starts_with("$GPRMC,000000.00,A,"));
    CHECK(live.bytes(1900ms).find(",010126,") != std::string::npos);
}

TEST_CASE("jitter is even, to both sides, and the same for the same seed") {
    const auto edges = Live{"drift=0,jitter=1000"}.edges(1000s);
    Nanos least{0};
    Nanos most{0};
    for (std::size_t i = 0; i + 1 < edges.size(); i += 2) {
        const Nanos off = edges[i].time - (start + static_cast<std::int64_t>(i / 2) * Nanos{1s});
        least = std::min(least, off);
        most = std::max(most, off);
    }
    CHECK(least >= -1001ns);
    CHECK(least < -900ns);
    CHECK(most <= 1001ns);
    CHECK(most > 900ns);
    const auto times = [](const char* settings) {
        std::set<std::int64_t> all;
        for (const auto& edge : Live{settings}.edges(10s))
            all.insert(edge.time.ns());
        return all;
    };
    CHECK(times("seed=2") == times("seed=2"));
    CHECK(times("seed=2") != times("seed=3"));
}

TEST_CASE("nothing comes before it is due, and then the descriptor wakes") {
    Live live{"drift=0,jitter=0"};
    CHECK(live.edges(0s).size() == 1);
    CHECK(live.edges(100ms - 1ns).empty());
    CHECK(live.edges(100ms).size() == 1);
    Live sentences{"drift=0"};
    constexpr Nanos chunk = 32 * Nanos{10s} / 9600;
    CHECK(sentences.bytes(120ms + chunk - 1us).empty());
    CHECK(sentences.bytes(120ms + chunk).size() == 32);
}

TEST_CASE("the descriptor wakes when the next is due, and not before") {
    const auto wakes = [](MonoTime at, int within) {
        SetClock clock{RealTime::from_ns(first * ns_per_s), at};
        LiveWorld world{"sim:x", parse_live_scenario("sim:x", "drift=0"), clock, at};
        CHECK_FALSE(world.read<ByteChunk>());
        pollfd waiting{world.fd(), POLLIN, 0};
        return ::poll(&waiting, 1, within) == 1;
    };
    CHECK(wakes(MonoTime::from_ns(ns_per_s), 1000)); // a second after the machine's start
    CHECK_FALSE(wakes(MonoTime::from_ns(1'000'000'000 * ns_per_s), 0));
}

TEST_CASE("a source that nothing comes from goes on") {
    Live live{"fault=no-pulses"};
    for (Nanos t = 0s; t < 1000s; t += 250ms)
        CHECK(live.edges(t).empty());
}

TEST_CASE("sentences come before their second, or two seconds after it") {
    for (const Nanos delay : {-900ms, 2000ms}) {
        Live live{"drift=0,delay=" + std::to_string(static_cast<double>(delay.count()) * 1e-9)};
        (void)live.bytes(10s + delay); // at which the eleventh burst begins
        const auto lines = lines_of(live.bytes(10s + delay + 500ms));
        REQUIRE(lines.size() == 6);
        CHECK(lines[0].starts_with("$GPRMC,080010.00,A,"));
    }
}

TEST_CASE("a burst is RMC and GGA of the second, GSA, and three GSV") {
    const auto lines = burst("drift=0");
    REQUIRE(lines.size() == 6);
    for (const auto& line : lines)
        CHECK(checks(line));
    CHECK(lines[0].starts_with("$GPRMC,080000.00,A,"));
    CHECK(lines[0].find(",150127,") != std::string::npos);
    CHECK(lines[1].starts_with("$GPGGA,080000.00,"));
    CHECK(lines[1].find(",E,1,") != std::string::npos);
    CHECK(lines[2].starts_with("$GPGSA,"));
    for (std::size_t i = 3; i < 6; ++i)
        CHECK(lines[i].starts_with("$GPGSV,"));
}

TEST_CASE("no fix: each sentence with a fix field reports none, and pulses go on") {
    const auto lines = burst("fault=no-fix");
    REQUIRE(lines.size() == 6);
    CHECK(lines[0].starts_with("$GPRMC,080000.00,V,"));
    CHECK(lines[0].substr(0, lines[0].find('*')).ends_with(",N"));
    CHECK(lines[1].find(",0,00,") != std::string::npos);
    for (const auto& line : lines)
        CHECK(checks(line));
    CHECK(Live{"drift=0,fault=no-fix"}.edges(9500ms).size() == 20);
}

TEST_CASE("an old date is 1024 weeks before: 7168 days") {
    const auto lines = burst("fault=old-date");
    CHECK(lines.at(0).starts_with("$GPRMC,080000.00,A,"));
    CHECK(lines.at(0).find(",010607,") != std::string::npos); // 2007-06-01
}

TEST_CASE("bad checksums are bad in every sentence") {
    const auto lines = lines_of(Live{"drift=0,fault=bad-checksum"}.bytes(300s));
    CHECK(lines.size() == 1800);
    for (const auto& line : lines)
        CHECK_FALSE(checks(line));
}

TEST_CASE("garbage comes in each burst, and is the same for the same seed") {
    const auto all = [](const char* settings) { return Live{settings}.bytes(20s); };
    const std::string clean = all("drift=0");
    const std::string noisy = all("drift=0,fault=garbage");
    CHECK(noisy.size() >= clean.size() + 20);
    CHECK(noisy == all("drift=0,fault=garbage"));
    CHECK(noisy != all("drift=0,fault=garbage,seed=2"));
}

TEST_CASE("what faults of the pulses and of the time of sentences do, in a thousand seconds") {
    const auto lines = lines_of(Live{"drift=0,fault=no-sentences"}.bytes(999500ms));
    CHECK(lines.size() == 1000);
    for (const auto& line : lines)
        CHECK(line.starts_with("$GPTXT,")); // which names no time
    const auto missing = Live{"drift=0,fault=missing-pulse"}.edges(999500ms).size() / 2;
    CHECK(missing > 850);
    CHECK(missing < 950);
    const auto glitches = Live{"drift=0,fault=glitches"}.edges(999500ms).size() / 2 - 1000;
    CHECK(glitches > 100);
    CHECK(glitches < 190);
    int late = 0;
    Live live{"drift=0,fault=late-label"};
    for (int n = 0; n < 1000; ++n) {
        const auto at = n * Nanos{1s};
        (void)live.bytes(at + 100ms);
        late += live.bytes(at + 300ms).empty();
    }
    CHECK(late > 25);
    CHECK(late < 75);
}
