// One unit under watch: which samples appear in it, whether somebody reads them, and the text
// about both.
#pragma once

#include <ntpdshm/layout_choice.hpp>
#include <ntpdshm/reader.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace ppsd::app {

/// The line above the rows.
[[nodiscard]] std::string watch_header();

/// "# unit 1: 96 bytes, layout time64, root's, mode 0660": what is known of a segment.
[[nodiscard]] std::string describe(const ntpdshm::Segment& segment);

/// "# /usr/sbin/chronyd reads layout time64", or that none is installed.
[[nodiscard]] std::string describe(const std::optional<ntpdshm::InstalledReader>& reader);

class WatchedUnit {
  public:
    explicit WatchedUnit(ntpdshm::Reader reader);

    /// The row about a new sample, if there is one since the last look. mono_ns: CLOCK_MONOTONIC,
    /// real_ns: CLOCK_REALTIME, both at the look.
    [[nodiscard]] std::optional<std::string> look(std::int64_t mono_ns, std::int64_t real_ns);

    [[nodiscard]] const ntpdshm::Segment& segment() const noexcept { return reader_.segment(); }
    [[nodiscard]] long shown() const noexcept { return shown_; }
    [[nodiscard]] long taken() const noexcept { return taken_; } ///< by a reader, while we looked

  private:
    void note_reader(const ntpdshm::Snapshot& snapshot, std::int64_t mono_ns);
    [[nodiscard]] std::string row(const ntpdshm::Snapshot& snapshot, std::int64_t real_ns) const;

    ntpdshm::Reader reader_;
    std::int32_t count_; ///< of the last snapshot that was shown, or found at the start
    std::int64_t last_receive_ns_ = -1;
    std::int64_t seen_at_ns_ = 0;       ///< when the last sample appeared, CLOCK_MONOTONIC
    std::optional<double> taken_after_; ///< s until a reader cleared `valid`
    long shown_ = 0;
    long taken_ = 0;
};

} // namespace ppsd::app
