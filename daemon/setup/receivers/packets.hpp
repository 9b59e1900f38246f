// Frames of the protocols in which receivers are asked and set: takes them out of a stream of bytes
// and makes them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::receivers {

/// How a packet is framed. Sources:
///
/// - text: NMEA 0183 5.3, "$text*hh"; Unicore's answers ("$command,…", "$CONFIG,…") have the '$' in
///   their checksum, too (Reference Commands Manual for N4 products R1.4, 2.2).
/// - log: Unicore's ASCII logs, "#text*hhhhhhhh" with a CRC-32 (the same, 7.1)
/// - ubx: B5 62 class id length(2) payload, two Fletcher bytes (u-blox UBX-13003221, 32.2)
/// - allystar: F1 D9, the rest as UBX (Allystar GNSS receiver protocol 2.3, 2.1)
/// - casic: BA CE length(2) class id payload, a sum of words (CASIC protocol 4.2.0.3, 2.1 and 2.2)
/// - skytraq: A0 A1 length(2, big endian) id payload, an XOR, 0D 0A (SkyTraq AN0028 1.4.45)
enum class Wire : std::uint8_t { text, log, ubx, allystar, casic, skytraq };

struct Packet {
    Wire wire{};
    std::uint16_t id = 0; ///< class * 256 + id; SkyTraq: the id; text and log: 0
    std::string body;     ///< the payload; of text what stands before '*', without '$' or '#'
};

/// The longest payload that is waited for; what claims more is no packet.
inline constexpr std::size_t longest_payload = 1024;

/// Push bytes as they come, then pull until nothing comes. What is no whole packet with a right
/// checksum is passed over; nothing that follows it is lost. Keeps at most a packet.
class PacketReader {
  public:
    void push(std::string_view bytes) { buffer_ += bytes; }
    [[nodiscard]] std::optional<Packet> next();

  private:
    std::string buffer_;
};

/// A packet to send. The payload must fit (longest_payload); CASIC's is a multiple of four.
[[nodiscard]] std::string text_packet(std::string_view text);
[[nodiscard]] std::string ubx_packet(std::uint16_t id, std::string_view payload);
[[nodiscard]] std::string allystar_packet(std::uint16_t id, std::string_view payload);
[[nodiscard]] std::string casic_packet(std::uint16_t id, std::string_view payload);
[[nodiscard]] std::string skytraq_packet(std::uint8_t id, std::string_view payload);

} // namespace ppsd::receivers
