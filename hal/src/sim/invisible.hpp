// By how many seconds the receiver's labels are off in a way that nothing on the wire shows.
#pragma once

#include "hal/sim/keys.hpp"
#include "hal/sim/true_time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hal::sim {

/// A receiver whose labels have been off since its first one, or for so long that it counts as its
/// numbering, looks just like one that is right; so does one that goes on counting over a leap
/// second that no list knows. The same holds for sentences that come more than a second after their
/// pulse, or before it, unless the daemon was told.
class InvisibleError {
  public:
    /// By how many seconds a label whose burst begins `delay` after its second seems to be late.
    [[nodiscard]] static std::int64_t seconds_late(Nanos delay,
                                                   const Parameters& parameters) noexcept;

    /// What the sentences of a second say.
    struct Label {
        std::int64_t index = 0;
        TrueSecond truth;         ///< what second it is
        TrueSecond named;         ///< what second the pulse is that they name: `late` seconds later
        std::int64_t late = 0;    ///< as they come, to a daemon that isn't locked
        TrueSecond meant;         ///< what second that pulse is to who knows their usual delay
        std::int64_t later = 0;   ///< by so many seconds
        TrueSecond label;         ///< as the receiver counts
        std::int64_t slipped = 0; ///< by so much what it says is ahead of that
        bool unspoilt = true;     ///< they reach the daemon, and in time
        bool may_be_lost = false; ///< perhaps they don't
        bool pulse_disturbed = false; ///< theirs: a daemon that searches can't count them
    };
    void note(const Label& said, const Parameters& parameters) noexcept;

    /// Until that second the daemon has lost the time: it compares with nothing from before.
    void lose_time(std::int64_t index) noexcept { time_lost_ = index; }

    /// What samples are bound to be off by: receive time minus the time that the label means.
    [[nodiscard]] std::int64_t error() const noexcept { return lasting_; }
    /// The same some seconds ago: samples of then may come yet.
    [[nodiscard]] std::int64_t error_before() const noexcept { return before_; }
    /// The same until as many labels as it takes were heard in a row, with their pulses: a daemon
    /// may believe it yet, if the last labels say it.
    [[nodiscard]] std::int64_t error_unlearned() const noexcept { return unlearned_; }

    /// The same, of the last labels, as soon as enough agree to lock on: for a daemon that has
    /// nothing to compare them with.
    [[nodiscard]] std::int64_t error_at_start() const noexcept { return at_start_; }
    /// The same within the holdover before: where the labels since then were lost, pulses go on.
    [[nodiscard]] std::int64_t error_at_start_before() const noexcept { return at_start_before_; }

    /// Whether an unspoilt label more than 5 s ago, as of second `now`, named another error than
    /// that one, and no label named that one since.
    [[nodiscard]] bool contradicted(std::int64_t error, std::int64_t now) const noexcept;

    [[nodiscard]] std::int64_t first_label() const noexcept { return first_; }

  private:
    struct Said {
        std::int64_t index = -1;
        std::int64_t error = 0;
        std::int64_t to_locked = 0; ///< the same to who knows their usual delay
        bool unspoilt = false;
    };
    /// So many in a row say the same.
    struct Row {
        std::int64_t said = 0;
        int length = 0;
        std::int64_t began = 0; ///< with that label

        void add(std::int64_t index, std::int64_t error) noexcept;
    };
    static constexpr std::size_t kept = 16;

    /// Whether a daemon with the list sees it when labels count on over a leap second that have
    /// been off by that since.
    [[nodiscard]] bool sees_leap(std::int64_t error, std::int64_t began) const noexcept;
    void count_on(std::int64_t index, std::int64_t moves, bool list) noexcept;
    void note_start(std::int64_t index, const Parameters& parameters) noexcept;

    std::int64_t first_ = -1;
    std::int64_t numbering_ = 0;      ///< label less index, as the receiver has it
    std::int64_t since_ = 0;          ///< it has had that
    std::int64_t time_lost_ = -1;     ///< until then
    std::int64_t last_index_ = 0;     ///< of the last label
    std::int64_t last_numbering_ = 0; ///< the same with the last label's slip
    std::int64_t heard_ = 0;          ///< labels in a row since then, with their pulses
    std::int64_t error_ = 0;
    std::int64_t lasting_ = 0;
    std::int64_t believed_ = INT64_MIN; ///< the numbering that has lasted
    std::int64_t before_ = 0;
    std::int64_t unlearned_ = 0; ///< the lasting_ of before, until enough was heard
    std::int64_t changed_ = 0;   ///< lasting_ did
    std::int64_t at_start_ = 0;
    std::int64_t at_start_before_ = 0;
    std::int64_t at_start_changed_ = 0;
    Row all_;                       ///< of the last labels' errors, slips and all
    Row surely_heard_;              ///< the same without those that may be lost and would end it
    Row perhaps_heard_;             ///< of those that were left out of it
    std::array<Said, kept> last_{}; ///< labels
    std::size_t noted_ = 0;
};

} // namespace hal::sim
