// Reads what a flight recorder wrote, a line at a time, over both files of a rotated recording.
#pragma once

#include "hal/recording.hpp"

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hal {

/// Begins with FILE.1 if there is one and FILE begins in the middle of a run. A last line without
/// its end is left out: it was torn by a power cut. So is a part whose head is missing or damaged,
/// if there is a sound head after it.
class RecordingReader {
  public:
    /// Throws DeviceError if it can't be read.
    explicit RecordingReader(const std::string& path);

    /// The next line; nothing after the last one; the first one is a Begin. What it refers to stays
    /// until the next call. Throws UsageError naming the file and the line's number for one that
    /// can't be read, and for a damaged head without a sound one after it.
    [[nodiscard]] std::optional<recording::Line> next();

    /// Where the last line stood, "FILE:7".
    [[nodiscard]] std::string place() const;

    /// A sentence for a person about what was left out since the last call; empty: nothing was.
    [[nodiscard]] std::string take_left_out() { return std::exchange(left_out_, {}); }

  private:
    struct Fault {
        std::string place;
        std::string why;
        std::string advice;
        [[nodiscard]] std::string text() const;
    };

    void open(const std::string& path);
    [[nodiscard]] bool get_line();
    [[nodiscard]] bool get_line_of_all();
    [[nodiscard]] std::optional<recording::Begin> first_head();
    [[nodiscard]] std::optional<Fault> fault_of(const recording::Line& line) const;
    [[nodiscard]] std::optional<Fault> fault_of_head();
    void note_head(std::optional<Fault> fault);

    std::vector<std::string> waiting_; ///< files still to be read, the next one last
    std::string path_;
    std::ifstream file_;
    std::uint64_t number_ = 0;
    std::string line_;
    std::string storage_;
    bool begun_ = false;       ///< a sound head of this file was read
    std::optional<Fault> gap_; ///< why what comes is left out, up to the next sound head
    std::string left_out_;
};

} // namespace hal
