// Sentences, written a few million times a second: templates whose digits are filled in.
#pragma once

#include "hal/sim/scenario.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hal::sim {

/// Whether a sentence says that there is a fix, and what it says of the time if there is none.
enum class Certainty : std::uint8_t { fix, time_without_fix, nothing };
inline constexpr std::size_t certainties = 3;

/// What the receiver takes the time to be.
struct SpokenTime {
    UtcSecond second; ///< of :60 that of the 00:00:00 after it
    bool leap_second = false;
    unsigned milliseconds = 0;
};

class BurstText {
  public:
    /// Longer than any sentence that append() writes, its line end included.
    static constexpr std::size_t longest = 96;

    /// talker: two letters. decimals: of the seconds, 0 to 3.
    BurstText(std::string_view talker, int decimals);

    /// What the following sentences are to say.
    void set_time(const SpokenTime& time) noexcept;

    /// Writes a whole sentence to `out`, which has room for `longest`; gives its length.
    std::size_t append(SentenceType type, Certainty certainty, char* out) const noexcept;

  private:
    static constexpr std::size_t types = 9;

    struct Template {
        std::array<char, longest> text{};
        std::uint8_t size = 0;
        std::int8_t time_at = -1;      ///< hhmmss[.sss]
        std::int8_t date_at = -1;      ///< ddmmyy
        std::int8_t long_date_at = -1; ///< dd,mm,yyyy
        std::uint8_t sum = 0;          ///< XOR of its text while all its digits are 0
    };

    [[nodiscard]] Template make(std::string_view talker, std::string_view body) const;
    void set_day(std::int64_t day) noexcept;

    std::size_t time_length_;
    std::array<std::array<Template, certainties>, types> templates_;
    std::array<char, 10> time_{};      ///< "hhmmss.sss"
    std::array<char, 6> date_{};       ///< "ddmmyy"
    std::array<char, 10> long_date_{}; ///< "dd,mm,yyyy"
    std::uint8_t time_sum_ = 0;
    std::uint8_t date_sum_ = 0;
    std::uint8_t long_date_sum_ = 0;
    std::int64_t day_ = INT64_MIN;
};

} // namespace hal::sim
