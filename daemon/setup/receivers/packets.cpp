#include "daemon/setup/receivers/packets.hpp"

#include "daemon/setup/receivers/bytes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace ppsd::receivers {
namespace {

constexpr std::size_t longest_line = 1024; // Unicore's logs are longer than a sentence

/// What stands at the beginning of the buffer: a packet, not one, or too little to tell.
struct Found {
    enum class Kind : std::uint8_t { none, more, packet } kind = Kind::none;
    std::size_t size = 0; ///< of the packet
    Packet packet;
};

Found more() {
    return {Found::Kind::more, 0, {}};
}

std::uint8_t xor_of(std::string_view text) {
    return std::accumulate(text.begin(), text.end(), std::uint8_t{0}, [](std::uint8_t sum, char c) {
        return static_cast<std::uint8_t>(sum ^ static_cast<std::uint8_t>(c));
    });
}

/// CRC-32 as in Unicore's and NovAtel's logs: reflected 0x04C11DB7, from 0, not inverted.
std::uint32_t crc_of(std::string_view text) {
    std::uint32_t crc = 0;
    for (const char c : text) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ (0xEDB88320U & (0U - (crc & 1U)));
    }
    return crc;
}

/// u-blox's and Allystar's: over class, id, length and payload.
std::string fletcher_of(std::string_view bytes) {
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    for (const char c : bytes) {
        a = static_cast<std::uint8_t>(a + static_cast<std::uint8_t>(c));
        b = static_cast<std::uint8_t>(b + a);
    }
    return {static_cast<char>(a), static_cast<char>(b)};
}

/// bytes: length, class, id and payload. The class is the third byte of the first word, the id its
/// highest, which is what receivers do and the manual's formula in later editions.
std::uint32_t casic_sum(std::string_view bytes) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4)
        sum += number_at<std::uint32_t>(bytes, at);
    return sum;
}

bool is_line_end(char c) {
    return c == '\r' || c == '\n';
}

bool is_text(char c) {
    return (c >= ' ' && c <= '~') || c == '\t';
}

Found line_at(std::string_view bytes) {
    const auto end = std::ranges::find_if(bytes, [](char c) { return !is_text(c); });
    const auto size = static_cast<std::size_t>(end - bytes.begin());
    if (size > longest_line) return {};
    if (size == bytes.size()) return more();
    if (!is_line_end(*end)) return {};
    const auto line = bytes.substr(1, size - 1);
    const auto star = line.rfind('*');
    if (star == std::string_view::npos) return {};
    const auto text = line.substr(0, star);
    const auto said = bytes_from_hex(line.substr(star + 1));
    if (bytes[0] == '#') {
        if (said.size() != 4 || number_at<std::uint32_t>(said, 0, Order::big) != crc_of(text))
            return {};
        return {Found::Kind::packet, size, {Wire::log, 0, std::string{text}}};
    }
    if (said.size() != 1) return {};
    const auto sum = static_cast<std::uint8_t>(said[0]);
    const bool unicore = text.starts_with("command,") || text.starts_with("CONFIG,");
    if (sum != xor_of(text) && (!unicore || sum != (xor_of(text) ^ '$'))) return {};
    return {Found::Kind::packet, size, {Wire::text, 0, std::string{text}}};
}

Found ubx_at(std::string_view bytes, Wire wire, char second) {
    if (bytes.size() < 2) return more();
    if (bytes[1] != second) return {};
    if (bytes.size() < 6) return more();
    const std::size_t length = number_at<std::uint16_t>(bytes, 4);
    if (length > longest_payload) return {};
    if (bytes.size() < 8 + length) return more();
    if (fletcher_of(bytes.substr(2, 4 + length)) != bytes.substr(6 + length, 2)) return {};
    return {Found::Kind::packet,
            8 + length,
            {wire, number_at<std::uint16_t>(bytes, 2, Order::big),
             std::string{bytes.substr(6, length)}}};
}

