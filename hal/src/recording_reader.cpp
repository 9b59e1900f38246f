#include "hal/recording_reader.hpp"

#include "hal/error.hpp"
#include "record_store.hpp"

#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <utility>

namespace hal {

using namespace recording;

namespace {

bool is_head(const std::string& line) {
    return std::string_view{line}.starts_with(magic);
}

} // namespace

RecordingReader::RecordingReader(const std::string& path) {
    open(path);
    const auto begin = first_head();
    const std::string before = older(path);
    std::error_code ignored;
    if (begin && begin->part > 0 && std::filesystem::exists(before, ignored)) {
        waiting_.push_back(path);
        open(before);
    } else {
        open(path);
    }
}

std::optional<Begin> RecordingReader::first_head() {
    while (get_line()) {
        if (!is_head(line_)) continue;
        const Line line = parse(line_, storage_);
        if (const auto* begin = std::get_if<Begin>(&line)) return *begin;
    }
    return std::nullopt;
}

void RecordingReader::open(const std::string& path) {
    path_ = path;
    number_ = 0;
    begun_ = false;
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

std::string RecordingReader::Fault::text() const {
    return fmt::format("{}: {}; {}", place, why, advice);
}

bool RecordingReader::get_line_of_all() {
    while (!get_line()) {
        if (waiting_.empty()) return false;
        open(waiting_.back());
        waiting_.pop_back();
    }
    return true;
}

std::optional<Line> RecordingReader::next() {
    while (get_line_of_all()) {
        if (is_head(line_)) note_head(fault_of_head());
        if (gap_) continue;
        Line line = parse(line_, storage_);
        auto fault = fault_of(line);
        if (begun_ && !fault) return line;
        if (begun_) throw UsageError(fault->text());
        gap_ = std::move(fault);
        if (!gap_)
            gap_ = Fault{place(), "its head is missing", "name a file that ppsd --record wrote"};
    }
    if (gap_) throw UsageError(gap_->text());
    return std::nullopt;
}

void RecordingReader::note_head(std::optional<Fault> fault) {
    if (fault) {
        if (!gap_) gap_ = std::move(fault);
        return;
    }
    if (gap_)
        left_out_ = fmt::format("{}: {}; left out up to the next head, {}", gap_->place, gap_->why,
                                place());
    gap_.reset();
    begun_ = true;
}

std::optional<RecordingReader::Fault> RecordingReader::fault_of(const Line& line) const {
    const auto* bad = std::get_if<Malformed>(&line);
    if (!bad) return std::nullopt;
    return Fault{place(), std::string{bad->why}, std::string{bad->advice}};
}

// All of the head is looked at before any of it is used: with half of the options another program
// would be replayed.
std::optional<RecordingReader::Fault> RecordingReader::fault_of_head() {
    if (auto fault = fault_of(parse(line_, storage_))) return fault;
    const auto position = file_.tellg();
    const auto number = number_;
    const std::string head = line_;
    std::optional<Fault> fault;
    while (!fault && get_line() && !is_head(line_)) {
        const Line line = parse(line_, storage_);
        fault = fault_of(line);
        if (std::holds_alternative<Input>(line)) break;
    }
    file_.clear();
    file_.seekg(position);
    number_ = number;
    line_ = head;
    return fault;
}

std::string RecordingReader::place() const {
    return fmt::format("{}:{}", path_, number_);
}

} // namespace hal
