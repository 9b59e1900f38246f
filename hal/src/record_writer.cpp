#include "record_writer.hpp"

#include "quiet_thread.hpp"

#include <string_view>
#include <system_error>
#include <utility>

namespace hal {
namespace {

constexpr std::size_t usual_batch = 64 * 1024;

} // namespace

RecordBatch::RecordBatch() {
    text.reserve(usual_batch);
}

void RecordBatch::clear() noexcept {
    text.clear();
    changes.clear();
}

RecordWriter::RecordWriter(const std::string& path, Nanos flush_after,
                           const std::optional<Owner>& heir)
    : flush_after_{flush_after}, store_{path, heir} {
    ::sem_init(&wake_, 0, 0);
}

RecordWriter::~RecordWriter() {
    stopping_ = true;
    ::sem_post(&wake_);
    if (thread_.joinable()) thread_.join();
    ::sem_destroy(&wake_);
}

int RecordWriter::start() {
    if (thread_.joinable()) return 0;
    const SignalsBlocked blocked;
    shrink_stacks();
    try {
        thread_ = std::thread{[this] { run(); }};
    } catch (const std::system_error& failure) {
        return failure.code().value();
    }
    return 0;
}

void RecordWriter::settle() {
    if (!thread_.joinable()) return;
    hurried_ = true;
    ::sem_post(&wake_);
    hurried_.wait(true);
}

void RecordWriter::wait() noexcept {
    timespec until{};
    ::clock_gettime(CLOCK_MONOTONIC, &until);
    const auto at = std::chrono::seconds{until.tv_sec} + Nanos{until.tv_nsec} + flush_after_;
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    until = {static_cast<time_t>(whole.count()), static_cast<long>((at - whole).count())};
    ::sem_clockwait(&wake_, CLOCK_MONOTONIC, &until);
}

void RecordWriter::run() {
    for (bool stopping = false; !stopping;) {
        wait();
        stopping = stopping_; // what was added before goes to the disk yet
        const bool hurried = hurried_;
        RecordBatch* batch = nullptr;
        while (!(batch = lines_.take()))
            std::this_thread::yield(); // it is being added to, for microseconds
        write(*batch);
        if (!hurried) continue;
        hurried_ = false;
        hurried_.notify_one();
    }
}

void RecordWriter::write(RecordBatch& batch) {
    const bool empty = batch.text.empty() && batch.changes.empty();
    if (!empty && batch.failures == failures_) {
        std::uint64_t found = 0;
        const int error = write_all(batch, found);
        if (error != 0) ++failures_;
        auto told = outcome(error);
        told.found = found;
        outcomes_.add()->push_back(std::move(told));
    }
    batch.clear();
}

int RecordWriter::write_all(const RecordBatch& batch, std::uint64_t& found) {
    int error = store_.is_open() ? 0 : store_.open();
    std::size_t done = 0;
    const std::string_view all = batch.text;
    for (const auto& [at, rotate] : batch.changes) {
        const auto lines = all.substr(done, at - done);
        if (error == 0) error = rotate ? store_.append(lines) : store_.finish(lines);
        if (error == 0) error = rotate ? store_.rotate() : store_.open();
        if (error == 0 && !rotate) found += store_.size();
        done = at;
    }
    return error == 0 ? store_.append(all.substr(done)) : error;
}

RecordOutcome RecordWriter::open() {
    return outcome(store_.open());
}

RecordOutcome RecordWriter::outcome(int error) {
    return {error,
            error == 0 ? std::string{} : store_.advice(),
            store_.take_remark(),
            store_.size(),
            0,
            failures_};
}

} // namespace hal
