// What chronyd or ntpd says of itself, as values: the lines of `chronyc -c -n` (chronyc(1)) and of
// `ntpq -n -u -c rv -c peers` (ntpq(1) of NTPsec). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd {

/// The daemon itself. Offsets: positive, if the system clock is behind. frequency_ppm: positive, if
/// it runs fast by itself. What ntpd doesn't tell is 0.
struct Tracking {
    std::string reference_id; ///< eight hexadecimal digits
    std::string name;         ///< of the reference; may be empty
    int stratum = 0;
    double offset = 0;      ///< s: of the system clock from NTP time
    double last_offset = 0; ///< s, at the last update
    double rms_offset = 0;  ///< s
    double frequency_ppm = 0;
    double residual_ppm = 0;
    double skew_ppm = 0;
    double root_delay = 0;      ///< s
    double root_dispersion = 0; ///< s
    double update_interval = 0; ///< s
    std::string leap;           ///< "Normal", "Insert second", "Delete second", "Not synchronised"
};

/// A line of `sources`, or of `peers`.
struct NtpSource {
    char mode = '?'; ///< ^ server, = peer, # refclock
    char state =
        '?'; ///< * selected, + combined, - not combined, ? unusable, x falseticker, ~ variable
    std::string name;
    int stratum = 0;
    int poll = 0;             ///< log2 s
    int reach = 0;            ///< the last eight polls, a bit each
    double last_received = 0; ///< s ago
    double offset = 0;        ///< s, of the last sample, as it is now; positive: the clock is ahead
    double error = 0;         ///< s, its bound
};

/// A line of `clients`.
struct NtpClient {
    std::string name;
    std::uint64_t packets = 0;
    std::uint64_t dropped = 0;
    double last = 0; ///< s ago
};

/// "server", "peer", "refclock"; "selected", …, as words.
[[nodiscard]] std::string_view mode_word(char mode) noexcept;
[[nodiscard]] std::string_view state_word(char state) noexcept;

/// All that is asked. problem: why there is no answer; else empty.
struct NtpStatus {
    std::string problem;
    std::string program = "chronyd"; ///< or "ntpd": of whom all this is
    std::optional<Tracking> tracking;
    std::vector<NtpSource> sources;
    std::optional<std::vector<NtpClient>> clients;
    std::string clients_problem;

    /// The one that it follows.
    [[nodiscard]] const NtpSource* selected() const noexcept {
        for (const NtpSource& source : sources)
            if (source.state == '*') return &source;
        return nullptr;
    }
};

/// Of `chronyc -c -n -m tracking sources clients`: its exit code (-1: it didn't start), which is
/// that of the last command, and what it printed. Lines that are none of the three are passed over.
[[nodiscard]] NtpStatus parse_chronyc(int code, std::string_view csv);

/// Of `ntpq -n -u -c rv -c peers`.
[[nodiscard]] NtpStatus parse_ntpq(int code, std::string_view text);

} // namespace ppsd
