// Which baud rate a receiver sends at, and what it sends. Pure.
#pragma once

#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/framer.hpp"
#include "daemon/nmea/line_load.hpp"
#include "daemon/nmea/line_rates.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/setup/facts.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ppsd::app {

using nmea::line_rates;

/// All that was heard at one rate. More than ten members: what is counted, and what counts it.
class RateListener {
  public:
    RateListener(unsigned baud, hal::UtcSecond not_before) : baud_{baud}, not_before_{not_before} {}

    void add(std::string_view bytes, hal::MonoTime now);
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// Sentences or packets are whole here: it is the rate.
    [[nodiscard]] bool understood() const;
    /// Something was whole here: it may be the rate.
    [[nodiscard]] bool promising() const { return good() > 0 || has_packets(1); }
    [[nodiscard]] HeardFacts facts() const;
    /// When the last label's first sentence began to come.
    [[nodiscard]] std::optional<hal::MonoTime> label_arrival() const { return label_arrival_; }

  private:
    void on_frame(const nmea::Frame& frame);
    void on_events();
    [[nodiscard]] std::uint64_t good() const;
    [[nodiscard]] bool has_packets(std::uint64_t least) const;
    [[nodiscard]] std::string problem() const;

    unsigned baud_;
    hal::UtcSecond not_before_;
    std::uint64_t bytes_ = 0;
    nmea::Framer framer_;
    nmea::Epoch epoch_;
    nmea::LineLoad load_{static_cast<int>(baud_)};
    NmeaCounters counts_;
    std::map<std::string, std::uint64_t> sentences_;
    std::uint64_t damaged_ = 0;
    std::array<char, 8> no_fix_by_{};
    std::uint64_t labels_ = 0;
    std::string label_;
    std::optional<hal::MonoTime> label_arrival_;
};

/// Listens at one rate after the other, over and over, until one is understood; then some seconds
/// more. A rate is wrong if nothing that came at it was whole: after a second's burst, or sooner
/// where the driver counts characters of another speed. Where one sentence or packet was whole, the
/// next are waited for. Silence is the same at all rates.
class RateHunt {
  public:
    RateHunt(hal::MonoTime now, hal::UtcSecond not_before);

    [[nodiscard]] unsigned rate() const { return line_rates[at_ % line_rates.size()]; }
    void add(std::string_view bytes, hal::MonoTime now);
    void note_framing_errors(std::uint64_t count) { framing_errors_ += count; }

    /// The port can't do rate(): it is another from now on.
    void skip(hal::MonoTime now);
    /// Whether to listen at another rate from now on: rate().
    [[nodiscard]] bool advance(hal::MonoTime now);
    /// Nothing more is to be learned.
    [[nodiscard]] bool settled(hal::MonoTime now) const;
    [[nodiscard]] HeardFacts facts(hal::MonoTime now) const;
    [[nodiscard]] const RateListener& listener() const { return listener_; }

  private:
    void listen(hal::MonoTime now);

    hal::UtcSecond not_before_;
    hal::MonoTime began_;                ///< the hunt
    hal::MonoTime since_;                ///< that rate() is listened at
    std::optional<hal::MonoTime> burst_; ///< when the first bytes came since then
    std::size_t at_ = 0;                 ///< rates that were tried before this one
    bool skipped_ = false;               ///< a rate
    std::uint64_t bytes_ = 0;            ///< at all rates
    std::uint64_t framing_errors_ = 0;   ///< at this one
    RateListener listener_;
};

} // namespace ppsd::app
