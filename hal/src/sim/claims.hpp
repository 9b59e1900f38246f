// Which errors the receiver's labels have claimed so consistently that nothing on the wire shows
// them.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/sim/true_time.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace hal::sim {

/// By how many whole seconds samples would be off that believe a label: their receive time minus
/// the time that the label means. To a daemon that doesn't know the usual delay of the sentences, by
/// the pulse before the label and, where their jitter could have carried it across a pulse (two
/// standard deviations), by the one on the other side of that; and to a daemon that knows it.
using ApparentErrors = std::array<std::int64_t, 3>;

/// Of a label that names `said` for second `index` and reaches the daemon `delay` after it.
[[nodiscard]] ApparentErrors apparent_errors(const Numbering& truth, std::int64_t index,
                                             UtcSecond said, Nanos delay,
                                             const Parameters& parameters) noexcept;

/// An error is believed
/// - if every unspoilt label since the beginning said it, and lock-count labels in a row, or
/// - if 120 labels in a row said it;
/// and is believed until 120 in a row have said something else.
///
/// A believed error is invisible unless unspoilt labels have said something else for more than 5 s;
/// then lock-count labels in a row must say it again.
///
/// A label that may have been lost on the wire may belong to a row, and breaks none.
///
/// At a leap second an error may also move with a receiver that counts on:
/// - if the daemon has no list, both numberings are believed from there on;
/// - if it has one, errors other than 0 that differ by a second are one within an hour of the leap
///   second, and where 0 is believed, an error of a second can't become so within that hour.
class Claims {
  public:
    explicit Claims(const Parameters& base);

    struct Label {
        ApparentErrors errors{};
        bool unspoilt = true;     ///< it surely came, in time, and the receiver meant it
        bool may_be_lost = false; ///< on the wire
    };
    /// A label reaches the daemon. now: the index of the true second.
    void note(const Label& label, std::int64_t now);

    /// A true second begins.
    void begin(std::int64_t index);

    [[nodiscard]] bool invisible(std::int64_t error, std::int64_t now) const noexcept;

  private:
    struct Claim {
        std::int64_t error = 0;
        int row = 0;                ///< labels in a row that said it
        int unsaid = 0;             ///< labels in a row that said something else
        std::int64_t denied = -1;   ///< since then unspoilt labels have said something else
        bool from_the_start = true; ///< no unspoilt label ever did
        bool believed = false;
        bool refuted = false; ///< denied for more than 5 s, and not said lock-count times since
    };

    [[nodiscard]] bool near_listed_leap(std::int64_t now) const noexcept;
    [[nodiscard]] bool same(std::int64_t a, std::int64_t b, std::int64_t now) const noexcept;
    [[nodiscard]] bool says(const Label& label, const Claim& claim,
                            std::int64_t now) const noexcept;
    [[nodiscard]] Claim* find(std::int64_t error) noexcept;
    void add(std::int64_t error);
    void believe(Claim& claim, std::int64_t now) noexcept;
    void forget();

    Numbering numbering_;
    int lock_count_;
    bool list_;
    bool contradicted_ = false; ///< an unspoilt label came
    std::vector<Claim> claims_;
};

} // namespace hal::sim
