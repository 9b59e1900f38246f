// ppsd's options, a row each: all that the programs, their manual, ppsd.conf and the completion say
// of them. After a change: build/default/bin/option_texts --write. In texts, {words}, {limits} and
// {default} are the row's; `manual` is mdoc(7). Only option_rows.cpp and option_texts.cpp see it.
#pragma once

#include "daemon/discipline/numbering.hpp"
#include "daemon/settings/option_entry.hpp"
#include "daemon/settings/option_fields.hpp"
#include "daemon/settings/option_rows.hpp"
#include "daemon/settings/options.hpp"

#include <ntpdshm/layout.hpp>

#include <string_view>

namespace ppsd::app {

inline constexpr OptionEntry option_table[]{
    {.row = {.key = "pps",
             .value = "SOURCE",
             .help = "pulses: gpio:LINE (gpio:GPIO18, gpio:gpiochip0/18), sim:, or replay:FILE",
             .recorded = Recorded::yes,
             .field = option_field::text<&Options::pps>},
     .manual = R"(Where the pulses come from:
.Bl -tag -width Ds -compact
.It Ar gpio:LINE
a GPIO line by its name, on whichever chip has it
.Pq Ar gpio:GPIO18 , gpio:P9_12 ;
.Ql gpioinfo
lists them
.It Ar gpio:CHIP/OFFSET
.Ar gpio:gpiochip0/18 ,
a line by chip and number; it stays the same chip if its driver comes back with
another number
.It Ar pps:/dev/pps0
a kernel PPS device
.It Ar sim\&:
the simulated receiver
.It Ar replay:FILE
a recording that
.Cm record
wrote
.El
Without it, only the time of the sentences is published.)",
     .comment = "Where the pulses come from: a GPIO line by its name (gpioinfo lists them), or "
                "chip/offset.\n"
                "Raspberry Pi: gpio:GPIO18 (header pin 12). BeagleBone: gpio:P9_12.",
     .example = "gpio:GPIO18"},
    {.row = {.key = "nmea",
             .value = "SOURCE",
             .help = "the receiver's sentences: uart:PATH (uart:/dev/serial0), sim:, or "
                     "replay:FILE",
             .recorded = Recorded::yes,
             .field = option_field::text<&Options::nmea>},
     .manual = R"(Where the receiver's sentences come from:
.Ar uart:PATH
.Pq Ar uart:/dev/serial0 , uart:/dev/ttyACM0 ,
.Ar sim\&:
or
.Ar replay:FILE .)",
     .comment = "Where the receiver's sentences come from.\n"
                "Raspberry Pi: uart:/dev/serial0. BeagleBone: uart:/dev/ttyS1. "
                "By USB: uart:/dev/ttyACM0.",
     .example = "uart:/dev/serial0"},
    {.row = {.key = "baud",
             .value = "RATE",
             .fallback = "9600",
             .low = 4800,
             .high = 921600,
             .words = option_words::rates,
             .help = "of the UART, {limits}",
             .recorded = Recorded::changeable,
             .field = option_field::whole_number<&Options::baud>},
     .manual = R"(Speed of the UART, as set in the receiver, {limits} ({default}).
If only noise has come for 5 seconds,
.Nm ppsd
listens at the other rates, and follows a receiver that sends at one of them:
one that has lost its settings, or was set anew.
It logs the rate to write here;
.Cm ppsctl status
shows it.)",
     .comment =
         "The UART's speed, as the receiver has it: {limits}. If the receiver changes it, ppsd "
         "follows."},
    {.row = {.key = "checksum",
             .value = "WHETHER",
             .fallback = "required",
             .words = option_words::checksum,
             .help = "required, or optional for a receiver that sends none: damaged sentences are "
                     "then not detected",
             .recorded = Recorded::changeable,
             .field = option_field::word<&Options::checksum>},
     .manual = R"(required, or optional for a receiver that sends sentences without one
({default}).
With optional, damage to a sentence without a checksum is not detected.
A checksum that is there is always checked.)",
     .comment = "Whether a sentence needs a checksum: required, or optional for a receiver that "
                "sends none. Damaged sentences are then not detected."},
    {.row = {.key = "edge",
             .value = "EDGE",
             .fallback = "auto",
             .words = option_words::edge,
             .help = "which edge is on the second: {words}",
             .recorded = Recorded::changeable,
             .field = option_field::word<&Options::edge>},
     .manual = R"(Which edge of the pulse is on the second: {words} ({default}).
auto takes the edge that starts the shorter part of the second, and logs a line
if it can't decide.
If the pulse itself lasts for more than half of the second, set the edge that
the receiver's manual names, nearly always rising.)",
     .comment = "Which edge of the pulse is on the second: {words}."},
    {.row = {.key = "pps-out",
             .value = "OUTPUTS",
             .fallback = "shm:1",
             .help = "where the pulses' time goes: shm:UNIT (shared memory of ntpd and chronyd), "
                     "sock:PATH (chronyd's refclock SOCK), several of them between commas, or none",
             .recorded = Recorded::yes,
             .field = option_field::outputs<hal::Feed::pps>},
     .manual = R"(Where the pulses' time goes: any number of outputs between commas, or none
({default}).
Each sample goes to all of them, even if one of them can't take it.
.Bl -tag -width Ds -compact
.It Ar shm:UNIT
a unit of the NTP shared memory, 0 to 255, for chronyd and ntpd.
Units 0 and 1 are root's; units from 2 up are open to all users of the machine
.Pq Xr ppsd 8 , No SECURITY CONSIDERATIONS
.It Ar sock:PATH
the socket of chronyd's
.Ql refclock SOCK PATH
.Pq Ar sock:/run/chrony.ppsd.sock .
chronyd makes it when it starts.
While it is not there, samples for it are dropped.
PATH has at most 107 bytes and no comma.
See
.Xr ppsd 8 , No FILES ,
for the right to write to it.
.El)",
     .comment = "Where the pulses' time goes, and that of the sentences alone: none, or any number "
                "of outputs between commas. shm:UNIT is a unit of the NTP shared memory, 0 to 255, "
                "for chronyd and ntpd; sock:PATH is the socket of chronyd's \"refclock SOCK "
                "PATH\", for example sock:/run/chrony.ppsd.sock.\n"
                "(pps-unit = 1 is short for pps-out = shm:1, and nmea-unit = 0 for nmea-out = "
                "shm:0.)"},
    {.row = {.key = "nmea-out",
             .value = "OUTPUTS",
             .fallback = "shm:0",
             .help = "where the sentences' time goes, as with pps-out",
             .recorded = Recorded::yes,
             .field = option_field::outputs<hal::Feed::nmea>},
     .manual = R"(Where the time of the sentences goes, in the same way ({default}).
The same output can't be in both pps-out and nmea-out.)"},
    {.row = {.key = "pps-unit",
             .value = "UNIT",
             .fallback = "1",
             .high = ntpdshm::max_unit,
             .help = "{limits} or none: short for pps-out shm:UNIT or none",
             .recorded = Recorded::yes,
             .field = option_field::unit<hal::Feed::pps>},
     .manual = R"({limits} or none ({default}): short for
.Cm pps-out No = Ar shm:UNIT
or none.
Use only one of the two forms.)",
     .short_form = true},
    {.row = {.key = "nmea-unit",
             .value = "UNIT",
             .fallback = "0",
             .high = ntpdshm::max_unit,
             .help = "{limits} or none: short for nmea-out shm:UNIT or none",
             .recorded = Recorded::yes,
             .field = option_field::unit<hal::Feed::nmea>},
     .manual = R"({limits} or none ({default}): short for
.Cm nmea-out No = Ar shm:UNIT
or none.)",
     .short_form = true},
    {.row = {.key = "pps-delay",
             .value = "NS",
             .fallback = "0",
             .low = -500'000'000,
             .high = 500'000'000,
             .help = "how late the edges are: antenna and cable, about 5 ns/m",
             .recorded = Recorded::changeable,
             .field = option_field::nanoseconds<&Options::pps_delay>},
     .manual = R"(How late the pulses are, in nanoseconds: antenna and cable, about 5 ns a metre
({default}).)",
     .comment = "How late the pulses are, in ns: antenna and its cable, about 5 ns a metre."},
    {.row = {.key = "poll",
             .value = "WHETHER",
             .fallback = "no",
             .words = option_words::poll,
             .help = "{words}: whether a gpio: line is read in a loop around the time of the next "
                     "edge, which is more precise than interrupts",
             .field = option_field::word<&Options::poll>},
     .manual = R"(Whether the edges of a
.Ar gpio\&:
line are polled: {words} ({default}).
.Nm ppsd
then reads the line in a loop around the time at which the next edge is due.
The edge lies between two reads, and its time is off by at most half of that
interval, which
.Ql ppsctl status
shows.
A sample's precision is no smaller than that.
Without polling, interrupts find the edges; their stamps are late by some
microseconds.
.Bl -tag -width Ds -compact
.It Ar auto
polls after two pulses in a row, a second apart, that
.Nm ppsd
uses.
In the first minute and in one minute of each hour, an interrupt stamps one edge
in eight, to measure how late interrupts are
.It Ar always
does so even without real-time priority or a second processor
.It Ar calibrate
polls for two minutes at the start and in each hour, to learn how late
interrupts are, and corrects their stamps in between
.El
auto and calibrate require real-time priority and, with libgpiod 1.6, a second
processor.
Without them
.Nm ppsd
uses interrupts, and logs why.
Polling uses a thread with SCHED_FIFO 50, for at most 2 ms in a second.
Until polling has found 16 edges in a row, an edge that it doesn't find has
its interrupt's stamp.
After three missed edges in a row, ppsd finds the pulses by interrupts again.)",
     .comment =
         "Whether the GPIO line is read in a loop around the time of the next edge, which is "
         "more precise than interrupts: {words}."},
    {.row = {.key = "poll-cpu",
             .value = "CPU",
             .fallback = "auto",
             .high = 1023,
             .words = option_words::automatic,
             .help = "the processor that polls, from 0; auto: the last that doesn't serve the "
                     "line's interrupt",
             .field = option_field::number_or_default<&Options::poll_cpu>},
     .manual = R"(The processor that polls, {limits} or auto ({default}).
auto is the last one that doesn't serve the line's interrupt.
If several instances poll, give each its own.)"},
    {.row = {.key = "irq-delay",
             .value = "NS",
             .fallback = "auto",
             .low = -1'000'000,
             .high = 1'000'000,
             .words = option_words::automatic,
             .help = "how late interrupts' stamps are, which is subtracted; auto: measured while "
                     "polling, 0 without poll",
             .recorded = Recorded::changeable,
             .field = option_field::number_or_default<&Options::irq_delay>},
     .manual = R"(How late the kernel's edge stamps are, in ns, {limits} or auto
({default}).
It is subtracted from them, and never from polled edges.
auto measures it: while
.Cm poll
has an interrupt stamp one edge in eight, each of these is compared with its
polled neighbours.
Before the third, and without polling, auto is 0.)"},
    {.row = {.key = "cpu-latency",
             .value = "US",
             .fallback = "none",
             .high = 1'000'000,
             .words = option_words::none,
             .help = "longest time in us that a processor may take to wake up while pulses are "
                     "stamped (/dev/cpu_dma_latency), or none",
             .field = option_field::number_or_default<&Options::cpu_latency>},
     .manual = R"(The longest time, in microseconds, that a processor may take to wake up while
pulses are stamped
.Pq Pa /dev/cpu_dma_latency ,
or none ({default}).
A small value costs power.
The setting ends when
.Nm ppsd
ends.)"},
    {.row = {.key = "nmea-delay",
             .value = "S",
             .low = -2,
             .high = 2,
             .help = "time from a second to the first byte of its sentences; otherwise learned "
                     "from the pulses",
             .recorded = Recorded::changeable,
             .field = option_field::seconds<&Options::nmea_delay>},
     .manual = R"(The time from a second to the first byte of its sentences, in seconds.
.Nm ppsd
learns it from the pulses.
Set it if there are no pulses, or if the state is straddling.)",
     .comment = "The time from a second to the first byte of its sentences, in s. ppsd learns it "
                "from the pulses. Set it if there are no pulses, or if the state is straddling.",
     .example = "0.3"},
    {.row = {.key = "shm-layout",
             .value = "LAYOUT",
             .fallback = "auto",
             .words = ntpdshm::layout_choice_words,
             .help = "{words}: the time_t of your ntpd or chronyd",
             .field = option_field::word<&Options::layout>},
     .manual = R"(The time_t of ntpd or chronyd: {words} ({default}).
It applies to shared memory and to chronyd's SOCK.)",
     .comment = "The time_t of the ntpd or chronyd that reads: {words}."},
    {.row = {.key = "lock-count",
             .value = "N",
             .fallback = "5",
             .low = 2,
             .high = discipline::Numbering::replace_count,
             .help = "labels in a row that must agree before anything is published, {limits}",
             .recorded = Recorded::changeable,
             .field = option_field::whole_number<&Options::lock_count>},
     .manual = R"(How many labels in a row must agree before anything is published, {limits}
({default}).)",
     .comment = "How many labels in a row must agree before anything is published: {limits}."},
    {.row = {.key = "holdover",
             .value = "S",
             .fallback = "10",
             .high = 3600,
             .help = "how long pulses go on being published when the sentences stop, {limits}",
             .recorded = Recorded::changeable,
             .field = option_field::seconds<&Options::holdover>},
     .manual = R"(How long pulses are still published when the sentences stop, {limits}
seconds ({default}).)",
     .comment = "How long pulses are still published when the sentences stop, in s: {limits}."},
    {.row = {.key = "distrust",
             .value = "N",
             .fallback = "60",
             .high = 86400,
             .help = "pulses in a row that must come at a new phase before it is accepted, "
                     "{limits}",
             .recorded = Recorded::changeable,
             .field = option_field::seconds<&Options::distrust>},
     .manual = R"(How many pulses in a row must come at a time at which the board's own oscillator
doesn't expect them, before that time is accepted, {limits} ({default}).
At least 5 are needed, or 8 if pulses scatter by more than 1 ms.
A move of up to 25 milliseconds later, or 2 earlier, needs 8.)",
     .comment = "How many pulses in a row must come at another time of the second before that is "
                "accepted: {limits}. A move of up to 25 ms later, or 2 ms earlier, needs 8."},
    {.row = {.key = "not-before",
             .value = "DATE",
             .fallback = "the build date",
             .help =
                 "YYYY-MM-DD: a receiver's date before it is advanced by 1024 weeks or a century",
             .recorded = Recorded::changeable,
             .field = option_field::date<&Options::not_before>},
     .manual = R"(The earliest date that is possible, YYYY-MM-DD ({default}).
A receiver's date before it is advanced by 1024 weeks at a time, or by a
century.)",
     .comment =
         "The earliest date that is possible, YYYY-MM-DD: an earlier one is advanced by 1024 "
         "weeks or a century. By default the build date.",
     .example = "2026-11-22"},
    {.row = {.key = "trust",
             .value = "WHOM",
             .fallback = "clock",
             .words = trust_names,
             .help = "which to believe when the receiver's second differs from a system clock that "
                     "others synchronised: {words}; ppsd publishes only with receiver",
             .recorded = Recorded::changeable,
             .field = option_field::word<&Options::trust>},
     .manual = R"(Which to believe when the receiver's second differs by more than half a second
from a system clock that is independent of ppsd: {words}
({default}).
The clock is independent if the kernel called it synchronised before any
.Nm ppsd
had published anything since the boot.
.Bl -tag -width Ds -compact
.It Ar receiver
the second is published all the same, with a warning
.It Ar clock
nothing is published until they agree; the log advises to look at the receiver
.It Ar neither
nothing is published until they agree; the log names both
.El
For a simulated or replayed receiver the default is receiver.)",
     .comment = "Which to believe when the receiver's second differs by more than half a second "
                "from a system clock that others had synchronised before ppsd published anything: "
                "{words}. ppsd then publishes only with receiver."},
    {.row = {.key = "published-before",
             .words = option_words::yes_no,
             .recorded = Recorded::yes,
             .field = option_field::yes_no<&Options::published_before>}},
    {.row = {.key = "leap-file",
             .value = "PATH",
             .fallback = default_leap_file,
             .help = "the list of leap seconds, as tzdata installs it",
             .field = option_field::text<&Options::leap_file>},
     .manual = R"(The list of leap seconds
.Pq Pa {default} .
If it is missing or isn't such a list,
.Nm ppsd
warns, and announces only a leap second that the receiver tells of
.Pq UBX-NAV-TIMELS .
It reads the file again within an hour after it has changed.)",
     .comment = "The list of leap seconds."},
    {.row = {.key = "record",
             .value = "FILE",
             .help = "write what comes in and what goes out, for ppsctl replay",
             .field = option_field::text<&Options::record>},
     .manual = R"(The flight recorder: FILE receives all that comes in and goes out, for
.Ql ppsctl replay .
The service may write to
.Pa /var/log/ppsd
only.
If FILE can't be written,
.Nm ppsd
warns, runs without it and tries again each second.
It does not write to a FILE that is no recording, belongs to another user, is a
symbolic link, or has a second name (a hard link).
A recording whose beginning is damaged is kept as FILE.damaged, and a new one is
begun.)",
     .comment = "The flight recorder: all that comes in and goes out, for ppsctl replay. By "
                "default none. The service may write to /var/log/ppsd only. When it has "
                "record-size MiB, it becomes FILE.1. Where it can't be written, ppsd warns and "
                "runs without it.",
     .example = "/var/log/ppsd/ppsd.rec"},
    {.row = {.key = "record-size",
             .value = "MIB",
             .fallback = "64",
             .low = 0.0625,
             .high = 1024,
             .help = "when FILE is that large it becomes FILE.1, in place of an older one: "
                     "{limits}",
             .field = option_field::mebibytes<&Options::record_size>},
     .manual = R"(When the recording is that large, {limits}, it becomes FILE.1, in place
of an older one ({default}).)"},
    {.row = {.key = "realtime",
             .value = "PRIORITY",
             .fallback = "0",
             .high = 99,
             .help = "real-time priority (SCHED_FIFO), 1 to 99, or 0 for none",
             .field = option_field::whole_number<&Options::realtime>},
     .manual = R"(A real-time priority (SCHED_FIFO), 1 to 99, or 0 for none ({default}).
The kernel stamps the pulses in any case.
On a busy machine it makes the time of the sentences
.Pq Cm nmea-out
more precise.
The service allows up to 50.)",
     .comment =
         "A real-time priority (SCHED_FIFO), 1 to 99, or 0 for none; and whether the program "
         "is kept in RAM. The kernel stamps the pulses in any case."},
    {.row = {.key = "lock-memory",
             .value = "YES|NO",
             .fallback = "no",
             .words = option_words::yes_no,
             .help = "keep the program in RAM, so that it never waits for a disk",
             .field = option_field::yes_no<&Options::lock_memory>},
     .manual = R"(Whether the program is kept in RAM, so that it never waits for a disk
({default}).
This needs up to 9 MB that may be locked.
The service has no limit, nor has root outside a container.)"},
    {.row = {.key = "user",
             .value = "NAME",
             .fallback = "ppsd",
             .help = "account to switch to after the devices are open, if root starts ppsd and "
                     "the account exists",
             .field = option_field::text<&Options::user>},
     .manual = R"(The account to switch to after the devices are open, if root starts
.Nm ppsd
by hand ({default}).
.Nm ppsd
then has that account's groups and no capability.
If the account is root, or the default account does not exist, ppsd stays root.
Any other account must exist.)",
     .comment = "The account to switch to after the devices are open, if root starts ppsd by hand. "
                "The service runs as ppsd."},
    {.row = {.key = "status-socket",
             .value = "PATH",
             .fallback = "/run/ppsd/status",
             .help = "where ppsctl status asks, or none",
             .field = option_field::text<&Options::status_socket>},
     .manual = R"(The socket that
.Ql ppsctl status
asks, or none ({default}).
Its mode is 0660.
The service
.Sy ppsd@NAME
has it in /run/ppsd/NAME.
Each connection receives one JSON object and is closed.
If the socket can't be made, or its file is removed,
.Nm ppsd
warns, runs without it and tries again every 10 seconds.)",
     .comment = "The socket that ppsctl status asks, or none."},
    {.row = {.key = "share",
             .value = "PATH",
             .help = "a pty for other programs that want the receiver's bytes",
             .field = option_field::text<&Options::share>},
     .manual =
         R"(A path such as
.Pa /run/ppsd/nmea ,
at which other programs (gpsd, a plotter) open a pty as if it were the receiver.
A program gets what
.Nm ppsd
reads.
If two programs read at the same time, each gets a part.
.Nm ppsd
never waits for a program that doesn't read: what the system can't keep for it
is lost.
The group of
.Nm ppsd
may read; root and
.Nm ppsd Ns 's
account may also write, up to 1024 bytes a second, which
.Nm ppsd
passes to the receiver.
Start gpsd with
.Fl b ,
or it may set the receiver to a protocol that
.Nm ppsd
does not read.
The path is a symbolic link to the pty, and is removed at the end.
Without this option nothing is shared.)",
     .comment = "Other programs (gpsd -b) can open this as if it were the receiver.",
     .example = "/run/ppsd/nmea"},
    {.row = {.key = "log-level",
             .value = "LEVEL",
             .fallback = "notice",
             .words = log_level_words,
             .help = "{words}",
             .field = option_field::word<&Options::log_level, LogLevel::error>},
     .manual = R"({words} ({default}).
debug names each edge, sentence and label that was not used, and why.)",
     .comment = "What goes to the journal: {words}."},
};

} // namespace ppsd::app
