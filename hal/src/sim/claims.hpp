// Which errors the receiver's labels have claimed so consistently that nothing on the wire shows
// them.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/sim/true_time.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace hal::sim {

/// One way to read a label: which pulse it names, and by how many whole seconds a sample of that is
/// off then: its receive time minus the time that the label means.
struct Reading {
    std::int64_t pulse = 0; ///< the true second's index
    std::int64_t error = 0;
    friend bool operator==(const Reading&, const Reading&) = default;
};

/// To a daemon that doesn't know the usual delay of the sentences, the pulse before the label, and
/// that before it without the jitter that it may have (two standard deviations either way); to a
/// daemon that knows the delay; and to one that knows it as far as pulses teach it, less whole
/// seconds.
using Readings = std::array<Reading, 5>;

/// Of a label that names `said` for second `index` and reaches the daemon `delay` after it.
[[nodiscard]] Readings readings_of(const Numbering& truth, std::int64_t index, UtcSecond said,
                                   Nanos delay, const Parameters& parameters) noexcept;

/// An error is believed
/// - if every unspoilt label since the beginning said it, and lock-count labels in a row, or
/// - if 120 labels in a row said it; 60, if the row began at a month's end that no list knows, and
///   the error is a second more or less than a believed one: it may be a leap second;
/// and is believed until 122 in a row have said something else: two may have come together.
///
/// A believed error is invisible unless unspoilt labels have said something else for more than 5 s.
/// If more than 5 of them did, lock-count labels in a row must say it again: silence denies
/// nothing.
///
/// A label that may have been lost on the wire may belong to a row, and breaks none; a later
/// sentence of its burst may say it, and so again what was believed and is a second later. What is
/// believed by such labels excludes nothing. So does one for an inserted second, which a receiver
/// may call anything.
///
/// Which points of a second make labels for a daemon is its own affair: one that isn't the whole
/// second may belong to a row if it is the first to be heard of its second, and breaks none.
///
/// At a leap second an error may also move with a receiver that counts on:
/// - if the daemon has no list, both numberings are believed from there on;
/// - if it has one, errors other than 0 that differ by a second are one within an hour of the leap
///   second, and no error becomes believed within that hour that is a second from one that is
///   surely believed: a receiver may be early or late with it.
class Claims {
  public:
    explicit Claims(const Parameters& base);

    struct Label {
        Reading reading;
        bool unspoilt = true;     ///< it surely came, in time, and the receiver meant it
        bool may_be_lost = false; ///< on the wire
        std::int64_t second = 0;  ///< the index of the true second that it is about,
        bool whole = true;        ///< and it names its beginning
    };
    /// A label reaches the daemon. now: the index of the true second.
    void note(const Label& label, std::int64_t now);

    /// One that names :60, which goes on with every row that is there.
    void note_inserted(std::int64_t now) noexcept;

    [[nodiscard]] bool invisible(std::int64_t error, std::int64_t now) const noexcept;

  private:
    struct Claim {
        std::int64_t error = 0;
        int row = 0;                ///< labels in a row that said it
        int rest = 0;               ///< others in it, of which a burst's rest may have said it
        int unsaid = 0;             ///< labels in a row that said something else
        std::int64_t denied = -1;   ///< since then unspoilt labels have said something else,
        int denials = 0;            ///< so many of them
        bool from_the_start = true; ///< no unspoilt label ever did
        int heard = 0;              ///< unspoilt labels in a row, whatever else was lost
        bool believed = false;
        bool surely = false;  ///< believed by every daemon, whatever was lost
        bool at_end = false;  ///< the row may be a leap second's
        bool refuted = false; ///< denied by more than 5, and not said lock-count times since
    };

    [[nodiscard]] bool near_listed_leap(std::int64_t now) const noexcept;
    [[nodiscard]] bool same(std::int64_t a, std::int64_t b, std::int64_t now) const noexcept;
    [[nodiscard]] Claim* find(std::int64_t error) noexcept;
    void add(std::int64_t error);
    [[nodiscard]] bool beside(bool Claim::*how, std::int64_t error) const noexcept;
    [[nodiscard]] bool may_leap(const Reading& reading) const noexcept;
    void go_on(Claim& claim, std::int64_t now) noexcept;
    void believe(Claim& claim, std::int64_t now) noexcept;
    void forget();
    void leap();
    [[nodiscard]] std::int64_t counting_on() const noexcept;

    Numbering numbering_;
    int lock_count_;
    bool list_;
    bool contradicted_ = false; ///< an unspoilt label came
    bool mixed_ = false;        ///< labels came that may have said different errors
    bool leapt_ = false;        ///< one that names it or a later pulse came
    std::int64_t heard_ = -1;   ///< the second that the last label was about
    std::vector<Claim> claims_;
};

/// What labels claim to him who reads them in one way, and keeps to it. Ways that have read every
/// label alike until now share one account.
class ClaimsByReading {
  public:
    explicit ClaimsByReading(const Parameters& base)
        : claims_{Claims{base}, Claims{base}, Claims{base}, Claims{base}, Claims{base}} {}

    /// label.reading is left out of account.
    void note(Claims::Label label, const Readings& readings, std::int64_t now);
    void note_inserted(std::int64_t now) noexcept;
    [[nodiscard]] bool invisible(std::int64_t error, std::int64_t now) const noexcept;

  private:
    static constexpr std::size_t ways = std::tuple_size_v<Readings>;

    [[nodiscard]] bool has_its_own(std::size_t way) const noexcept { return like_[way] == way; }

    std::array<Claims, ways> claims_;
    std::array<std::size_t, ways> like_{}; ///< whose account it shares
};

} // namespace hal::sim
