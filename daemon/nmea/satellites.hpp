// How many satellites there are, and how strong: GSV and GSA, for who looks. Nothing needs it.
// Field layouts: NMEA 0183 4.11 chapter 6, as for sentence.hpp.
#pragma once

#include "daemon/nmea/sentence.hpp"
#include "hal/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ppsd::nmea {

/// One GSV: some of the satellites that a system has in view, by one of its signals.
struct Gsv {
    struct Seen {
        int id = 0;
        int signal_db = 0; ///< C/N0, dB-Hz; 0: not tracked
    };
    std::array<char, 2> talker{};
    char signal = '\0'; ///< 0: the sentence names none
    int parts = 0;
    int part = 0;    ///< from 1 to parts
    int in_view = 0; ///< as it says itself: in all parts
    std::array<Seen, 4> seen;
    std::size_t count = 0; ///< of `seen`
};

/// One GSA: satellites of a system that the fix rests on.
struct Gsa {
    std::array<char, 2> talker{};
    char system = '\0'; ///< 0: the sentence names none
    std::array<int, 12> ids{};
    std::size_t count = 0; ///< of `ids`
};

/// text: as of parse(), of any talker. Nothing: it is another sentence, or a field can't be read.
[[nodiscard]] std::optional<Gsv> parse_gsv(std::string_view text) noexcept;
[[nodiscard]] std::optional<Gsa> parse_gsa(std::string_view text) noexcept;

/// Keeps the last sentences as they came, and reads them when somebody asks: what comes each second
/// costs a copy. Pure; takes no memory.
class Satellites {
  public:
    /// What has not been said for so long is not known.
    static constexpr hal::Nanos forget_after = std::chrono::seconds{30};

    struct Report {
        std::optional<int> used;         ///< nothing: no GSA
        std::optional<int> in_view;      ///< nothing: no GSV
        std::optional<double> signal_db; ///< mean C/N0 of those that are tracked, dB-Hz
        hal::MonoTime last;              ///< when the last of these sentences came
    };

    /// False: it is neither GSV nor GSA, and passed over. Those tell no time.
    bool add(std::string_view text, hal::MonoTime arrival) noexcept {
        constexpr std::size_t type_at = 2;
        constexpr std::size_t type_end = 5;
        if (text.size() <= type_end || text[type_end] != ',' || text[type_at] != 'G') return false;
        if (text[type_at + 1] != 'S') return false;
        const char kind = text[type_end - 1];
        if (kind == 'V') seen_.add(text, arrival, epoch_);
        if (kind == 'A') used_.add(text, arrival, epoch_);
        return kind == 'V' || kind == 'A';
    }

    /// A sentence names this time: GSA between two times are of one epoch.
    void time(const TimeOfDay& time) noexcept {
        if (time == time_) return;
        time_ = time;
        ++epoch_;
    }

    void forget() noexcept { *this = Satellites{}; }

    /// Of the last round of GSV and the last whole epoch of GSA; nothing if there is neither.
    [[nodiscard]] std::optional<Report> report(hal::MonoTime now) const noexcept;

  private:
    /// The last sentences of a kind.
    template <std::size_t size>
    class Ring {
      public:
        static constexpr std::size_t longest = 88; ///< characters; the standard has 76
        struct Kept {
            hal::MonoTime arrival;
            std::uint32_t epoch = 0;
            std::uint32_t length = 0; ///< 0: nothing is kept here
            std::array<char, longest> text;
            [[nodiscard]] std::string_view view() const noexcept { return {text.data(), length}; }
        };

        void add(std::string_view text, hal::MonoTime arrival, std::uint32_t epoch) noexcept {
            if (text.size() > longest) return;
            Kept& kept = kept_[next_++ % size];
            kept.arrival = arrival;
            kept.epoch = epoch;
            kept.length = static_cast<std::uint32_t>(text.size());
            std::copy(text.begin(), text.end(), kept.text.begin());
        }

        /// From the newest to the oldest that is not too old, until each(kept) is false.
        template <class Each>
        void back(hal::MonoTime now, Each&& each) const {
            for (std::size_t i = 1; i <= size; ++i) {
                const Kept& kept = kept_[(next_ - i) % size];
                if (kept.length == 0 || now - kept.arrival >= forget_after || !each(kept)) return;
            }
        }

      private:
        std::array<Kept, size> kept_{};
        std::size_t next_ = 0;
    };

    void report_seen(hal::MonoTime now, std::optional<Report>& report) const noexcept;
    void report_used(hal::MonoTime now, std::optional<Report>& report) const noexcept;

    Ring<64> seen_; ///< two rounds of the most talkative receiver, and more
    Ring<16> used_;
    std::optional<TimeOfDay> time_;
    std::uint32_t epoch_ = 0;
};

} // namespace ppsd::nmea
