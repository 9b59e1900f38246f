// The options that only the command line has, a row each, as in option_table.hpp.
#pragma once

#include "daemon/settings/option_rows.hpp"

#include <string_view>

namespace ppsd::app {

struct CommandEntry {
    CommandRow row;
    std::string_view manual = {}; ///< in ppsd(8)
};

inline constexpr CommandEntry command_table[]{
    {.row = {.name = "config",
             .value = "FILE",
             .help = "the configuration file (/etc/ppsd.conf, if it exists)"},
     .manual = R"(The configuration file
.Pq Pa /etc/ppsd.conf , No if it exists .)"},
    {.row = {.name = "wait",
             .help = "wait for a UART or a GPIO chip that isn't there yet, rather than give up; "
                     "for services"},
     .manual = R"(Waits for a UART or a GPIO chip that isn't there yet, rather than giving up;
for services.)"},
    {.row = {.name = "prepare",
             .help = "as root, before ppsd is run as another user: make the segments and locks of "
                     "units 0 and 1, for group ppsd to write to, and end"},
     .manual = R"(As root, before
.Nm
is run as another user: makes the segments and the locks of units 0 and 1, for
group ppsd to write to, and ends.
If another user made a segment there, it is removed and the log names it
.Pq Sx SECURITY CONSIDERATIONS .
Of the configuration it reads only the units and the layout; other errors are
reported when
.Nm
starts.)"},
    {.row = {.name = "check-config",
             .help = "say what is wrong with the configuration, opening no device, and end: exit "
                     "code 0 if nothing is"},
     .manual = R"(Reads the configuration, opens no device, prints a line for each thing that is
wrong, with file and line number, and ends.
What a running
.Nm
only warns of is an error here, for example a missing folder of
.Cm record
or a list of leap seconds that can't be read.
The exit code is 0 if nothing is wrong.)"},
    {.row = {.name = "version", .help = "print the version, and end"},
     .manual = "Prints the version, and ends."},
    {.row = {.name = "help", .letter = "h", .help = "print this, and end"},
     .manual = "Prints all options, and ends."},
};

} // namespace ppsd::app
