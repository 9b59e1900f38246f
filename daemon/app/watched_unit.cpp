#include "daemon/app/watched_unit.hpp"

#include "daemon/app/utc_text.hpp"

#include <fmt/format.h>

namespace ppsd::app {
namespace {

constexpr const char* row_format =
    "{:>4}  {:<20}  {:<30}  {:>14}  {:>4}  {:>9}  {:>7}  {:>7}  {:<11}  {:<11}  {:<11}";

std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

} // namespace

std::string watch_header() {
    return trimmed(fmt::format(row_format, "unit", "label", "received", "offset s", "leap",
                               "precision", "age s", "read s", "chrony", "ntp", "ntpsec"));
}

std::string describe(const ntpdshm::Segment& segment) {
    const auto status = segment.status();
    if (!status) return fmt::format("# unit {}: not readable any more", segment.unit());
    return fmt::format("# unit {}: {} bytes, layout {}, {}'s, mode {:04o}, {} attached",
                       segment.unit(), status->size, ntpdshm::name(segment.layout()),
                       ntpdshm::user_name(status->owner), status->mode, status->attached);
}

std::string describe(const std::optional<ntpdshm::InstalledReader>& reader) {
    if (!reader) return "# no chronyd or ntpd is installed here whose layout can be told";
    return fmt::format("# {} reads layout {}", reader->path, ntpdshm::name(reader->layout));
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
    taken_after_.reset();
    ++shown_;
    note_reader(snapshot, mono_ns);
    return text;
}

void WatchedUnit::note_reader(const ntpdshm::Snapshot& snapshot, std::int64_t mono_ns) {
    if (shown_ == 0 || taken_after_ || snapshot.valid != 0) return;
    taken_after_ = static_cast<double>(mono_ns - seen_at_ns_) * 1e-9;
    ++taken_;
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
        fmt::format("{:+.9f}", seconds(snapshot.clock_ns() - snapshot.receive_ns()));
    const std::string age = fmt::format("{:.3f}", seconds(real_ns - snapshot.receive_ns()));
    const std::string read = shown_ == 0    ? "-"
                             : taken_after_ ? fmt::format("{:.3f}", *taken_after_)
                                            : "no";
    using enum ntpdshm::Program;
    return trimmed(fmt::format(row_format, segment().unit(), utc_text(snapshot.clock_ns(), 0),
                               utc_text(snapshot.receive_ns(), 9), offset, snapshot.leap,
                               snapshot.precision, age, read, verdict(chrony), verdict(ntp),
                               verdict(ntpsec)));
}

} // namespace ppsd::app
