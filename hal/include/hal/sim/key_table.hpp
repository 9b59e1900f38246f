// All that can be said about a simulated world, a row each. Scenarios, what `ppsctl simulate
// --print` prints, the drawn worlds and the tables of tests/sim/README.md follow from the rows;
// after a change: build/default/bin/option_texts --write. Code names a key as its row does, and
// doesn't compile where no row has the name (keys.hpp).
//
//   number(name, unit, default, limits, meaning)  and other kinds of value (key_info.hpp)
//       .drawn(place, chance, from)               in drawn worlds, for a whole run
//       .as_fault(place, value, longest)          in drawn worlds, now and then for up to so many s
//       .named(fault, value)                      what a scenario can call it
//
// What is drawn holds what is met in the field, and somewhat more.
#pragma once

#include "hal/sim/key_info.hpp"

namespace hal::sim {

inline constexpr auto key_table = [] {
    using namespace row;
    constexpr double day = 86400;
    constexpr KeyInfo rows[]{
        instant("start", "UTC", "2026-03-01T00:00:00", 1'772'323'200, {0, 4e9},
                "the first true second"),
        number("length", "s", 86400, {60, 366 * day}, "of one run"),
        word("levels", "both wire label", "both", "at which it makes sense"),
        number("grace", "s", 10, {0, 3600}, "how long after a fault seconds may be missed"),
        word("leap", "none inserted deleted", "none", "second at the end of the month"),

        number("clock.ahead", "s", 0.3, {-2e9, 2e9}, "the system clock at the start")
            .drawn(1, 0.9, evenly(-5, 5)),
        number("clock.drift", "ppm", 20, {-1000, 1000}, "how fast the clock runs")
            .drawn(2, 0.9, evenly(-100, 100)),
        number("clock.walk", "ppb", 0.1, {0, 1000}, "random walk of it, each second")
            .drawn(3, 0.5, by_magnitude(0.01, 10)),
        number("clock.swing", "ppm", 1, {0, 100}, "amplitude by temperature")
            .drawn(4, 0.5, evenly(0, 5)),
        number("clock.swing-period", "s", 86400, {60, 1e8}, "of the swing")
            .drawn(5, 0.5, by_magnitude(600, 86400)),
        number("clock.temperature-step", "ppm", 0, {-50, 50},
               "how far the temperature moves the rate, by 10 ppm in a minute")
            .as_fault(25, {-10, 10}, 1800),
        number("clock.slew", "ppm", 0, {-83333, 83333},
               "somebody slews the clock (83333 at most, with what `ntp` does)")
            .as_fault(22, {-83333, 83333}, 120),
        number("clock.step", "s", 0, {-1e9, 1e9}, "once: somebody steps the clock")
            .as_fault(23, {-10, 10}, 0),
        number("clock.step-inside", "s", 0, {-1e9, 1e9},
               "once: the step comes while a sample is being handed over")
            .as_fault(24, {-2, 2}, 0),
        word("clock.synchronised", "no yes", "no", "says the kernel").drawn(107, 0.3, only(1)),

        number("latency.least", "ns", 1000, {0, 1e8}, "from edge to stamp")
            .drawn(6, 0.7, by_magnitude(300, 30'000)),
        number("latency.usual", "ns", 2000, {0, 1e7}, "mean of what comes on top")
            .drawn(7, 0.7, by_magnitude(200, 30'000)),
        number("latency.tail", "of 1", 0.001, {0, 1}, "of the stamps are far later")
            .drawn(8, 0.5, by_magnitude(1e-5, 0.02)),
        number("latency.tail-scale", "ns", 20000, {0, 1e8}, "Pareto (exponent 1.5) scale of those")
            .drawn(9, 0.5, by_magnitude(5e3, 5e5)),
        number("latency.longest", "ns", 3000000, {0, 1e9}, "no stamp is later")
            .drawn(10, 0.5, by_magnitude(1e5, 2e7)),
        number("latency.load", "1/s", 0.0001, {0, 1}, "how often a load begins")
            .drawn(11, 0.4, by_magnitude(1e-5, 0.01))
            .as_fault(19, {1, 1}, 60)
            .named("load", "1"),
        number("latency.load-length", "s", 5, {0, 1e5}, "mean, of a load")
            .drawn(12, 0.4, by_magnitude(1, 60)),
        number("latency.load-factor", "", 10, {1, 1000},
               "by what a load makes usual, tail and tail-scale larger")
            .drawn(13, 0.4, by_magnitude(2, 100)),
        number("latency.wake", "ns", 60000, {0, 1e9},
               "mean, until the daemon has what the kernel has")
            .drawn(14, 0.6, by_magnitude(5e3, 5e6)),
        word("daemon.stall", "no yes", "no", "the daemon isn't run at all")
            .as_fault(20, {1, 1}, 12)
            .named("stall", "yes"),
        word("machine.sleep", "no yes", "no",
             "suspend: CLOCK_MONOTONIC stands still, what comes is lost")
            .as_fault(21, {1, 1}, 300),

        word("pps.pulses", "always with-fix never", "always", "when there are any")
            .drawn(102, 0.4, only(1)),
        number("pps.jitter", "ns", 20, {0, 1e8}, "standard deviation of the pulse")
            .drawn(15, 0.7, by_magnitude(1, 1e5)),
        number("pps.late-uniform", "ns", 0, {0, 1e8},
               "edges are late by up to that, evenly, as by a USB adapter that is polled"),
        number("pps.sawtooth", "ns", 10, {0, 1e6}, "largest, of the receiver's clock")
            .drawn(16, 0.5, evenly(0, 500)),
        number("pps.bias", "ns", 0, {-1e9, 1e9}, "how late all pulses are")
            .drawn(41, 0.2, evenly(-1e5, 1e5)),
        number("pps.width", "s", 0.1, {1e-6, 0.999}, "of the pulse")
            .drawn(17, 0.6, by_magnitude(1e-5, 0.44))
            .drawn(18, 0.1, evenly(0.56, 0.9)),
        word("pps.polarity", "rising falling", "rising", "of the leading edge")
            .drawn(101, 0.3, only(1)),
        number("pps.rate", "Hz", 1, {0.1, 10},
               "a whole number of pulses in a second, or one pulse in a whole number of seconds"),

        number("line.missing", "of 1", 0, {0, 1}, "of the pulses don't arrive")
            .drawn(19, 0.2, by_magnitude(1e-5, 0.05))
            .as_fault(1, {1, 1}, 600)
            .as_fault(2, {0.1, 0.9}, 60)
            .named("pps missing", "1"),
        number("line.doubled", "of 1", 0, {0, 1},
               "of the pulses that arrive come again 1 to 30 ms after")
            .drawn(20, 0.1, by_magnitude(1e-5, 0.01))
            .as_fault(3, {0.1, 1}, 60)
            .named("pps doubled", "1"),
        number("line.glitches", "1/s", 0, {0, 50}, "spikes anywhere")
            .drawn(21, 0.2, by_magnitude(1e-5, 0.3))
            .as_fault(4, {0.1, 20}, 60)
            .named("pps glitches", "3"),
        number("line.bounce", "of 1", 0, {0, 1}, "of the pulses that arrive ring for 1 ms")
            .drawn(22, 0.1, by_magnitude(1e-5, 0.3))
            .as_fault(5, {0.1, 1}, 60)
            .named("pps bounce", "1"),
        number("line.hum", "Hz", 0, {0, 100}, "the line carries hum and no pulses")
            .as_fault(6, {40, 70}, 60)
            .named("pps hum", "50"),
        word("line.floating", "no yes", "no",
             "nothing drives the line: 30 edges a second, and no pulses")
            .as_fault(7, {1, 1}, 60)
            .named("pps floating", "yes"),

        number("poll.read", "ns", 600, {10, 1e6}, "that a read of the line and the clock takes"),
        number("poll.stalls", "of 1", 0, {0, 1}, "of the polled edges find the poller stalled"),
        number("poll.stall-length", "ns", 20000, {0, 1e8}, "mean, of those"),
        number("poll.late", "of 1", 0, {0, 1}, "of the polls begin late"),
        number("poll.late-by", "ns", 1000000, {0, 1e9}, "mean, how late"),
        word("poll.interrupts", "off kept same-cpu", "off",
             "while it polls: not asked for, or on another processor, or on the poller's"),

        sentences("nmea.sentences", "RMC GGA GSA GSV GSV GSV",
                  "in this order: RMC GGA GNS GLL ZDA GSA GSV VTG TXT"),
        word("nmea.talker", "GP GN GL GA GB", "GP", "of all sentences"),
        number("nmea.decimals", "", 2, {0, 3}, "of the times' seconds"),
        number("nmea.rate", "Hz", 1, {1, 25}, "bursts in a second; divides 100"),
        number("nmea.baud", "bit/s", 9600, {4800, 921600}, "10 bits are a byte"),
        number("nmea.chunk", "bytes", 32, {1, 64}, "that the UART hands over at once"),
        number("nmea.buffer", "bytes", 4096, {256, 65536},
               "the transmitter's: sentences that don't fit in are lost (level wire)"),
        number("nmea.pause", "s", 0, {0, 2}, "of silence inside each burst"),
        number("nmea.pause-after", "", 1, {1, 20}, "so many of its sentences"),
        number("nmea.delay", "s", 0.12, {-0.9, 2}, "from the second to the first bit")
            .drawn(23, 0.8, evenly(0.02, 0.9)),
        number("nmea.delay-jitter", "s", 0.01, {0, 0.5}, "standard deviation")
            .drawn(24, 0.8, by_magnitude(1e-4, 0.12)),
        number("nmea.wander", "s", 0, {0, 1}, "amplitude of a slow swing of the delay")
            .drawn(25, 0.3, evenly(0, 0.2)),
        number("nmea.wander-period", "s", 3600, {10, 1e7}, "of that")
            .drawn(26, 0.3, by_magnitude(60, 86400)),
        number("nmea.late", "of 1", 0, {0, 1}, "of the bursts come late")
            .drawn(27, 0.2, by_magnitude(1e-5, 0.1))
            .as_fault(13, {0.2, 1}, 45)
            .named("late labels", "1"),
        number("nmea.late-by", "s", 0.45, {0, 3}, "how late").drawn(28, 0.5, evenly(0.05, 2.5)),
        word("nmea.shuffled", "no yes", "no", "each burst has its own order"),
        word("nmea.gsv-varies", "no yes", "no", "some GSVs are left out"),
        word("nmea.silence", "no yes", "no", "nothing is sent")
            .as_fault(9, {1, 1}, 600)
            .named("silence", "yes"),
        number("nmea.garbage", "of 1", 0, {0, 1}, "of the bursts have garbage in them")
            .drawn(29, 0.2, by_magnitude(1e-5, 0.1))
            .as_fault(10, {1, 1}, 60)
            .named("garbage", "1"),
        number("nmea.bad-checksum", "of 1", 0, {0, 1}, "of the bursts are broken")
            .drawn(30, 0.2, by_magnitude(1e-5, 0.1))
            .as_fault(11, {0.2, 1}, 60)
            .named("bad checksums", "1"),
        number("nmea.flips", "of 1", 0, {0, 1}, "of the bytes have a bit turned over")
            .drawn(31, 0.2, by_magnitude(1e-7, 1e-3))
            .as_fault(12, {1e-4, 0.1}, 60),

        number("receiver.fix-after", "s", 30, {0, 1e6}, "from power on")
            .drawn(32, 0.7, evenly(0, 300)),
        word("receiver.fix", "no yes", "yes", "whether it sees the sky")
            .as_fault(8, {0, 0}, 600)
            .named("no fix", "no"),
        word("receiver.before-fix", "empty rtc silent", "empty",
             "what it says without a fix: empty fields, its own clock's time, or nothing")
            .drawn(103, 1, whole(0, 2)),
        number("receiver.rollovers", "", 0, {0, 2}, "1024 weeks off so often")
            .drawn(104, 0.2, only(1))
            .named("old date", "1"),
        number("receiver.label-offset", "s", 0, {-20, 20}, "its labels are ahead by that")
            .as_fault(14, {1, 1}, 40)
            .as_fault(15, {-1, -1}, 40)
            .as_fault(16, {-18, 18}, 40)
            .named("labels ahead", "1")
            .named("labels behind", "-1"),
        number("receiver.leap-count-error", "s", 0, {-20, 20},
               "the same, from power on until it has the almanac"),
        number("receiver.leap-count-for", "s", 750, {0, 1e6}, "after the fix"),
        number("receiver.repeats", "of 1", 0, {0, 1}, "of the bursts say the second before")
            .drawn(33, 0.1, by_magnitude(1e-5, 0.02))
            .as_fault(17, {0.1, 1}, 30)
            .named("labels repeat", "1"),
        number("receiver.skips", "of 1", 0, {0, 1}, "of the bursts say the one after")
            .drawn(34, 0.1, by_magnitude(1e-5, 0.02))
            .as_fault(18, {0.1, 1}, 30)
            .named("labels skip", "1"),
        number("receiver.strays", "of 1", 0, {0, 1},
               "of the bursts say any second within three hours")
            .named("labels stray", "1"),
        word("receiver.leap", "announced repeat-59 repeat-00 late early", "announced",
             "how it numbers a leap second"),
        number("receiver.leap-off", "s", 20, {1, 1e6}, "how late, or early")
            .drawn(35, 0.5, evenly(1, 120)),

        word("ntp.mode", "none outside loop", "none",
             "who keeps the clock: nobody, somebody else, or one that reads our samples")
            .drawn(105, 1, whole(0, 2)),
        number("ntp.poll", "log2 s", 4, {0, 10}, "how often it acts, in the loop")
            .drawn(202, 1, whole(0, 8)),
        number("ntp.makestep", "", 3, {0, 1e6}, "actions that may step, in the loop")
            .drawn(203, 1, whole(0, 3)),
        number("ntp.longest-slew", "ppm", 83333, {1, 83333}, "how fast it may slew")
            .drawn(40, 0.8, by_magnitude(10, 83333)),
        number("ntp.step-every", "s", 3600, {1, 1e9}, "mean, from outside")
            .drawn(36, 0.8, by_magnitude(60, 20000)),
        number("ntp.step-size", "s", 0.5, {0, 1e6}, "standard deviation of those")
            .drawn(37, 0.8, by_magnitude(1e-4, 100)),
        number("ntp.slew-every", "s", 1800, {1, 1e9}, "mean, from outside")
            .drawn(38, 0.8, by_magnitude(60, 20000)),
        number("ntp.slew-length", "s", 30, {1, 1e6}, "mean, of those")
            .drawn(39, 0.8, by_magnitude(5, 600)),

        word("ppsd.edge", "auto rising falling", "auto", "ppsd's option"),
        number("ppsd.lock-count", "", 5, {2, 120}, "ppsd's option").drawn(201, 0.3, whole(3, 16)),
        number("ppsd.holdover", "s", 10, {0, 3600}, "ppsd's option").drawn(43, 0.4, evenly(0, 120)),
        optional("ppsd.nmea-delay", "s", {-1, 2}, "ppsd's option"),
        number("ppsd.pps-delay", "ns", 0, {-1e9, 1e9}, "ppsd's option")
            .drawn(42, 0.2, evenly(-1e5, 1e5)),
        word("ppsd.poll", "auto no always calibrate", "no", "ppsd's option"),
        optional("ppsd.irq-delay", "ns", {-1e6, 1e6}, "ppsd's option"),
        word("ppsd.leap-list", "current missing", "current", "the list of leap seconds that it has")
            .drawn(106, 0.3, only(1)),
        word("ppsd.trust", "receiver clock neither", "receiver",
             "ppsd's option; simulated clocks call themselves synchronised while they are seconds "
             "off"),
    };
    return numbered(rows);
}();

} // namespace hal::sim
