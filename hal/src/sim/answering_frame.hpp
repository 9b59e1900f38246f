// What simulated receivers of binary protocols have in common.
#pragma once

#include "hal/sim/answering_receiver.hpp"

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

namespace hal::sim::answering {

inline unsigned at(std::string_view bytes, std::size_t place) {
    return place < bytes.size() ? static_cast<unsigned char>(bytes[place]) : 0U;
}

inline unsigned word_at(std::string_view bytes, std::size_t place, std::size_t size) {
    unsigned value = 0;
    for (std::size_t i = size; i-- > 0;)
        value = value << 8U | at(bytes, place + i);
    return value;
}

inline std::string word(unsigned value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i, value >>= 8U)
        bytes += static_cast<char>(value & 255U);
    return bytes;
}

/// "06 01" as bytes.
inline std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoul(std::string{hex.substr(i, 2)}, nullptr, 16));
    return bytes;
}

inline std::string field(std::string text, std::size_t size) {
    text.resize(size);
    return text;
}

inline std::string key_of(unsigned id, std::string_view which = {}) {
    auto key = fmt::format("{:04X}", id);
    for (std::size_t i = 0; i < which.size(); ++i)
        key += fmt::format("{}{:02X}", i == 0 ? ":" : "", at(which, i));
    return key;
}

/// u-blox's frame: sync bytes, class, id, length, payload, two checksums.
class Framed : public AnsweringReceiver {
  public:
    explicit Framed(std::string sync) : sync_{std::move(sync)} {}

  protected:
    virtual std::string on(unsigned id, const std::string& payload) = 0;

    [[nodiscard]] std::string packet(unsigned id, const std::string& payload) const {
        std::string body = word(id >> 8U, 1) + word(id, 1) +
                           word(static_cast<unsigned>(payload.size()), 2) + payload;
        return sync_ + body + sums(body);
    }
    [[nodiscard]] std::string acknowledge(bool yes, unsigned id) const {
        return packet(yes ? 0x0501 : 0x0500, word(id >> 8U, 1) + word(id, 1));
    }

    std::size_t take(std::string_view bytes, std::string& answer) override {
        if (!bytes.starts_with(sync_.substr(0, bytes.size()))) return 1;
        if (bytes.size() < 8) return 0;
        const auto length = word_at(bytes, 4, 2);
        if (length > 512) return 1;
        if (bytes.size() < 8 + length) return 0;
        if (sums(bytes.substr(2, 4 + length)) != bytes.substr(6 + length, 2)) return 1;
        if (!loses())
            answer = on(at(bytes, 2) << 8U | at(bytes, 3), std::string{bytes.substr(6, length)});
        return 8 + length;
    }

  private:
    static std::string sums(std::string_view bytes) {
        unsigned a = 0;
        unsigned b = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            b += a += at(bytes, i);
        return word(a, 1) + word(b, 1);
    }
    std::string sync_;
};

} // namespace hal::sim::answering
