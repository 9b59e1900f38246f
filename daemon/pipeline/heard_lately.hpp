// What a receiver's line has brought of late, for who asks why there is no label.
#pragma once

#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/other_protocols.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/no_label.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ppsd::app {

/// Since the last label, in the 10 to 20 s before the last byte. Pure.
class HeardLately {
  public:
    /// Of one span; what is older than two is forgotten.
    static constexpr hal::Nanos span = std::chrono::seconds{10};

    /// Bytes came at that time.
    void bytes(std::size_t size, hal::OscTime arrival) noexcept;

    /// So many packets of that protocol have begun since the start.
    void packets(nmea::Protocol protocol, std::uint64_t so_far) noexcept;

    /// What became of a sentence, or of what was said of one time.
    void verdict(nmea::Verdict verdict) noexcept { now_.verdicts.count(verdict); }

    /// A sentence said that there is no fix.
    void no_fix(const nmea::Event& event) noexcept { no_fix_by_ = sentence_name(event); }

    /// There was a label: what was before it stands in nobody's way.
    void label() noexcept;

    [[nodiscard]] NoLabel why_no_label() const noexcept;

  private:
    struct Span {
        NmeaCounters verdicts;
        ProtocolCounters packets;
        std::uint64_t labels = 0; ///< 1 if nothing has come since
        std::uint64_t bytes = 0;
    };

    Span now_;
    Span before_;
    std::optional<hal::OscTime> since_; ///< when now_ began; nothing before the first byte
    std::array<std::uint64_t, nmea::protocol_count> packets_{}; ///< that the spans have counted
    std::array<char, 8> no_fix_by_{};                           ///< the last sentence that said so
};

} // namespace ppsd::app
