#include "hal/sim/scenario.hpp"

namespace hal::sim {

Scenario::Scenario() {
    using enum SentenceType;
    sentence_sets.push_back({rmc, gga, gsa, gsv, gsv, gsv});
}

} // namespace hal::sim
