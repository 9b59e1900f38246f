#include "daemon/record/replay_report.hpp"

#include "daemon/text/utc_text.hpp"
#include "hal/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace ppsd::app {

using hal::recording::Published;
using hal::recording::TakenBack;
namespace rec = hal::recording;

namespace {

rec::Line line_of(const OutLine& out) {
    return std::visit([](const auto& line) -> rec::Line { return line; }, out);
}

/// As it stands in the recording.
std::string recorded_text(const OutLine* out) {
    if (!out) return "nothing\n";
    std::string text;
    rec::append(text, line_of(*out));
    return text;
}

std::string difference(const Turn& turn, const OutLine* then, const OutLine* now) {
    return fmt::format(
        "{}: what went out because of this line differs\n  recorded: {}  replayed: {}", turn.place,
        recorded_text(then), recorded_text(now));
}

} // namespace

std::string out_text(const OutLine& line) {
    if (const auto* taken = std::get_if<TakenBack>(&line))
        return fmt::format("{:<4}  taken back: the clock was set", name(taken->feed));
    const auto& sample = std::get<Published>(line);
    const std::int64_t offset = sample.clock.posix_ns() - sample.receive.ns();
    return fmt::format("{:<4}  {}  {}  {:+.9f} s  leap {}  2^{} s{}", name(sample.feed),
                       utc_text(sample.clock.posix_ns(), 0), utc_text(sample.receive.ns(), 9),
                       static_cast<double>(offset) * 1e-9, sample.leap, sample.precision,
                       sample.accepted ? "" : "  refused");
}

std::string out_json(const OutLine& line) {
    if (const auto* taken = std::get_if<TakenBack>(&line))
        return fmt::format(R"({{"feed": "{}", "taken_back": true}})", name(taken->feed));
    const auto& sample = std::get<Published>(line);
    return fmt::format(R"({{"feed": "{}", "clock": {}, "receive_ns": {}, "leap": {}, )"
                       R"("precision": {}, "accepted": {}}})",
                       name(sample.feed), sample.clock.posix(), sample.receive.ns(), sample.leap,
                       sample.precision, sample.accepted);
}

std::optional<std::string> OutComparison::compare(const Turn& turn,
                                                  const std::vector<OutLine>& now) {
    return whole_ ? compare_all(turn, now) : compare_seconds(turn, now);
}

std::optional<std::string> OutComparison::compare_all(const Turn& turn,
                                                      const std::vector<OutLine>& now) {
    const std::size_t both = std::min(turn.out.size(), now.size());
    for (std::size_t i = 0; i < both; ++i) {
        if (turn.out[i] != now[i]) return difference(turn, &turn.out[i], &now[i]);
        if (std::holds_alternative<Published>(now[i])) ++compared_;
    }
    if (turn.out.size() > both) return difference(turn, &turn.out[both], nullptr);
    if (now.size() > both && !turn.last) return difference(turn, nullptr, &now[both]);
    return std::nullopt;
}

std::optional<std::string> OutComparison::compare_seconds(const Turn& turn,
                                                          const std::vector<OutLine>& now) {
    for (const OutLine& line : now)
        for (const OutLine& then : turn.out) {
            const auto* mine = std::get_if<Published>(&line);
            const auto* its = std::get_if<Published>(&then);
            if (!mine || !its || mine->feed != hal::Feed::pps || its->feed != hal::Feed::pps)
                continue;
            if (mine->receive != its->receive) continue;
            if (mine->clock != its->clock) return difference(turn, &then, &line);
            ++compared_;
        }
    return std::nullopt;
}

ReplayWriter::ReplayWriter(std::string path)
    : path_{std::move(path)}, file_{std::fopen(path_.c_str(), "wxe"), &std::fclose} {
    if (!file_) fail();
}

void ReplayWriter::fail() const {
    throw hal::DeviceError(path_, errno, "--write makes a new file; name one that can be made");
}

void ReplayWriter::write(const Turn& turn, const std::vector<OutLine>& now) {
    text_.clear();
    if (turn.begin) {
        rec::append(text_, *turn.begin);
        rec::append(text_, rec::Program{turn.program});
        for (const auto& [key, value] : turn.options)
            rec::append(text_, rec::Option{key, value});
        rec::append_leap_lines(text_, turn.leap_list);
    } else {
        rec::append(text_, *turn.input);
    }
    for (const auto& read : turn.offsets)
        rec::append(text_, read);
    for (const auto& read : turn.syncs)
        rec::append(text_, read);
    for (const OutLine& out : now)
        rec::append(text_, line_of(out));
    if (std::fwrite(text_.data(), 1, text_.size(), file_.get()) != text_.size()) fail();
}

void ReplayWriter::finish() {
    if (std::fflush(file_.get()) != 0) fail();
}

} // namespace ppsd::app
