// One unit under watch: which samples appear in it, whether somebody reads them, and the text
// about both.
#pragma once

#include <ntpdshm/layout_choice.hpp>
#include <ntpdshm/reader.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {

using Readers = std::vector<ntpdshm::InstalledReader>;

/// The line above the rows: the columns' names.
[[nodiscard]] std::string watch_header();

/// And what they mean, for --help.
inline constexpr std::string_view watch_legend =
    "\nColumns:\n"
    "  unit     of the NTP shared memory\n"
    "  label    the sample's second\n"
    "  offset   s: the sample's time minus the system's when it was taken\n"
    "  leap     at the month's end: 0 nothing, 1 a second more, 2 one less; 3 unknown\n"
    "  prec     precision as a power of two, in s: -20 is 1 us\n"
    "  age      s from when the sample was taken until the row was printed\n"
    "  read     s until a reader fetched the sample of the row before; no: none has; -: first row\n"
    "  chrony, ntp.org, ntpsec\n"
    "           ok, or why this program would refuse the sample\n";

/// "# unit 1: 96 bytes, layout time64, owner root, group ppsd, mode 0660, 2 attached": what is
/// known of a segment. A line more for each reader that has another layout.
[[nodiscard]] std::string describe(const ntpdshm::Segment& segment, const Readers& readers);

/// "# /usr/sbin/chronyd is installed: it reads layout time64", or that none is.
[[nodiscard]] std::string describe(const Readers& readers);

/// More than ten members: what summary() says is counted as it comes.
class WatchedUnit {
  public:
    /// colour: whether rows show each verdict that isn't ok in red.
    explicit WatchedUnit(ntpdshm::Reader reader, bool colour = false);

    /// The row about a new sample, if there is one since the last look. mono_ns: CLOCK_MONOTONIC,
    /// real_ns: CLOCK_REALTIME, both at the look.
    [[nodiscard]] std::optional<std::string> look(std::int64_t mono_ns, std::int64_t real_ns);

    [[nodiscard]] const ntpdshm::Segment& segment() const noexcept { return reader_.segment(); }
    /// "# unit 2: offset -138 us (mean), 4.20 us (standard deviation)", and in a line of its own
    /// "# unit 2: 5 samples; a reader fetched 4 of them, 0.250 to 0.725 s after they appeared".
    [[nodiscard]] std::string summary() const;

  private:
    void note_offset(double seconds);
    void note_reader(const ntpdshm::Snapshot& snapshot, std::int64_t mono_ns);
    [[nodiscard]] std::string row(const ntpdshm::Snapshot& snapshot, std::int64_t real_ns) const;

    ntpdshm::Reader reader_;
    bool colour_;
    std::int32_t count_; ///< of the last snapshot that was shown, or found at the start
    std::int64_t last_receive_ns_ = -1;
    std::int64_t seen_at_ns_ = 0;      ///< when the last sample appeared, CLOCK_MONOTONIC
    std::optional<double> read_after_; ///< s until a reader cleared `valid`
    double shortest_ = 0;              ///< of those times
    double longest_ = 0;
    long shown_ = 0;
    double mean_ = 0;    ///< of the offsets, s
    double squares_ = 0; ///< sum of their squared distances from it (Welford 1962)
    long read_ = 0;      ///< by a reader, while we looked
};

} // namespace ppsd::app
