// What has to be changed so that this machine becomes a time server: from facts and wishes to a
// list of changes, each with its reason. Pure: nothing is done here.
#pragma once

#include "daemon/setup/facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// What the user says of it, for ppsd.conf; "": what is found.
struct Wishes {
    std::string pps;  ///< "gpio:GPIO18"
    std::string nmea; ///< "uart:/dev/ttyAMA0"
    std::string baud; ///< "9600"
};

struct Change {
    enum class Kind : std::uint8_t {
        file,    ///< gets another text
        stop,    ///< a unit of systemd is stopped, and not started at boot any more
        start,   ///< a unit of systemd is started, now and at boot
        restart, ///< a unit of systemd reads its configuration anew
        install  ///< a package of Debian
    };
    Kind kind = Kind::file;
    std::string target; ///< path, unit or package
    std::string reason;
    std::string text; ///< file: the new one
};

/// What comes after the changes.
enum class Next : std::uint8_t {
    wait,       ///< it is set up: it locks as soon as the receiver has a fix
    look_again, ///< what was hidden until now may show: facts and plan anew
    reboot,     ///< the same, after a reboot
    person      ///< nothing goes on before a person has done something: see advice
};

struct Plan {
    std::vector<Change> changes; ///< in this order
    Next next = Next::wait;
    std::vector<std::string> advice; ///< what only a person can do, and what was left as it is
};

/// The unit that reads a configuration file when it starts; "": none, or the next boot.
[[nodiscard]] std::string reader_of(std::string_view path);

/// Facts as of now: a plan is for this moment, and after its changes there may be another one.
[[nodiscard]] Plan plan(const Facts& facts, const Wishes& wishes);

} // namespace ppsd::app
