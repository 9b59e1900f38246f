// What a receiver says of leap seconds in binary packets, beside its sentences.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::nmea {

/// Who says whether the receiver has the count of leap seconds from the sky. Without that it counts
/// with what its firmware was made with, and its seconds may be wrong.
enum class LeapWitness : std::uint8_t { pubx04, ubx_timeutc, ubx_timels, count_ };
inline constexpr std::size_t leap_witnesses = static_cast<std::size_t>(LeapWitness::count_);

struct LeapWord {
    /// The next leap second, as the satellites announce it.
    struct Next {
        int change = 0;          ///< of UTC's seconds: 1 more, 1 less, or 0: none is planned
        std::chrono::seconds in; ///< until then; meaningless where none is planned
    };
    LeapWitness witness{};
    bool count_known = false;
    int gps_minus_utc = 0;    ///< s; of ubx_timels only
    std::optional<Next> next; ///< nothing: it doesn't say
};

/// Finds whole packets with a right checksum in what stands between sentences, and keeps the newest
/// word of each witness. A packet that holds a '$' is cut by it and passed over: the next one,
/// which names another time, won't. Allocates nothing.
///
/// Source: u-blox UBX-13003221: 32.2 (framing, checksum), UBX-NAV-TIMELS, UBX-NAV-TIMEUTC.
class LeapPackets {
  public:
    void add(char byte) noexcept {
        const auto octet = static_cast<std::uint8_t>(byte);
        if (octet == sync) wanted_ = kept;
        if (wanted_ > 0) keep(octet); // a packet may be under way
    }

    /// A word that wasn't taken yet, or nothing.
    [[nodiscard]] std::optional<LeapWord> take() noexcept;

  private:
    static constexpr std::uint8_t sync = 0xb5; ///< what a packet begins with
    static constexpr std::size_t kept = 32;    ///< NAV-TIMELS: 24 bytes of payload, and 8

    void keep(std::uint8_t byte) noexcept;

    std::array<std::uint8_t, kept> last_{}; ///< bytes, round about
    std::size_t next_{0};                   ///< where the next one goes: the oldest one's place
    std::size_t wanted_{0};                 ///< bytes until no packet can be under way
    std::array<std::optional<LeapWord>, leap_witnesses> words_;
};

} // namespace ppsd::nmea
