// What can be said about a simulated world: each thing has a key, whose row is in key_table.hpp.
#pragma once

#include "hal/sim/key_table.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hal::sim {

inline constexpr std::size_t key_count = key_table.size();

/// A key, by its name: parameters["nmea.delay"]. A name that no row has doesn't compile.
class Key {
  public:
    constexpr Key() = default;
    consteval Key(const char* name) { // NOLINT(google-explicit-constructor): that is its use
        while (key_table.at(place_).name != name)
            ++place_;
    }
    /// That of a row.
    constexpr explicit Key(const KeyInfo& row) noexcept : place_{row.place} {}

    [[nodiscard]] constexpr std::size_t place() const noexcept { return place_; }
    friend constexpr auto operator<=>(const Key&, const Key&) = default;

  private:
    KeyPlace place_ = 0;
};

[[nodiscard]] constexpr const KeyInfo& info(Key key) noexcept {
    return key_table[key.place()];
}
[[nodiscard]] const KeyInfo* find_key(std::string_view name) noexcept;

// What the words mean, in the table's order.
enum class LeapSecond : std::uint8_t { none, inserted, deleted };
enum class Pulses : std::uint8_t { always, with_fix, never };
enum class LeadingPolarity : std::uint8_t { rising, falling };
enum class BeforeFix : std::uint8_t { empty, rtc, silent };
enum class LeapStyle : std::uint8_t { announced, repeat_59, repeat_00, late, early };
enum class NtpMode : std::uint8_t { none, outside, loop };
enum class EdgeOption : std::uint8_t { automatic, rising, falling };
enum class PollInterrupts : std::uint8_t { off, kept, same_cpu };
enum class LeapList : std::uint8_t { current, missing };

/// A value for every key.
class Parameters {
  public:
    /// The defaults.
    constexpr Parameters() noexcept : values_{defaults} {}

    [[nodiscard]] double operator[](Key key) const noexcept { return values_[key.place()]; }
    void set(Key key, double value) noexcept { values_[key.place()] = value; }

    template <class Word>
    [[nodiscard]] Word word(Key key) const noexcept {
        return static_cast<Word>(static_cast<int>((*this)[key]));
    }
    [[nodiscard]] bool is_on(Key key) const noexcept { return (*this)[key] != 0; }

    /// The key's value in seconds as nanoseconds.
    [[nodiscard]] std::int64_t ns(Key key) const noexcept {
        return static_cast<std::int64_t>((*this)[key] * 1e9);
    }

  private:
    // Apart from the table, so that a program that plays a world needs no texts.
    static constexpr auto defaults = [] {
        std::array<double, key_count> values{};
        for (const KeyInfo& row : key_table)
            values[row.place] = row.fallback;
        return values;
    }();

    std::array<double, key_count> values_;
};

} // namespace hal::sim
