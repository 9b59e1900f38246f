// The next leap second as the receiver has it from the satellites, beside the list.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/nmea/ubx_packets.hpp"
#include "daemon/text/log.hpp"
#include "hal/time.hpp"

#include <optional>

namespace ppsd::app {

/// Where the list covers a month, it is used, and a receiver that differs is a warning. For other
/// months what the receiver has said for a minute is used.
class ReceiverLeaps {
  public:
    /// How often a receiver says the same, once a second, before it is used.
    static constexpr int enough = 60;

    /// The log must outlive it.
    explicit ReceiverLeaps(const Log& log) : log_{log} {}

    /// now: the second of the last sample, from which the word counts how far off it is. list: the
    /// one in use. Returns the table to use from now on, if that changes.
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
