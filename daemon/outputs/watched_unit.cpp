#include "daemon/outputs/watched_unit.hpp"

#include "daemon/text/colour.hpp"
#include "daemon/text/scaled.hpp"
#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

constexpr const char* row_format =
    "{:>4}  {:<20}  {:>13}  {:>4}  {:>4}  {:>5}  {:>5}  {:<9}  {:<9}  {}";

/// As near as an int64 comes to it: anything may stand in a segment.
std::int64_t difference(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(a, b, &result)) return a < b ? INT64_MIN : INT64_MAX;
    return result;
}

double offset_of(const ntpdshm::Snapshot& snapshot) {
    return static_cast<double>(difference(snapshot.clock_ns(), snapshot.receive_ns())) * 1e-9;
}

} // namespace

std::string watch_header() {
    return fmt::format(row_format, "unit", "label", "offset", "leap", "prec", "age", "read",
                       "chrony", "ntp.org", "ntpsec");
}

std::string describe(const ntpdshm::Segment& segment, const Readers& readers) {
    const auto status = segment.status();
    if (!status) return fmt::format("# unit {}: not readable any more", segment.unit());
    std::string text =
        fmt::format("# unit {}: {} bytes, layout {}, owner {}, group {}, mode {:04o}, {} attached",
                    segment.unit(), status->size, ntpdshm::name(segment.layout()),
                    ntpdshm::user_name(status->owner), ntpdshm::group_name(status->group),
                    status->mode, status->attached);
    for (const auto& reader : readers)
        if (reader.layout != segment.layout())
            text += fmt::format("\n# unit {}: {} can't read it: its layout is {}", segment.unit(),
                                reader.path, ntpdshm::name(reader.layout));
    return text;
}

std::string describe(const Readers& readers) {
    if (readers.empty()) return "# no chronyd or ntpd is installed here whose layout can be told";
    std::string text;
    for (const auto& reader : readers)
        text += fmt::format("{}# {} is installed: it reads layout {}", text.empty() ? "" : "\n",
                            reader.path, ntpdshm::name(reader.layout));
    return text;
}

WatchedUnit::WatchedUnit(ntpdshm::Reader reader, bool colour)
    : reader_{std::move(reader)}, colour_{colour}, count_{reader_.peek().count} {}

std::optional<std::string> WatchedUnit::look(std::int64_t mono_ns, std::int64_t real_ns) {
    const ntpdshm::Snapshot snapshot = reader_.peek();
    if (snapshot.count == count_) return note_reader(snapshot, mono_ns), std::nullopt;
    // Second 0: it is being written, or was taken back.
    if (!snapshot.whole() || snapshot.receive_sec == 0) return std::nullopt;
    std::string text = row(snapshot, real_ns);
    count_ = snapshot.count;
    last_receive_ns_ = snapshot.receive_ns();
    seen_at_ns_ = mono_ns;
    read_after_.reset();
    ++shown_;
    note_offset(offset_of(snapshot));
    note_reader(snapshot, mono_ns);
    return text;
}

void WatchedUnit::note_offset(double seconds) {
    const double from_mean = seconds - mean_;
    mean_ += from_mean / static_cast<double>(shown_);
    squares_ += from_mean * (seconds - mean_);
}

void WatchedUnit::note_reader(const ntpdshm::Snapshot& snapshot, std::int64_t mono_ns) {
    if (shown_ == 0 || read_after_ || snapshot.valid != 0) return;
    read_after_ = static_cast<double>(mono_ns - seen_at_ns_) * 1e-9;
    shortest_ = read_ == 0 ? *read_after_ : std::min(shortest_, *read_after_);
    longest_ = std::max(longest_, *read_after_);
    ++read_;
}

std::string WatchedUnit::summary() const {
    const std::string name = fmt::format("# unit {}: ", segment().unit());
    if (shown_ == 0) return name + "0 samples; nobody writes to it";
    const std::string reading =
        read_ == 0
            ? "nobody fetched any: no chronyd or ntpd that runs reads this unit"
            : fmt::format("a reader fetched {} of them, {:.3f} to {:.3f} s after they appeared",
                          read_, shortest_, longest_);
    const double deviation = std::sqrt(squares_ / static_cast<double>(shown_));
    return fmt::format("{0}offset {1} (mean), {2} (standard deviation)\n{0}{3} samples; {4}", name,
                       scaled_offset(mean_), scaled(deviation), shown_, reading);
}

std::string WatchedUnit::row(const ntpdshm::Snapshot& snapshot, std::int64_t real_ns) const {
    ntpdshm::Circumstances circumstances;
    circumstances.now_ns = real_ns;
    circumstances.last_receive_ns = last_receive_ns_;
    circumstances.assume_valid = true;
    // Aligned before it is coloured: what colours has no width.
    const auto verdict = [&](ntpdshm::Program program, std::size_t width) {
        const auto word = ntpdshm::name(ntpdshm::judge(program, snapshot, circumstances));
        return coloured(fmt::format("{:<{}}", word, width),
                        word == "ok" ? Colour::none : Colour::red, colour_);
    };
    const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) * 1e-9; };
    const std::string offset = fmt::format("{:+.9f}", offset_of(snapshot));
    const std::string age =
        fmt::format("{:.3f}", seconds(difference(real_ns, snapshot.receive_ns())));
    const std::string read = shown_ == 0   ? "-"
                             : read_after_ ? fmt::format("{:.3f}", *read_after_)
                                           : "no";
    using enum ntpdshm::Program;
    return fmt::format(row_format, segment().unit(), utc_text(snapshot.clock_ns(), 0), offset,
                       snapshot.leap, snapshot.precision, age, read, verdict(chrony, 9),
                       verdict(ntp, 9), verdict(ntpsec, 0));
}

} // namespace ppsd::app
