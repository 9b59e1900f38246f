// Reads what a flight recorder wrote, a line at a time, over both files of a rotated recording.
#pragma once

#include "hal/recording.hpp"

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace hal {

/// Begins with FILE.1 if there is one and FILE begins in the middle of a run. A last line without
/// its end is left out: it was torn by a power cut.
class RecordingReader {
  public:
    /// Throws DeviceError if it can't be read, UsageError if it is no recording.
    explicit RecordingReader(const std::string& path);

    /// The next line; nothing after the last one. What it refers to stays until the next call.
    /// Throws UsageError naming the file and the line's number for one that can't be read.
    [[nodiscard]] std::optional<recording::Line> next();

    /// Where the last line stood, "FILE:7".
    [[nodiscard]] std::string place() const;

  private:
    void open(const std::string& path);
    [[nodiscard]] bool get_line();

    std::vector<std::string> waiting_; ///< files still to be read, the next one last
    std::string path_;
    std::ifstream file_;
    std::uint64_t number_ = 0;
    std::string line_;
    std::string storage_;
};

} // namespace hal
