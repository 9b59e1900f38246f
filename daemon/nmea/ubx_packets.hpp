// What a u-blox receiver says of time in binary packets, beside its sentences.
#pragma once

#include "hal/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

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
/// Source: u-blox UBX-13003221: 32.2 (framing, checksum), UBX-NAV-TIMELS, UBX-NAV-TIMEUTC,
/// UBX-TIM-TP; UBX-18010854 has TIM-TP's flag qErrInvalid.
class UbxPackets {
  public:
    void add(char byte) noexcept {
        const auto octet = static_cast<std::uint8_t>(byte);
        if (octet == sync) wanted_ = kept;
        if (wanted_ > 0) keep(octet); // a packet may be under way
    }

    /// A word that wasn't taken yet, or nothing.
    [[nodiscard]] std::optional<LeapWord> take_leap_word() noexcept;

    /// How much before the true second the receiver's next pulse comes, since it can begin only
    /// with a tick of the receiver's own clock; below 0: after it. Nothing: it said nothing new, or
    /// what can't be.
    ///
    /// u-blox doesn't say which sign that is (qErr): to be added to the pulse's time, by a
    /// measurement against a better clock, A. Wallin, "uBlox F9T qErr correction", 2019.
    [[nodiscard]] std::optional<hal::Nanos> take_pulse_early() noexcept {
        return std::exchange(pulse_early_, std::nullopt);
    }

    /// More than a tick of any such clock: u-blox' lie between 10 and 50 ns.
    static constexpr hal::Nanos most_early{100};

  private:
    static constexpr std::uint8_t sync = 0xb5; ///< what a packet begins with
    static constexpr std::size_t kept = 32;    ///< NAV-TIMELS: 24 bytes of payload, and 8

    using Octets = std::span<const std::uint8_t>;
    struct Kind {
        std::uint8_t packet_class;
        std::uint8_t id;
        std::uint8_t size; ///< of the payload
        void (UbxPackets::*read)(Octets payload) noexcept;
    };

    [[nodiscard]] static bool is_whole(Octets packet, const Kind& kind) noexcept;
    void keep(std::uint8_t byte) noexcept;
    void read_timeutc(Octets payload) noexcept;
    void read_timels(Octets payload) noexcept;
    void read_tp(Octets payload) noexcept;
    void note(const LeapWord& word) noexcept {
        words_[static_cast<std::size_t>(word.witness)] = word;
    }

    std::array<std::uint8_t, kept> last_{}; ///< bytes, round about
    std::size_t next_{0};                   ///< where the next one goes: the oldest one's place
    std::size_t wanted_{0};                 ///< bytes until no packet can be under way
    std::array<std::optional<LeapWord>, leap_witnesses> words_;
    std::optional<hal::Nanos> pulse_early_;
};

} // namespace ppsd::nmea