Found casic_at(std::string_view bytes) {
    if (bytes.size() < 2) return more();
    if (bytes[1] != '\xCE') return {};
    if (bytes.size() < 6) return more();
    const std::size_t length = number_at<std::uint16_t>(bytes, 2);
    if (length > longest_payload || length % 4 != 0) return {};
    if (bytes.size() < 10 + length) return more();
    if (casic_sum(bytes.substr(2, 4 + length)) != number_at<std::uint32_t>(bytes, 6 + length))
        return {};
    return {Found::Kind::packet,
            10 + length,
            {Wire::casic, number_at<std::uint16_t>(bytes, 4, Order::big),
             std::string{bytes.substr(6, length)}}};
}

Found skytraq_at(std::string_view bytes) {
    if (bytes.size() < 2) return more();
    if (bytes[1] != '\xA1') return {};
    if (bytes.size() < 4) return more();
    const std::size_t length = number_at<std::uint16_t>(bytes, 2, Order::big);
    if (length == 0 || length > longest_payload) return {};
    if (bytes.size() < 7 + length) return more();
    const auto payload = bytes.substr(4, length);
    if (xor_of(payload) != static_cast<std::uint8_t>(bytes[4 + length])) return {};
    if (bytes.substr(5 + length, 2) != "\r\n") return {};
    return {Found::Kind::packet,
            7 + length,
            {Wire::skytraq, static_cast<std::uint8_t>(payload[0]), std::string{payload.substr(1)}}};
}

Found packet_at(std::string_view bytes) {
    switch (bytes[0]) {
    case '$':
    case '#':
        return line_at(bytes);
    case '\xB5':
        return ubx_at(bytes, Wire::ubx, '\x62');
    case '\xF1':
        return ubx_at(bytes, Wire::allystar, '\xD9');
    case '\xBA':
        return casic_at(bytes);
    case '\xA0':
        return skytraq_at(bytes);
    default:
        return {};
    }
}

std::string with_fletcher(std::string_view sync, std::uint16_t id, std::string_view payload) {
    std::string packet = bytes_of(id, Order::big);
    packet += bytes_of(static_cast<std::uint16_t>(payload.size()));
    packet += payload;
    return std::string{sync} + packet + fletcher_of(packet);
}

} // namespace

std::optional<Packet> PacketReader::next() {
    std::size_t at = 0;
    std::optional<Packet> packet;
    while (at < buffer_.size() && !packet) {
        auto found = packet_at(std::string_view{buffer_}.substr(at));
        if (found.kind == Found::Kind::more) break;
        at += found.kind == Found::Kind::packet ? found.size : 1;
        if (found.kind == Found::Kind::packet) packet = std::move(found.packet);
    }
    buffer_.erase(0, at);
    return packet;
}

std::string text_packet(std::string_view text) {
    return fmt::format("${}*{:02X}\r\n", text, xor_of(text));
}

std::string ubx_packet(std::uint16_t id, std::string_view payload) {
    return with_fletcher("\xB5\x62", id, payload);
}

std::string allystar_packet(std::uint16_t id, std::string_view payload) {
    return with_fletcher("\xF1\xD9", id, payload);
}

std::string casic_packet(std::uint16_t id, std::string_view payload) {
    std::string packet = bytes_of(static_cast<std::uint16_t>(payload.size()));
    packet += bytes_of(id, Order::big);
    packet += payload;
    return "\xBA\xCE" + packet + bytes_of(casic_sum(packet));
}

std::string skytraq_packet(std::uint8_t id, std::string_view payload) {
    const std::string packet = static_cast<char>(id) + std::string{payload};
    return "\xA0\xA1" + bytes_of(static_cast<std::uint16_t>(packet.size()), Order::big) + packet +
           static_cast<char>(xor_of(packet)) + "\r\n";
}

} // namespace ppsd::receivers
