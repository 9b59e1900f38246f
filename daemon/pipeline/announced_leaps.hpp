// The list of leap seconds as samples announce it.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/text/log.hpp"
#include "hal/time.hpp"

namespace ppsd::app {

class AnnouncedLeaps {
  public:
    /// The log must outlive it.
    AnnouncedLeaps(discipline::LeapTable table, const Log& log)
        : table_{std::move(table)}, log_{log} {}

    /// What a sample of that second announces: none where the list has expired, which is said once
    /// for each list.
    [[nodiscard]] discipline::Leap at(hal::UtcSecond second);

    [[nodiscard]] const discipline::LeapTable& table() const noexcept { return table_; }
    void set(discipline::LeapTable table);

  private:
    discipline::LeapTable table_;
    const Log& log_;
    bool expiry_said_ = false;
};

} // namespace ppsd::app
