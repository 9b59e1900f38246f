// Labels for a LabelTrain.
#pragma once

#include "daemon/discipline/label_train.hpp"
#include "tests/unit/discipline/station.hpp"

#include <utility>

namespace ppsd::discipline {

/// Labels a second apart; label n comes at n seconds.
class Labels : public LabelTrain {
  public:
    explicit Labels(int needed = 5, LeapTable leaps = {}, std::int64_t zero = 1'750'000'000)
        : LabelTrain{needed, std::move(leaps)}, zero_second{zero} {}
    bool label(std::int64_t n, Nanos late = 0ns, std::int64_t ahead = 0) {
        return add(UtcSecond::from_posix(zero_second + n + ahead), at(whole_seconds(n) + late));
    }
    /// Label n is :60.
    bool leap_second(std::int64_t n) {
        return add(UtcSecond::from_posix(zero_second + n), at(whole_seconds(n)), true);
    }
    bool run(std::int64_t from, std::int64_t to, std::int64_t ahead = 0) {
        bool trusted = false;
        for (std::int64_t n = from; n <= to; ++n)
            trusted = label(n, 0ns, ahead);
        return trusted;
    }

    std::int64_t zero_second;
};

} // namespace ppsd::discipline
