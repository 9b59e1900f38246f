#include "daemon/pipeline/state.hpp"

namespace ppsd::app {
namespace {

struct Row {
    std::string_view name;
    std::string_view explanation;
};

constexpr Row row(State state) {
    switch (state) {
    case State::starting:
        return {"starting", "waiting for the receiver"};
    case State::no_bytes:
        return {"no-bytes",
                "nothing arrives from the receiver; look at its power, TX wire, `nmea` and "
                "`baud`; nothing is published"};
    case State::no_labels:
        return {"no-labels",
                "the receiver sends no whole second with a date and a fix (RMC, or ZDA with "
                "GGA, GNS or GLL); look at `baud`, or at its output settings"};
    case State::line_full:
        return {"line-full",
                "the receiver sends more than its line carries, so its labels may be seconds "
                "late; raise its baud rate (and `baud`), or let it send fewer sentences; "
                "nothing is published"};
    case State::no_fix:
        return {"no-fix",
                "the receiver says that it has no fix; nothing is published until it has"};
    case State::no_pulses:
        return {"no-pulses", "labels come, but no pulses; look at the PPS wire, `pps` and `edge`"};
    case State::searching:
        return {"searching", "pulses and labels come; finding out which belong together"};
    case State::straddling:
        return {
            "straddling",
            "labels come, or lately came, so near a pulse or so far from `nmea-delay` that they "
            "may name another pulse; set `nmea-delay` to the receiver's true delay; if that is "
            "right, or not set, it also ends within a day in which labels keep clear of the "
            "pulses"};
    case State::locked:
        return {"locked", "each pulse's second is known; samples are published"};
    case State::holdover:
        return {"holdover", "labels stopped; pulses go on being published for `holdover` seconds"};
    case State::withheld:
        return {"withheld",
                "the last label's second or arrival differs from those before; nothing is "
                "published until labels agree again"};
    case State::implausible:
        return {"implausible",
                "pulses come, but not where the board's own oscillator expects them; nothing "
                "is published until `distrust` of them in a row have come there"};
    case State::contradicted:
        return {"contradicted",
                "the receiver's second differs from that of the system clock, which others "
                "had synchronised; nothing is published"};
    }
    return {};
}

} // namespace

std::string_view name(State state) noexcept {
    return row(state).name;
}
std::string_view explanation(State state, bool pulses) noexcept {
    if (!pulses && state == State::searching)
        return "labels come; waiting for `lock-count` of them that follow each other";
    return row(state).explanation;
}

} // namespace ppsd::app
