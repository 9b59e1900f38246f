// Sentences to second labels (DESIGN.md, "Which second it was").
#pragma once

#include "daemon/nmea/named_time.hpp"
#include "daemon/nmea/point_in_second.hpp"
#include "daemon/nmea/sentence.hpp"
#include "daemon/nmea/two_times.hpp"
#include "daemon/nmea/ubx_packets.hpp"
#include "daemon/nmea/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::nmea {

/// The receiver said which time it is: with a date and a fix.
struct SecondLabel {
    Date date;               ///< as it was sent: see nmea/rollover
    TimeOfDay time;          ///< second 86400 is the leap second 23:59:60
    hal::Stamp arrival;      ///< of the first sentence that named it; but see Epoch
    Type from{Type::rmc};    ///< rmc, or zda (joined with a fix)
    bool may_be_late{false}; ///< a damaged sentence, 0.1 s or more before, may have named it, too
};

/// What a sentence, or silence, brought about.
struct Event {
    enum class Kind : std::uint8_t {
        label,   ///< the receiver names this second
        no_fix,  ///< a sentence says so: at once, and once in an epoch
        rejected ///< a sentence or a whole epoch is not used: see verdict
    };
    Kind kind{Kind::rejected};
    Verdict verdict{Verdict::used}; ///< used for a label
    SecondLabel label;              ///< if kind is label
    // For the debug log:
    Type type{Type::other};         ///< the sentence, or the one that dates the epoch
    std::array<char, 2> talker{};   ///< of the sentence that says no_fix
    std::optional<TimeOfDay> time;  ///< what it names
    std::optional<TimeOfDay> other; ///< two_seconds: what the receiver names besides
    hal::Stamp arrival;             ///< of the sentence, or of the epoch's first one
};

/// Epoch's own: the newest time, and what became of it.
struct NewestTime : NamedTime {
    struct Naming {
        std::array<char, 2> talker{};
        hal::OscTime at;
    };
    std::array<Naming, timed_types> first{}; ///< of each type that names it
    bool in_burst{false};                    ///< it was first named in the time before's burst
    bool too_early{false};    ///< if it is named again: `long_silence` has come in between
    bool ambiguous{false};    ///< it was named too early, and not by GLL alone: no label
    bool usable{true};        ///< see PointInSecond
    bool after_damage{false}; ///< of its burst a sentence before it may have been damaged
    hal::Nanos ahead{0};      ///< of a sentence that came after it; 0: of none
    NamedTime late;           ///< types that were late, and the last time that they named
    bool no_fix_said{false};
    bool settled{false}; ///< its label is given, or its verdict
};

/// Push every sentence that was parsed (Verdict::used) in order, and pull the events after each:
///
///     epoch.push(sentence, arrival);
///     while (const auto event = epoch.next()) …
///
/// An epoch is what names one time, whatever pauses are in it; the next time that is named ends it,
/// and so does one of its sentences, if it comes again in the next second's burst.
/// Its label has a date, a fix and, as its arrival, that of the first sentence that names the time;
/// it is given when the next time is named or, sooner, when the caller finds the line idle (then a
/// sentence that comes later may still say "no fix", which is announced at once). Recordings, which
/// hold no silence, give the same labels as the line.
///
/// Which times make labels where a receiver names several a second: PointInSecond. Which "no fix"
/// counts: NamedTime::denied. While the last label's constellation has not spoken, another one's
/// "no fix" waits for it, to the epoch's end.
///
/// A sentence that names a time a second or more before the newest one, and is of a type that has
/// not named the newest one, shows that the receiver names two times at once: neither makes a
/// label, unless this is what it always does (TwoTimes): then RMC's does, with its own arrival. Of
/// a type that has, or that has been late before and goes on, it shows that the receiver's clock
/// was set back, or the newest time was nonsense: an epoch begins.
///
/// A time that is first named in the middle of a burst, less than `long_silence` after that began,
/// and again only after as much silence, was named too early if it was by GLL alone (of the next
/// second, rounded): its epoch begins with the next sentence. If other sentences named it, the
/// receiver may as well pause in its burst: no label. Without silence (full lines, recordings) that
/// can't be told, and the first sentence's arrival counts: a second early if the receiver's GGA or
/// GLL names a second that has not begun, right if RMC comes late.
///
/// A receiver that says it has not received the count of leap seconds (PUBX,04, or a packet: see
/// ubx_packets.hpp) makes no label until the same witness says that it has, or nothing of it for
/// 20 minutes.
class Epoch {
  public:
    /// More than a receiver pauses for where its sentences are spread over the second, less than
    /// what is left of the second after a short burst.
    static constexpr hal::Nanos long_silence = std::chrono::milliseconds{500};

    void push(const Sentence& sentence, hal::Stamp arrival);

    /// A sentence that may have named a time, but nobody knows which.
    void push_damaged(hal::Stamp arrival);

    /// Whether the receiver has the count of leap seconds, as one of its packets says.
    void note_leap_count(LeapWitness witness, bool known, hal::OscTime at) noexcept;

    /// The line has been silent for so long: a label that is complete is given. Call it when the
    /// silence is long enough to think that no more comes, and when it ends.
    void idle(hal::Nanos silence);

    /// Nothing more comes: what is under way is given, or its verdict.
    void finish();

    /// Forgets all but what was said of the count of leap seconds, which stays true of the
    /// receiver.
    void begin_anew();

    /// What push() or idle() brought about, oldest first. Pull all of it before the next push:
    /// no more than four are kept, and the oldest are lost first.
    [[nodiscard]] std::optional<Event> next();

    /// A label is complete: idle() gives it.
    [[nodiscard]] bool complete() const;

  private:
    static constexpr std::size_t max_events = 4;

    [[nodiscard]] bool leap_count_missing(hal::OscTime now) const noexcept;
    [[nodiscard]] bool is_late(const Sentence& sentence) const;
    void push_late(const Sentence& sentence, hal::Stamp arrival);
    void push_current(const Sentence& sentence, hal::Stamp arrival);
    [[nodiscard]] bool is_again(const Sentence& sentence, hal::Stamp arrival) const;
    void begin_unless_current(const Sentence& sentence, hal::Stamp arrival);
    void deny(const Sentence& sentence, hal::Stamp arrival);
    void say_no_fix(const Sentence& sentence, hal::Stamp arrival);
    void offer_behind(const Sentence& rmc, hal::Stamp arrival);
    [[nodiscard]] Verdict judge(const NewestTime& newest) const;
    void settle();
    void give(const NamedTime& time);
    void reject(const NamedTime& time, Verdict verdict);
    void announce(const Event& event);

    std::optional<NewestTime> now_;
    bool silence_{false}; // since the last sentence
    struct Damaged {
        hal::OscTime first; // of those within 0.9 s
        hal::OscTime last;
    };
    std::optional<Damaged> damaged_;
    PointInSecond point_;
    TwoTimes two_times_;
    Talkers usual_{0};                 // who had the fix of the last label
    std::optional<SecondLabel> given_; // the last label
    // When each said so; nothing: it says that it is there, or nothing at all.
    std::array<std::optional<hal::OscTime>, leap_witnesses> leap_count_missing_;
    struct Events {
        std::array<Event, max_events> all; // round about
        std::size_t first{0};
        std::size_t count{0};
    } events_;
};

} // namespace ppsd::nmea
