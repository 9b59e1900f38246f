// The two times that are published.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hal {

/// The pulses' time, and the sentences'. Each goes to outputs of its own.
enum class Feed : std::uint8_t { pps, nmea };

inline constexpr std::array feeds{Feed::pps, Feed::nmea};

[[nodiscard]] constexpr std::string_view name(Feed feed) {
    return feed == Feed::pps ? "pps" : "nmea";
}

/// One of something for each of them, in their order.
template <class T>
struct ByFeed {
    std::array<T, feeds.size()> each{};

    [[nodiscard]] constexpr T& operator[](Feed feed) {
        return each[static_cast<std::size_t>(feed)];
    }
    [[nodiscard]] constexpr const T& operator[](Feed feed) const {
        return each[static_cast<std::size_t>(feed)];
    }
};

} // namespace hal
