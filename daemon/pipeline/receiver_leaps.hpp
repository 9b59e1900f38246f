// The next leap second as the receiver has it from the satellites, beside the list.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/nmea/leap_packets.hpp"
#include "daemon/text/log.hpp"
#include "hal/time.hpp"

#include <optional>

namespace ppsd::app {

/// A list that hasn't expired counts: where the receiver differs, that is a warning. Where there is
/// none, what the receiver has said for a minute counts.
class ReceiverLeaps {
  public:
    /// As often a receiver says the same before it counts.
    static constexpr int enough = 60;

    /// The log must outlive it.
    explicit ReceiverLeaps(const Log& log) : log_{log} {}

    /// now: the second of the last sample, which the word's distance begins at. list: as it is used
    /// now. A table that is to be used from now on, or nothing.
    [[nodiscard]] std::optional<discipline::LeapTable>
    add(const nmea::LeapWord& word, hal::UtcSecond now, const discipline::LeapTable& list);

    /// Another list is used from now on.
    void new_list() { replaced_.reset(); }

  private:
    struct Said {
        discipline::Leap what{};
        hal::UtcSecond end; ///< of the month at whose end it is; none: of the present one
        bool operator==(const Said&) const = default;
    };

    [[nodiscard]] static std::optional<Said> read(const nmea::LeapWord& word, hal::UtcSecond now);
    [[nodiscard]] std::optional<discipline::LeapTable> take_back();
    void warn(const discipline::LeapTable& list);

    const Log& log_;
    std::optional<Said> said_;
    int times_ = 0;
    bool warned_ = false;
    std::optional<discipline::LeapTable> replaced_; ///< by the receiver's word
};

} // namespace ppsd::app
