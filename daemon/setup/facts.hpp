// What this machine is and has, as far as a time server is concerned. Found, never changed;
// `ppsctl detect --json` prints it, and tests of what is made of it read files of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

struct BoardFacts {
    std::string model;                   ///< of the device tree, or of the firmware; "": unknown
    std::vector<std::string> compatible; ///< of the device tree
};

struct SystemFacts {
    std::string os;      ///< "debian", as os-release has it
    std::string version; ///< "13"
    std::string name;    ///< "Debian GNU/Linux 13 (trixie)"
    std::string kernel;  ///< "6.12.48"
    std::string machine; ///< "aarch64"
    int processors = 0;
    std::string libgpiod; ///< that ppsd is built with, "2.2.1"
};

/// A process.
struct Holder {
    std::string program; ///< "agetty"
    int pid = 0;
};

/// What came on a serial port. More than ten members: one for each thing that is said of it.
struct HeardFacts {
    unsigned baud = 0; ///< at which sentences or packets are whole; 0: at none that was tried
    double seconds = 0;
    std::uint64_t bytes = 0;                        ///< at that rate, or at all of them
    std::uint64_t good = 0;                         ///< sentences whose checksum holds
    std::uint64_t bad = 0;                          ///< sentences that are damaged
    std::map<std::string, std::uint64_t> sentences; ///< "GPRMC": how many
    std::map<std::string, std::uint64_t> packets;   ///< beginnings of them, "UBX": how many
    std::optional<double> load;                     ///< of the line's capacity, 0 to 1
    std::string label;             ///< the last second that was named, with a date and a fix
    std::string problem;           ///< why none was, and what would help
    std::optional<double> delay_s; ///< from the pulse to the sentence that names it
};

/// A serial port to which a receiver could be connected.
struct PortFacts {
    std::string path;               ///< "/dev/ttyAMA0"
    std::vector<std::string> links; ///< "/dev/serial0"
    std::string driver;             ///< "uart-pl011"; "": unknown
    bool console = false;           ///< the kernel's messages go there
    std::vector<Holder> holders;    ///< who has it open
    std::string problem;            ///< why it could not be listened to
    std::optional<HeardFacts> heard;
};

/// What came on a line.
struct PulseFacts {
    std::uint64_t edges = 0;        ///< of both polarities
    std::optional<double> period_s; ///< of what repeats; nothing: noise, or too few to tell
    std::optional<double> width_s;  ///< of the pulse
    std::string polarity;           ///< of its leading edge: "rising", "falling"; "": can't be told
    std::optional<double> scatter_s; ///< standard deviation of the periods
};

/// A GPIO line.
struct LineFacts {
    std::string chip; ///< "/dev/gpiochip0"
    unsigned offset = 0;
    std::string name;     ///< "GPIO18"; "": it has none
    std::string consumer; ///< who has it
    std::string unseen;   ///< why it was not looked at; "": it was
    std::optional<PulseFacts> seen;
};

/// A PPS device of the kernel.
struct KernelPpsFacts {
    std::string path;               ///< "/dev/pps0"
    std::string source;             ///< "pps@12.-1", "serial0"
    std::optional<double> period_s; ///< of its assert events; nothing: none came, or one
};

/// A program that keeps the clock, or that works with receivers; or a process of any other that may
/// write to a unit.
struct ProgramFacts {
    std::string name;       ///< "chronyd"
    std::string path;       ///< where it is installed; "": it isn't
    int pid = 0;            ///< 0: it doesn't run
    std::vector<int> units; ///< of SHM, that the process is attached to
};

/// What is set on this machine, as far as `ppsctl setup` may have to change it.
struct ConfiguredFacts {
    std::map<std::string, std::string> files; ///< path: text, of those that exist
    std::map<std::string, std::string> units; ///< of systemd: what `systemctl is-enabled` says
    std::set<std::string> active;             ///< those of them that run
    bool read_only = false;       ///< the root file system; or what is written there is lost
    bool reboot_pending = false;  ///< `ppsctl setup` has changed what the next boot reads
    std::set<std::string> unread; ///< files that it has changed, and whose reader goes on as before
};

struct Facts {
    BoardFacts board;
    SystemFacts system;
    std::vector<PortFacts> ports;
    std::vector<LineFacts> lines;
    std::vector<std::string> problems; ///< what could not be asked, and why
    std::vector<KernelPpsFacts> kernel_pps;
    std::vector<ProgramFacts> programs;
    ConfiguredFacts configured;
};

/// "gpio:GPIO18"; by chip and offset where the name is missing or not the only one.
[[nodiscard]] std::string source_of(const LineFacts& line, const Facts& facts);

/// Whether pulses of that period are one in a second.
[[nodiscard]] bool is_a_second(std::optional<double> period_s) noexcept;

/// The program's process; nullptr: it doesn't run.
[[nodiscard]] const ProgramFacts* running(const Facts& facts, std::string_view program) noexcept;

} // namespace ppsd::app
