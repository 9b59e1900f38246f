// A pulse train that has begun, for its tests.
#pragma once

#include "daemon/discipline/pulse_train.hpp"
#include "tests/unit/discipline/station.hpp"

namespace ppsd::discipline {

/// A train that has seen pulses at 0, 1, … `seconds` s.
class Train : public PulseTrain {
  public:
    explicit Train(int seconds = 5, Nanos period = 1s) : last{seconds * period} {
        for (int n = 0; n <= seconds; ++n)
            (void)edge(n * period);
    }
    Outcome edge(Nanos since) { return add(at(since)); }
    /// An edge so long after the last of the pulses that it began with.
    Outcome after(Nanos d) { return edge(last + d); }

    /// Three seconds full of edges; when the last of them was.
    Nanos noise(Nanos period) {
        Nanos since = last;
        for (int n = 1; n <= 3; ++n)
            for (int i = 0; i <= 5; ++i)
                (void)edge(since = last + n * period + i * 100ms);
        return since;
    }

    Nanos last;
};

} // namespace ppsd::discipline
