// What ppsctl top needs of an answer of ppsd's status socket (service/status.hpp). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace ppsd::app {

/// The sample that was handed over last.
struct TopSample {
    std::int64_t second = 0; ///< that it names, as POSIX counts
    double offset_s = 0;     ///< of the pulse from the system's clock; positive: that is behind
    double s_ago = 0;        ///< when it was handed over
};

/// How often each verdict was given, by "edges used", "samples used".
using TopCounts = std::map<std::string, std::uint64_t>;

struct TopStatus {
    std::string version;
    std::int64_t pid = 0;
    std::string state;
    std::string explanation;
    std::string since;             ///< as ppsd writes it, UTC
    std::optional<double> for_s;   ///< that it is in that state
    std::optional<TopSample> last; ///< of the pulses; without pulses, of the sentences
    std::optional<double> jitter_s;
    TopCounts counts; ///< edges, labels, sentences, and samples of the same feed as `last`
};

/// Text is plain ASCII, whatever came. Throws std::runtime_error if this isn't ppsd's JSON.
[[nodiscard]] TopStatus parse_top_status(const std::string& json);

} // namespace ppsd::app
