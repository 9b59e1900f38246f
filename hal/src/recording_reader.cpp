#include "hal/recording_reader.hpp"

#include "hal/error.hpp"
#include "record_store.hpp"

#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

namespace hal {

using namespace recording;

RecordingReader::RecordingReader(const std::string& path) {
    open(path);
    if (!get_line()) return; // empty, or torn in its first line
    const Line first = parse(line_, storage_);
    const auto* begin = std::get_if<Begin>(&first);
    if (!begin && !std::holds_alternative<Malformed>(first))
        throw UsageError(fmt::format("{}: no recording of ppsd: its head is missing", place()));
    const std::string before = older(path);
    std::error_code ignored;
    if (begin && begin->part > 0 && std::filesystem::exists(before, ignored)) {
        waiting_.push_back(path);
        open(before);
    } else {
        open(path);
    }
}

void RecordingReader::open(const std::string& path) {
    path_ = path;
    number_ = 0;
    file_ = std::ifstream{path, std::ios::binary};
    // A folder can be opened, but not read.
    if (!file_ || (file_.peek(), file_.bad()))
        throw DeviceError(path, errno, "name a file that ppsd --record wrote");
    file_.clear();
}

bool RecordingReader::get_line() {
    if (!std::getline(file_, line_) || file_.eof()) return false; // eof: the line lacks its end
    ++number_;
    return true;
}

std::optional<Line> RecordingReader::next() {
    while (!get_line()) {
        if (waiting_.empty()) return std::nullopt;
        open(waiting_.back());
        waiting_.pop_back();
    }
    Line line = parse(line_, storage_);
    if (const auto* bad = std::get_if<Malformed>(&line))
        throw UsageError(fmt::format("{}: {}; {}", place(), bad->why, bad->advice));
    return line;
}

std::string RecordingReader::place() const {
    return fmt::format("{}:{}", path_, number_);
}

} // namespace hal
