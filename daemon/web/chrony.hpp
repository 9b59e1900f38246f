// What chronyd says of itself: the lines of `chronyc -c -n` (chronyc(1)) as values. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::web {

/// `tracking`. Offsets: positive, if the system clock is behind.
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

/// A line of `sources`.
struct ChronySource {
    char mode = '?'; ///< ^ server, = peer, # refclock
    char state =
        '?'; ///< * selected, + combined, - not combined, ? unusable, x falseticker, ~ variable
    std::string name;
    int stratum = 0;
    int poll = 0;             ///< log2 s
    int reach = 0;            ///< the last eight polls, a bit each
    double last_received = 0; ///< s ago
    double offset = 0;        ///< s, of the last sample; positive: the clock is ahead of the source
    double error = 0;         ///< s, its bound
};

/// A line of `clients`.
struct ChronyClient {
    std::string name;
    std::uint64_t packets = 0;
    std::uint64_t dropped = 0;
    double last = 0; ///< s ago
};

/// Nothing if it isn't what chronyc prints.
[[nodiscard]] std::optional<Tracking> parse_tracking(std::string_view csv);
/// Lines that are none are passed over.
[[nodiscard]] std::vector<ChronySource> parse_sources(std::string_view csv);
[[nodiscard]] std::vector<ChronyClient> parse_clients(std::string_view csv);

/// "server", "peer", "refclock"; "selected", …, as words.
[[nodiscard]] std::string_view mode_word(char mode) noexcept;
[[nodiscard]] std::string_view state_word(char state) noexcept;

/// All that is asked. problem: why chronyd says nothing; else empty.
struct ChronyStatus {
    std::string problem;
    std::optional<Tracking> tracking;
    std::vector<ChronySource> sources;
    std::optional<std::vector<ChronyClient>> clients;
    std::string clients_problem;

    /// The one that it follows.
    [[nodiscard]] const ChronySource* selected() const noexcept {
        for (const ChronySource& source : sources)
            if (source.state == '*') return &source;
        return nullptr;
    }
};

} // namespace ppsd::web
