// What a replay says: samples, the first difference, or the recording anew.
#pragma once

#include "daemon/record/turn_reader.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ppsd::app {

/// "pps   2026-11-22T11:00:42Z  2026-11-22T11:00:42.000315977Z  -0.000315977 s  leap 0  2^-20 s",
/// or an object of JSON; without the line's end.
[[nodiscard]] std::string out_text(const OutLine& line);
[[nodiscard]] std::string out_json(const OutLine& line);

/// Compares what goes out with what went out then.
class OutComparison {
  public:
    /// whole: the replay has the run from its beginning. Else the pipeline knew more then than it
    /// does now, and only the second of each pulse is compared, where both have one.
    void begin_run(bool whole) noexcept { whole_ = whole; }

    /// The first difference of this turn, in words; nothing where there is none.
    [[nodiscard]] std::optional<std::string> compare(const Turn& turn,
                                                     const std::vector<OutLine>& now);

    [[nodiscard]] std::uint64_t compared() const noexcept { return compared_; }

  private:
    [[nodiscard]] std::optional<std::string> compare_all(const Turn& turn,
                                                         const std::vector<OutLine>& now);
    [[nodiscard]] std::optional<std::string> compare_seconds(const Turn& turn,
                                                             const std::vector<OutLine>& now);

    bool whole_ = true;
    std::uint64_t compared_ = 0; ///< samples
};

/// Writes a recording with other samples.
class ReplayWriter {
  public:
    /// Throws hal::DeviceError if the file can't be made, or is there already.
    explicit ReplayWriter(std::string path);

    /// Throws hal::DeviceError if it can't be written.
    void write(const Turn& turn, const std::vector<OutLine>& now);

    /// To be called at the end; throws as write() does.
    void finish();

  private:
    [[noreturn]] void fail() const;

    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::string text_;
};

} // namespace ppsd::app
