#include "daemon/setup/receivers/bytes.hpp"

namespace ppsd::receivers {
namespace {

int digit_of(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

} // namespace

std::string text_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::string text;
    for (std::size_t i = at; i < bytes.size() && i - at < size && bytes[i] != '\0'; ++i)
        if (bytes[i] >= ' ' && bytes[i] <= '~') text += bytes[i];
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

std::vector<std::string> fields_of(std::string_view text, char separator) {
    std::vector<std::string> fields;
    while (true) {
        const auto end = text.find(separator);
        fields.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return fields;
        text.remove_prefix(end + 1);
    }
}

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string hex;
    for (const char c : bytes) {
        const auto value = static_cast<std::uint8_t>(c);
        hex += digits[value >> 4U];
        hex += digits[value & 15U];
    }
    return hex;
}

std::string bytes_from_hex(std::string_view hex) {
    std::string bytes;
    if (hex.size() % 2 != 0) return bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = digit_of(hex[i]);
        const int low = digit_of(hex[i + 1]);
        if (high < 0 || low < 0) return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

} // namespace ppsd::receivers
