// The sentences of one burst, sorted by the time that they name.
#pragma once

#include "daemon/nmea/sentence.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ppsd::nmea {

/// What a burst says about one time.
struct Second {
    TimeOfDay time;
    hal::MonoTime arrival; ///< of the first sentence that names it
    hal::MonoTime rmc_arrival;
    hal::MonoTime zda_arrival;
    std::uint8_t types{0}; ///< that name it, a bit for each
    std::optional<Date> rmc_date;
    std::optional<Date> zda_date;
    bool rmc_fix{false};   ///< one with a fix
    bool other_fix{false}; ///< GGA, GNS or GLL says that there is a fix
    bool no_fix{false};    ///< some sentence says that there is none
    bool two_dates{false}; ///< its dates differ

    void add(const Sentence& sentence, hal::MonoTime when);
    [[nodiscard]] bool named_by(Type type) const;
};

class Burst {
  public:
    /// The sentence's type was here already and named another time (or none): it begins a new
    /// burst.
    [[nodiscard]] bool is_over_at(const Sentence& sentence) const;

    /// Only if not is_over_at(sentence).
    void add(const Sentence& sentence, hal::MonoTime arrival);

    /// Takes out the last second if it is not the only one, and is this one.
    [[nodiscard]] std::optional<Second> take_last(const TimeOfDay& time);

    /// Begins anew, with no sentences.
    void clear();

    /// Begins anew, with what take_last() gave, as if it had come at `when`.
    void carry(const Second& second, hal::MonoTime when);

    [[nodiscard]] bool empty() const { return types_ == 0; }
    [[nodiscard]] bool no_fix() const { return no_fix_; }
    [[nodiscard]] std::span<const Second> seconds() const { return {seconds_.data(), count_}; }

  private:
    Second& second_of(const TimeOfDay& time, hal::MonoTime arrival);

    std::array<Second, timed_types> seconds_{}; // enough: each type names one time at most
    std::size_t count_{0};
    std::array<std::optional<TimeOfDay>, timed_types> times_{}; // by type, if the type is in types_
    std::uint8_t types_{0};                                     // a bit for each type
    bool no_fix_{false};
};

} // namespace ppsd::nmea
