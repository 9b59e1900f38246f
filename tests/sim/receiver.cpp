#include "tests/sim/receiver.hpp"

#include "tests/unit/support/sentences.hpp"

#include <algorithm>
#include <array>

namespace ppsd::sim {
namespace {

constexpr Nanos byte_time = Nanos{1s} / 960; // 9600 baud
constexpr std::size_t chunk_size = 64;

} // namespace

std::string_view name(Fault fault) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::count_)> names{
        "none",         "no-pulses",      "missing-pulses", "late-edges",  "glitches",
        "no-bursts",    "missing-bursts", "late-bursts",    "slow-bursts", "no-fix",
        "wrong-second", "garbage",        "clock-step",     "stall"};
    return names[static_cast<std::size_t>(fault)];
}

// Where arrivals were scattered all over the second, it takes longer.
std::int64_t settling(Fault fault) {
    const bool scattered =
        fault == Fault::late_bursts || fault == Fault::slow_bursts || fault == Fault::stall;
    return scattered ? 20 : 10;
}

Truth::Truth(std::int64_t seconds, MonoTime start, Random& random) {
    constexpr std::int64_t ns_per_ppm = 1000;
    std::int64_t fast = random.between(-500, 500) * ns_per_ppm; // ns a second
    for (std::int64_t n = 0; n < seconds; ++n) {
        begins_.push_back(start);
        fast = std::clamp(fast + random.between(-1000, 1000), -500 * ns_per_ppm, 500 * ns_per_ppm);
        start = start + 1s + Nanos{fast};
    }
}

Schedule::Schedule(std::int64_t seconds, Random& random) {
    const auto size = static_cast<std::size_t>(seconds);
    while (faults_.size() < size) {
        faults_.resize(faults_.size() + static_cast<std::size_t>(random.between(15, 60)));
        constexpr auto last = static_cast<std::int64_t>(Fault::count_) - 1;
        const auto fault = static_cast<Fault>(random.between(1, last));
        const auto longest = random.one_in(2) ? 4 : 40;
        faults_.resize(faults_.size() + static_cast<std::size_t>(random.between(1, longest)),
                       fault);
        ++episodes_;
    }
    faults_.resize(size);
}

bool Schedule::quiet(std::int64_t n) const {
    constexpr std::int64_t longest = 20;
    if (n < longest || n + 1 >= static_cast<std::int64_t>(faults_.size())) return false;
    for (std::int64_t m = n - longest; m <= n + 1; ++m)
        if (at(m) != Fault::none && m + settling(at(m)) >= n) return false;
    return true;
}

std::int64_t Schedule::end_of_episode(std::int64_t n) const {
    const Fault fault = at(n);
    while (n < static_cast<std::int64_t>(faults_.size()) && at(n) == fault)
        ++n;
    return n;
}

Receiver::Receiver(const Truth& truth, UtcSecond first, Random& random)
    : truth_{truth}, first_{first}, random_{random}, delay_{random.between(200ms, 450ms)} {}

void Receiver::second(std::int64_t n, Fault fault, std::priority_queue<Event>& events) {
    pulse(n, fault, events);
    burst(n, fault, events);
}

void Receiver::pulse(std::int64_t n, Fault fault, std::priority_queue<Event>& events) {
    const bool late = fault == Fault::late_edges && random_.one_in(3);
    const Nanos latency = random_.between(0ns, 5us) + (late ? 200us : 0us);
    if (fault == Fault::glitches && random_.one_in(3))
        events.push({truth_.begin(n) + random_.between(1ms, 990ms), 2 * n, {}});
    if (fault == Fault::no_pulses || (fault == Fault::missing_pulses && random_.one_in(2))) return;
    events.push({truth_.begin(n) + latency, 2 * n, {}});
}

void Receiver::burst(std::int64_t n, Fault fault, std::priority_queue<Event>& events) {
    if (fault == Fault::no_bursts || (fault == Fault::missing_bursts && random_.one_in(2))) return;
    Nanos scatter = random_.between(0ns, 30ms);
    if (fault == Fault::late_bursts && random_.one_in(2)) scatter += random_.between(0ns, 2500ms);
    if (fault == Fault::slow_bursts) scatter += 1s;
    MonoTime t = std::max(truth_.begin(n) + delay_ + scatter, line_free_);
    const std::string bytes = text(n, fault);
    for (std::size_t at = 0; at < bytes.size(); at += chunk_size) {
        const auto chunk = bytes.substr(at, chunk_size);
        events.push({t, 2 * n + 1, chunk});
        t = t + static_cast<std::int64_t>(chunk.size()) * byte_time;
    }
    line_free_ = t;
}

std::string Receiver::text(std::int64_t n, Fault fault) {
    const bool fix = fault != Fault::no_fix;
    UtcSecond said = first_ + n;
    if (fault == Fault::wrong_second && random_.one_in(3))
        said = said + (random_.one_in(2) ? random_.between(-3, 3) : random_.between(-9999, 9999));
    std::string bytes =
        app::test::rmc(said, fix ? "A" : "V") + app::test::gga(said, fix ? "1" : "0");
    for (int i = 0; i < 4; ++i)
        bytes += nmea::test::seal(nmea::test::gsv_text);
    if (fault == Fault::garbage) spoil(bytes);
    return bytes;
}

void Receiver::spoil(std::string& bytes) {
    const auto any_byte = [this] { return static_cast<char>(random_.between(0, 255)); };
    const auto anywhere = [&] {
        return static_cast<std::size_t>(
            random_.between(0, static_cast<std::int64_t>(bytes.size()) - 1));
    };
    // Digits for digits, and in pairs: now and then the checksum is right all the same.
    for (auto i = random_.between(0, 6); i > 0; --i)
        bytes[anywhere()] =
            random_.one_in(2) ? any_byte() : static_cast<char>('0' + random_.between(0, 9));
    for (auto i = random_.between(0, 20); i > 0; --i)
        bytes.insert(anywhere(), 1, any_byte());
}

} // namespace ppsd::sim
