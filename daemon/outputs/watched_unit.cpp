#include "daemon/outputs/watched_unit.hpp"

#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace ppsd::app {
namespace {

constexpr const char* row_format =
    "{:>4}  {:<20}  {:>13}  {:>4}  {:>4}  {:>5}  {:>5}  {:<9}  {:<9}  {}";

constexpr const char* legend =
    "# label: the sample's second; offset: its time minus the system's at that moment, in s\n"
    "# prec: precision, log2 of s; age: s since that moment, when the row was printed\n"
    "# read: s until a reader fetched the sample of the row before; no: no reader has\n"
    "# chrony, ntp.org, ntpsec: what this program would make of the sample, if it reads the unit:\n"
    "#   ok, or why it would refuse it\n";

/// As near as an int64 comes to it: anything may stand in a segment.
std::int64_t difference(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(a, b, &result)) return a < b ? INT64_MIN : INT64_MAX;
    return result;
}

} // namespace

std::string watch_header() {
    return legend + fmt::format(row_format, "unit", "label", "offset", "leap", "prec", "age",
                                "read", "chrony", "ntp.org", "ntpsec");
}

std::string describe(const ntpdshm::Segment& segment, const Readers& readers) {
    const auto status = segment.status();
    if (!status) return fmt::format("# unit {}: not readable any more", segment.unit());
    std::string text =
        fmt::format("# unit {}: {} bytes, layout {}, owner {}, group {}, mode {:04o}, {} attached",
                    segment.unit(), status->size, ntpdshm::name(segment.layout()),
                    ntpdshm::user_name(status->owner), ntpdshm::group_name(status->group), status->mode,
                    status->attached);
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

WatchedUnit::WatchedUnit(ntpdshm::Reader reader)
    : reader_{std::move(reader)}, count_{reader_.peek().count} {}

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
    note_reader(snapshot, mono_ns);
    return text;
}

void WatchedUnit::note_reader(const ntpdshm::Snapshot& snapshot, std::int64_t mono_ns) {
    if (shown_ == 0 || read_after_ || snapshot.valid != 0) return;
    read_after_ = static_cast<double>(mono_ns - seen_at_ns_) * 1e-9;
    shortest_ = read_ == 0 ? *read_after_ : std::min(shortest_, *read_after_);
    longest_ = std::max(longest_, *read_after_);
    ++read_;
}

std::string WatchedUnit::summary() const {
    const std::string text = fmt::format("# unit {}: {} samples; ", segment().unit(), shown_);
    if (shown_ == 0) return text + "nobody writes to it";
    if (read_ == 0)
        return text + "nobody fetched any: no chronyd or ntpd that runs reads this unit";
    return text + fmt::format("a reader fetched {} of them, {:.3f} to {:.3f} s after they appeared",
                              read_, shortest_, longest_);
}

std::string WatchedUnit::row(const ntpdshm::Snapshot& snapshot, std::int64_t real_ns) const {
    ntpdshm::Circumstances circumstances;
    circumstances.now_ns = real_ns;
    circumstances.last_receive_ns = last_receive_ns_;
    circumstances.assume_valid = true;
    const auto verdict = [&](ntpdshm::Program program) {
        return ntpdshm::name(ntpdshm::judge(program, snapshot, circumstances));
    };
    const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) * 1e-9; };
    const std::string offset =
        fmt::format("{:+.9f}", seconds(difference(snapshot.clock_ns(), snapshot.receive_ns())));
    const std::string age =
        fmt::format("{:.3f}", seconds(difference(real_ns, snapshot.receive_ns())));
    const std::string read = shown_ == 0   ? "-"
                             : read_after_ ? fmt::format("{:.3f}", *read_after_)
                                           : "no";
    using enum ntpdshm::Program;
    return fmt::format(row_format, segment().unit(), utc_text(snapshot.clock_ns(), 0), offset,
                       snapshot.leap, snapshot.precision, age, read, verdict(chrony), verdict(ntp),
                       verdict(ntpsec));
}

} // namespace ppsd::app
