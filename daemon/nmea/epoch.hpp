// Bursts of sentences to second labels (DESIGN.md, "Which second was it").
#pragma once

#include "daemon/nmea/burst.hpp"
#include "daemon/nmea/sentence.hpp"
#include "daemon/nmea/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::nmea {

/// The receiver said which second it is: with a date and a fix.
struct SecondLabel {
    Date date;                    ///< as it was sent: see discipline/rollover
    std::int32_t second_of_day{}; ///< 0 to 86399; 86400 is the leap second 23:59:60
    hal::MonoTime arrival;        ///< of the burst's first sentence that names it; but see Epoch
    Type from{Type::rmc};         ///< rmc, or zda (joined with a fix)
};

/// What a sentence, or the end of a burst, brought about.
struct Event {
    enum class Kind : std::uint8_t {
        label,   ///< a burst is over, and this is its second
        no_fix,  ///< a sentence says so: at once, and once in a burst
        rejected ///< a sentence or a whole burst is not used: see verdict
    };
    Kind kind{Kind::rejected};
    Verdict verdict{Verdict::used}; ///< used for a label
    SecondLabel label;              ///< if kind is label
    // For the debug log:
    Type type{Type::other};         ///< the sentence, or the one that dates the burst
    std::optional<TimeOfDay> time;  ///< what it names
    std::optional<TimeOfDay> other; ///< two_seconds: what the burst names besides
    hal::MonoTime arrival;          ///< of the sentence, or of the burst's first one
};

/// Push every sentence that was parsed (Verdict::used) in order, and pull the events after each:
///
///     epoch.push(sentence, arrival);
///     while (const auto event = epoch.next()) …
///
/// A burst is what the receiver sends about one second. It ends when the line falls silent
/// (end_burst) or, with no look at the clock, at a sentence whose type was in this burst already
/// and now names another time. So recordings, which hold no silence, give the same labels as the
/// line.
///
/// If sentences just before that one name the new time too (the recording began in a burst's
/// middle, or the receiver sends some types only now and then), they are counted to the new burst.
/// Without silence, though, that can't be told from the burst of a receiver that runs a second
/// ahead with some types. So where a burst was not begun by silence, nor by the type that has begun
/// one after silence, a label's arrival is that of RMC or ZDA itself: later, but never a second
/// early.
///
/// A receiver that says it has not received the count of leap seconds (PUBX,04) makes no label
/// until it says that it has, or nothing of it for 20 minutes.
///
/// A burst that names two whole seconds makes no label, unless this is what the receiver always
/// does: the `mixing_bursts` bursts before it, too, named two, of which RMC's was one, and the
/// other was as far from it as here. Then RMC's counts. One burst with a single second starts the
/// count anew.
class Epoch {
  public:
    static constexpr int mixing_bursts = 5;

    void push(const Sentence& sentence, hal::MonoTime arrival);

    /// The line is silent: the burst is over. Nothing happens if none is open.
    void end_burst();

    /// Forgets all but what PUBX,04 said, which stays true of the receiver.
    void begin_anew();

    /// What push() or end_burst() brought about, oldest first. Pull all of it before the next push:
    /// no more than four are kept, and the oldest are lost first.
    [[nodiscard]] std::optional<Event> next();

    /// A burst is under way: something may come of end_burst().
    [[nodiscard]] bool open() const { return !burst_.empty(); }

  private:
    static constexpr std::size_t max_events = 4;
    struct Named; // the whole seconds of a burst

    void begin_burst(const Sentence& first, hal::MonoTime arrival);
    void note_beginning(Type first);
    void settle();
    [[nodiscard]] Named named() const;
    void learn_mixing(const Named& named);
    [[nodiscard]] Verdict judge(const Named& named) const;
    void announce(const Event& event);

    Burst burst_;
    bool silence_{false};        // before the burst that comes
    std::optional<Type> opener_; // began the last burst that came after silence
    bool begun_surely_{false};   // the burst began where it seems to
    int mixed_{0};               // bursts in a row that named two seconds, mixed_by_ apart
    std::int32_t mixed_by_{0};   // the other second less RMC's, modulo a day
    std::optional<SecondLabel> last_;
    std::optional<hal::MonoTime>
        leap_count_missing_; // when PUBX,04 said so, and not otherwise since
    std::array<Event, max_events> events_;
    std::size_t first_event_{0};
    std::size_t event_count_{0};
};

} // namespace ppsd::nmea
