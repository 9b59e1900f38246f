#include "daemon/nmea/leap_packets.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace ppsd::nmea {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t head_size = 6;  // b5 62, class, id, length of the payload (little-endian)
constexpr std::size_t frame_size = 8; // the head and two bytes of checksum
constexpr std::uint8_t nav_class = 0x01;

struct PacketKind {
    std::uint8_t id;
    std::uint8_t size; ///< of the payload
    LeapWord (*read)(Octets payload);
};

LeapWord read_timeutc(Octets payload) {
    constexpr unsigned valid_utc = 4;
    return {LeapWitness::ubx_timeutc, (payload[19] & valid_utc) != 0, 0, {}};
}

std::int32_t i4(Octets four) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8U | four[i];
    return std::bit_cast<std::int32_t>(value);
}

// Sources of the present count: 0 is the firmware, 255 unknown; between them satellites, and what
// its owner gave it.
LeapWord read_timels(Octets payload) {
    constexpr unsigned valid_count = 1;
    constexpr unsigned valid_next = 2;
    const unsigned valid = payload[23];
    const bool known = (valid & valid_count) != 0 && payload[8] != 0 && payload[8] != 255;
    LeapWord word{LeapWitness::ubx_timels, known, std::bit_cast<std::int8_t>(payload[9]), {}};
    const int change = std::bit_cast<std::int8_t>(payload[11]);
    const bool has_source = payload[10] != 0;
    if (has_source && (valid & valid_next) != 0 && change >= -1 && change <= 1)
        word.next = LeapWord::Next{change, std::chrono::seconds{i4(payload.subspan(12, 4))}};
    return word;
}

constexpr std::array packet_kinds{PacketKind{0x21, 20, read_timeutc},
                                  PacketKind{0x26, 24, read_timels}};

// Fletcher's, over all but the sync bytes and itself.
bool has_right_checksum(Octets packet) {
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    for (const std::uint8_t byte : packet.subspan(2, packet.size() - 4)) {
        a = static_cast<std::uint8_t>(a + byte);
        b = static_cast<std::uint8_t>(b + a);
    }
    return packet[packet.size() - 2] == a && packet.back() == b;
}

bool begins_as(Octets packet, const PacketKind& kind) {
    const std::array<std::uint8_t, head_size> begin{0xb5, 0x62, nav_class, kind.id, kind.size, 0};
    return std::ranges::equal(packet.first<head_size>(), begin);
}

} // namespace

void LeapPackets::keep(std::uint8_t byte) noexcept {
    --wanted_;
    last_[next_] = byte;
    next_ = (next_ + 1) % kept;
    for (const PacketKind& kind : packet_kinds) {
        const std::size_t size = kind.size + frame_size;
        if (last_[(next_ + kept - size) % kept] != sync) continue;
        std::array<std::uint8_t, kept> in_order{};
        std::ranges::rotate_copy(last_, last_.begin() + static_cast<std::ptrdiff_t>(next_),
                                 in_order.begin());
        const Octets packet = Octets{in_order}.last(size);
        if (!begins_as(packet, kind) || !has_right_checksum(packet)) continue;
        const LeapWord word = kind.read(packet.subspan(head_size, kind.size));
        words_[static_cast<std::size_t>(word.witness)] = word;
    }
}

std::optional<LeapWord> LeapPackets::take() noexcept {
    for (auto& word : words_)
        if (word) return std::exchange(word, std::nullopt);
    return std::nullopt;
}

} // namespace ppsd::nmea
