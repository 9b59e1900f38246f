// What every fuzz target needs: a way to say what must hold, and to take an input apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fuzz {

/// A property. Ends the process with the reason if it doesn't hold, so that libFuzzer keeps the
/// input.
inline void require(bool holds, std::string_view property, const std::string& detail = {}) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %.*s: %s\n", static_cast<int>(property.size()),
                 property.data(), detail.c_str());
    std::abort();
}

/// Small numbers come off the end, so that a file as people write it is an input as it is; what is
/// left is its text.
class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size)
        : text_{reinterpret_cast<const char*>(data), size} {}

    [[nodiscard]] bool empty() const { return text_.empty(); }

    /// 0 if nothing is left.
    std::uint8_t last_byte() {
        if (text_.empty()) return 0;
        const char c = text_.back();
        text_.remove_suffix(1);
        return static_cast<std::uint8_t>(c);
    }
    /// The same, from the front.
    std::uint8_t byte() {
        const auto one = bytes(1);
        return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
    }
    std::string_view bytes(std::size_t count) {
        const auto taken = text_.substr(0, count);
        text_.remove_prefix(taken.size());
        return taken;
    }
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

/// 1 to `most`, the same for the same seed.
class Lengths {
  public:
    Lengths(unsigned seed, unsigned most) : state_{seed}, most_{most} {}

    std::size_t next() {
        state_ = state_ * 1664525U + 1013904223U; // Knuth, TAOCP 3.3.4
        return 1 + (state_ >> 16U) % most_;
    }

  private:
    std::uint32_t state_;
    unsigned most_;
};

} // namespace fuzz

/// libFuzzer's entry: one input. Its properties are at the top of each target's source.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
