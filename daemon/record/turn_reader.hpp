// A recording by turns: something that came in, with what the pipeline heard from the clock about
// it and what went out because of it.
#pragma once

#include "hal/recording.hpp"
#include "hal/recording_reader.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ppsd::app {

/// What went out.
using OutLine = std::variant<hal::recording::Published, hal::recording::TakenBack>;

/// More than ten members: one for each kind of line that a turn can have.
struct Turn {
    std::string place; ///< of its first line, "FILE:7"
    /// Set where a part begins: then there is no input, and these are its head.
    std::optional<hal::recording::Begin> begin;
    std::string program;
    std::vector<std::pair<std::string, std::string>> options;
    std::string leap_list; ///< the head's, or what the NewLeapList's view refers to

    std::optional<hal::Input> input;
    std::string bytes; ///< what the ByteChunk's view refers to
    std::vector<hal::recording::OffsetRead> offsets;
    std::vector<hal::recording::SyncRead> syncs;
    std::vector<OutLine> out;
    bool last = false; ///< of the file or part: the rest of what went out may not be written
};

class TurnReader {
  public:
    /// Throws as hal::RecordingReader does, and as its next().
    explicit TurnReader(const std::string& path);

    /// The next turn; nullptr after the last. It stays until the next call. Throws hal::UsageError
    /// naming file and line.
    [[nodiscard]] const Turn* next();

    /// See hal::RecordingReader.
    [[nodiscard]] std::string take_left_out() { return reader_.take_left_out(); }

  private:
    void start(const hal::recording::Line& line);
    void take(const hal::recording::Line& line);
    void take_head(const hal::recording::Line& line);

    void refer();

    hal::RecordingReader reader_;
    Turn turn_;
    std::optional<hal::recording::Line> ahead_; ///< the first line of the next turn
};

} // namespace ppsd::app
