// Which kinds of output there are, and how a user names one: "shm:1", "sock:/run/chrony.ppsd.sock".
#pragma once

#include "daemon/outputs/destination.hpp"
#include "daemon/text/log.hpp"

#include <ntpdshm/layout.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

/// What all outputs are opened with.
struct OutputSettings {
    ntpdshm::LayoutChoice layout = ntpdshm::LayoutChoice::automatic;
    const Log& log; ///< must outlive the outputs
};

/// A row of the table in output_kinds.cpp, which is all that the rest of the program knows of it.
struct OutputKind {
    std::string_view prefix;  ///< "shm": what stands before the colon
    std::string_view example; ///< for messages

    /// What is wrong with what stands behind the colon, for a message; empty: nothing is, and one
    /// place is then always written the same way.
    std::string (*check)(std::string& place);

    /// What is wrong with the place as it is on this machine now, as far as it shows without
    /// opening it; empty: nothing.
    std::string (*look)(const std::string& place);

    /// The place as it is on this machine now, which is the same for two names of one place.
    std::string (*resolve)(const std::string& place);

    /// Whether this machine's chronyd or ntpd reads it: no simulated or replayed time may get there
    /// unasked.
    bool (*is_machines)(const std::string& place);

    std::unique_ptr<Destination> (*open)(const std::string& place, const OutputSettings& settings);
};

/// An output that a user named.
struct OutputSpec {
    const OutputKind* kind;
    std::string place; ///< what stood behind the colon

    [[nodiscard]] std::string text() const { return std::string{kind->prefix} + ":" + place; }
    friend bool operator==(const OutputSpec&, const OutputSpec&) = default;
};
/// Whether what goes to the one goes to the other, however they are named.
[[nodiscard]] bool is_same_output(const OutputSpec& a, const OutputSpec& b);

using OutputList = std::vector<OutputSpec>;

/// "shm:1, sock:/run/chrony.ppsd.sock", as a user wrote it; no path has a comma.
struct ParsedOutputs {
    OutputList outputs; ///< at least one, if there is no problem
    std::string problem;
};
[[nodiscard]] ParsedOutputs parse_outputs(std::string_view text);

/// As parse_outputs() takes it.
[[nodiscard]] std::string outputs_text(const OutputList& outputs);

/// A unit of the shared memory.
[[nodiscard]] OutputSpec shm_output(int unit);
/// Nothing: it is something else.
[[nodiscard]] std::optional<int> shm_unit(const OutputSpec& output);

} // namespace ppsd::app
