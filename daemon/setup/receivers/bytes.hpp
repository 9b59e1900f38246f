// Numbers in a payload, and text fields.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ppsd::receivers {

enum class Order : std::uint8_t { little, big };

/// The number at that place; 0 if the payload ends before. Floating point is IEEE 754.
template <class Number>
[[nodiscard]] Number number_at(std::string_view bytes, std::size_t at,
                               Order order = Order::little) noexcept {
    using Raw = std::conditional_t<
        sizeof(Number) == 8, std::uint64_t,
        std::conditional_t<sizeof(Number) == 4, std::uint32_t,
                           std::conditional_t<sizeof(Number) == 2, std::uint16_t, std::uint8_t>>>;
    if (at > bytes.size() || bytes.size() - at < sizeof(Number)) return Number{};
    std::uint64_t raw = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        const auto from = order == Order::big ? at + i : at + sizeof(Number) - 1 - i;
        raw = raw << 8U | static_cast<std::uint8_t>(bytes[from]);
    }
    return std::bit_cast<Number>(static_cast<Raw>(raw));
}

/// Puts the number there; nothing if the payload ends before.
template <class Number>
void put_at(std::string& bytes, std::size_t at, Number value,
            Order order = Order::little) noexcept {
    using Raw = std::conditional_t<
        sizeof(Number) == 8, std::uint64_t,
        std::conditional_t<sizeof(Number) == 4, std::uint32_t,
                           std::conditional_t<sizeof(Number) == 2, std::uint16_t, std::uint8_t>>>;
    if (at > bytes.size() || bytes.size() - at < sizeof(Number)) return;
    std::uint64_t raw = std::bit_cast<Raw>(value);
    for (std::size_t i = 0; i < sizeof(Number); ++i, raw >>= 8U)
        bytes[order == Order::big ? at + sizeof(Number) - 1 - i : at + i] =
            static_cast<char>(raw & 0xffU);
}

/// The number's bytes.
template <class Number>
[[nodiscard]] std::string bytes_of(Number value, Order order = Order::little) {
    std::string bytes(sizeof(Number), '\0');
    put_at(bytes, 0, value, order);
    return bytes;
}

/// Text that is padded with zeros, up to its end; what isn't printable is left out.
[[nodiscard]] std::string text_at(std::string_view bytes, std::size_t at, std::size_t size);

/// "a,b,c" to its parts; one for an empty text.
[[nodiscard]] std::vector<std::string> fields_of(std::string_view text, char separator = ',');

/// "B5620A04" in capitals, and back; nothing but pairs of digits gives bytes.
[[nodiscard]] std::string hex_of(std::string_view bytes);
[[nodiscard]] std::string bytes_from_hex(std::string_view hex);

} // namespace ppsd::receivers
