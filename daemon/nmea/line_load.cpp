#include "daemon/nmea/line_load.hpp"

#include <algorithm>

namespace ppsd::nmea {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t bits_per_byte = 10; // a start bit, eight, a stop bit

} // namespace

void LineLoad::add(std::size_t size, hal::OscTime now) {
    if (baud_ <= 0) return;
    if (!start_) {
        start_ = second_began_ = now;
        add_second({now, 0ns});
        return;
    }
    sent_ += std::chrono::nanoseconds{static_cast<std::int64_t>(size) * bits_per_byte *
                                      1'000'000'000 / baud_};
    const Reading reading{now, now - *start_ - sent_};
    if (now - second_began_ >= 1s) {
        second_began_ = now;
        judge();
        return add_second(reading);
    }
    Reading& newest = readings_[(count_ - 1) % readings_.size()];
    if (reading.idle <= newest.idle) newest = reading;
}

void LineLoad::add_second(const Reading& reading) {
    readings_[count_++ % readings_.size()] = reading;
}

void LineLoad::judge() {
    const auto now = share(seconds);
    const auto lately = share(fewest_seconds);
    if (!now || !limited()) return;
    fast_ = *now > fast ? fast_ + 1 : 0;
    const bool no_pause = *lately >= no_pause_from && *lately <= fast;
    if (*now <= fast) full_ = no_pause || *now >= (full_ ? full_until : full_from);
}

std::optional<double> LineLoad::load() const {
    const auto now = limited() ? share(seconds) : std::nullopt;
    return now ? std::optional{std::clamp(*now, 0.0, 1.0)} : std::nullopt;
}

std::optional<double> LineLoad::share(std::size_t span_seconds) const {
    if (count_ <= fewest_seconds) return std::nullopt;
    const std::size_t kept = std::min(count_, span_seconds + 1);
    const Reading& newest = readings_[(count_ - 1) % readings_.size()];
    const Reading& oldest = readings_[(count_ - kept) % readings_.size()];
    const auto span = std::chrono::duration<double>(newest.when - oldest.when);
    const auto idle = std::chrono::duration<double>(newest.idle - oldest.idle);
    return 1 - idle / span;
}

} // namespace ppsd::nmea
