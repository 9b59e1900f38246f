#include "daemon/nmea/ubx_packets.hpp"

#include <algorithm>
#include <bit>

namespace ppsd::nmea {
namespace {

constexpr std::size_t head_size = 6;  // b5 62, class, id, length of the payload (little-endian)
constexpr std::size_t frame_size = 8; // the head and two bytes of checksum

std::int32_t i4(std::span<const std::uint8_t> four) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8U | four[i];
    return std::bit_cast<std::int32_t>(value);
}

// Fletcher's, over all but the sync bytes and itself.
bool has_right_checksum(std::span<const std::uint8_t> packet) {
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    for (const std::uint8_t byte : packet.subspan(2, packet.size() - 4)) {
        a = static_cast<std::uint8_t>(a + byte);
        b = static_cast<std::uint8_t>(b + a);
    }
    return packet[packet.size() - 2] == a && packet.back() == b;
}

} // namespace

bool UbxPackets::is_whole(Octets packet, const Kind& kind) noexcept {
    const std::array<std::uint8_t, head_size> begin{sync,    0x62,      kind.packet_class,
                                                    kind.id, kind.size, 0};
    return std::ranges::equal(packet.first<head_size>(), begin) && has_right_checksum(packet);
}

void UbxPackets::keep(std::uint8_t byte) noexcept {
    static constexpr std::array kinds{Kind{0x01, 0x21, 20, &UbxPackets::read_timeutc},
                                      Kind{0x01, 0x26, 24, &UbxPackets::read_timels},
                                      Kind{0x0d, 0x01, 16, &UbxPackets::read_tp}};
    --wanted_;
    last_[next_] = byte;
    next_ = (next_ + 1) % kept;
    for (const Kind& kind : kinds) {
        const std::size_t size = kind.size + frame_size;
        if (last_[(next_ + kept - size) % kept] != sync) continue;
        std::array<std::uint8_t, kept> in_order{};
        std::ranges::rotate_copy(last_, last_.begin() + static_cast<std::ptrdiff_t>(next_),
                                 in_order.begin());
        const Octets packet = Octets{in_order}.last(size);
        if (is_whole(packet, kind)) (this->*kind.read)(packet.subspan(head_size, kind.size));
    }
}

void UbxPackets::read_timeutc(Octets payload) noexcept {
    constexpr unsigned valid_utc = 4;
    note({LeapWitness::ubx_timeutc, (payload[19] & valid_utc) != 0, 0, {}});
}

// Sources of the present count: 0 is the firmware, 255 unknown; between them satellites, and what
// its owner gave it.
void UbxPackets::read_timels(Octets payload) noexcept {
    constexpr unsigned valid_count = 1;
    constexpr unsigned valid_next = 2;
    const unsigned valid = payload[23];
    const bool known = (valid & valid_count) != 0 && payload[8] != 0 && payload[8] != 255;
    LeapWord word{LeapWitness::ubx_timels, known, std::bit_cast<std::int8_t>(payload[9]), {}};
    const int change = std::bit_cast<std::int8_t>(payload[11]);
    const bool has_source = payload[10] != 0;
    if (has_source && (valid & valid_next) != 0 && change >= -1 && change <= 1)
        word.next = LeapWord::Next{change, std::chrono::seconds{i4(payload.subspan(12, 4))}};
    note(word);
}

void UbxPackets::read_tp(Octets payload) noexcept {
    constexpr unsigned error_invalid = 0x10;
    constexpr std::int32_t ps_per_ns = 1000;
    if ((payload[14] & error_invalid) != 0) return;
    const std::int32_t ps = i4(payload.subspan(8, 4));
    const std::int32_t half = ps < 0 ? -ps_per_ns / 2 : ps_per_ns / 2;
    if (ps < -ps_per_ns * most_early.count() || ps > ps_per_ns * most_early.count()) return;
    pulse_early_ = hal::Nanos{(ps + half) / ps_per_ns};
}

std::optional<LeapWord> UbxPackets::take_leap_word() noexcept {
    for (auto& word : words_)
        if (word) return std::exchange(word, std::nullopt);
    return std::nullopt;
}

} // namespace ppsd::nmea
