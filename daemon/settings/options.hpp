// ppsd's options, from the command line and from a file with the same names.
#pragma once

#include "daemon/nmea/framer.hpp"
#include "daemon/outputs/output_kinds.hpp"
#include "daemon/pipeline/poll_planner.hpp"
#include "daemon/pipeline/sample.hpp"
#include "daemon/pipeline/trust.hpp"
#include "daemon/text/log.hpp"
#include "hal/pulse_source.hpp"
#include "hal/time.hpp"

#include <ntpdshm/layout.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

inline constexpr const char* default_config = "/etc/ppsd.conf";
inline constexpr const char* default_leap_file = "/usr/share/zoneinfo/leap-seconds.list";

/// One member for each option, so more than ten.
struct Options {
    std::string pps;  ///< empty: no pulses
    std::string nmea; ///< never empty in a running daemon
    unsigned baud = 9600;
    nmea::Checksum checksum = nmea::Checksum::required;
    hal::EdgeChoice edge = hal::EdgeChoice::automatic;
    hal::ByFeed<OutputList> out{{{{shm_output(1)}, {shm_output(0)}}}}; ///< empty: none
    hal::Nanos pps_delay{0};
    Poll poll = Poll::no;
    std::optional<int> poll_cpu;         ///< nothing: one that doesn't serve the line's interrupt
    std::optional<hal::Nanos> irq_delay; ///< nothing: what polled edges show
    std::optional<int> cpu_latency;      ///< us; nothing: the system's
    std::optional<hal::Nanos> nmea_delay;
    ntpdshm::LayoutChoice layout = ntpdshm::LayoutChoice::automatic;
    int lock_count = 5;
    hal::Nanos holdover{10'000'000'000};
    hal::Nanos distrust{60'000'000'000}; ///< discipline/edges.hpp wants five at least
    Trust trust = Trust::clock;
    /// Never said by a user: what the service found (published_mark.hpp), kept for recordings.
    bool published_before = false;
    hal::UtcSecond not_before;
    std::string leap_file;
    std::string record;                     ///< empty: nothing is recorded
    std::uint64_t record_size = 64U << 20U; ///< bytes
    int realtime = 0;                       ///< SCHED_FIFO priority; 0: none
    bool lock_memory = false;
    std::string user;          ///< whom root becomes; empty: ppsd, if there is such a user
    std::string status_socket; ///< empty: at its usual place, if it can be made; "none": none
    std::string share;         ///< where others get the receiver's bytes; empty: nowhere
    LogLevel log_level = LogLevel::notice;
    bool wait = false; ///< for a source that isn't there at the start

    /// What the user said.
    struct Setting {
        std::string text;
        std::string place; ///< "/etc/ppsd.conf:7"; empty: on the command line
        friend bool operator==(const Setting&, const Setting&) = default;
    };
    std::map<std::string, Setting> settings; ///< by key; what isn't there has its default
};

/// Where a key is set, to begin a message with: "/etc/ppsd.conf:7: "; "" where it isn't in a file.
[[nodiscard]] std::string option_place(const Options& options, const std::string& key);

/// Where a feed goes; empty: nowhere, or there are no pulses.
[[nodiscard]] OutputList outputs_of(const Options& options, Feed feed);

/// What the command line asks for: to run, to make what only root can make, to look at the
/// configuration, or to print something.
struct Command {
    enum class Kind : std::uint8_t { run, prepare, check_config, help, version };
    Kind kind = Kind::run;
    Options options;
    std::string config;                ///< the file that was read; empty: none
    std::vector<std::string> problems; ///< of check_config alone: others throw the first
};

/// The command line wins over the file: --config's, else default_config if it exists.
/// Throws hal::UsageError (exit code 2) for what makes no sense, naming the option, or the file,
/// the line and the nearest known key (with --check-config that is a problem, and the next is
/// looked for); hal::DeviceError (exit code 1) for a file that can't be read.
[[nodiscard]] Command parse_command_line(const std::vector<std::string>& arguments,
                                         const std::string& fallback_config = default_config);

/// Sets one of the options that the configuration file knows; another key is ignored. Throws
/// hal::UsageError naming it if the value makes no sense.
void set_option(Options& options, const std::string& key, const std::string& text);

/// The text of --help.
[[nodiscard]] std::string help_text();

/// "YYYY-MM-DD" from 1970 to 2099, its midnight in UTC. Nothing if there is no such day.
[[nodiscard]] std::optional<hal::UtcSecond> parse_date(std::string_view text) noexcept;

/// The day that this program was built (from): the earliest that it can be.
[[nodiscard]] hal::UtcSecond build_date();

/// The program's version, "0.1.0".
[[nodiscard]] std::string_view version() noexcept;

} // namespace ppsd::app
