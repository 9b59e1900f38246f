#include "hal/record_file.hpp"

#include "record_store.hpp"
#include "record_writer.hpp"

#include <cerrno>
#include <utility>

namespace hal {
namespace {

constexpr std::size_t most_waiting = 4 * 1024 * 1024;

} // namespace

RecordFile::RecordFile(const std::string& path, std::uint64_t limit, MakeHead make_head,
                       Nanos flush_after, const std::optional<Owner>& heir)
    : limit_{limit}, make_head_{std::move(make_head)}, writer_{std::make_unique<RecordWriter>(
                                                           path, flush_after, heir)} {
    const RecordOutcome outcome = writer_->open();
    size_ = outcome.size;
    note(outcome);
}

RecordFile::~RecordFile() = default;

// Not before there is something to write: a thread keeps the rights that ppsd had when it began.
bool RecordFile::start() {
    const int error = writer_->start();
    if (error != 0 && error != error_)
        tell(error, "there is no thread for it; raise the limit on tasks (TasksMax=, ulimit -u) "
                    "or, with lock-memory, on locked memory (LimitMEMLOCK=, ulimit -l)");
    return error == 0;
}

void RecordFile::put(std::string_view lines) {
    if (!start()) return;
    hear();
    const auto batch = writer_->add();
    // What it holds goes on where lines are missing by now.
    if (std::exchange(batch->failures, failures_) != failures_) batch->clear();
    if (batch->text.size() + lines.size() > most_waiting) {
        lost_ = true;
        if (error_ == 0) tell(ETIMEDOUT, record_advice(ETIMEDOUT));
        return;
    }
    if (!begun_ || reopened_ || lost_ || (size_ > 0 && size_ + lines.size() > limit_))
        begin_part(*batch, lines.size());
    batch->text += lines;
    size_ += lines.size();
}

// At once: what waits belongs to the file that was moved, whenever it is written.
void RecordFile::reopen() {
    const auto batch = writer_->add();
    if (std::exchange(batch->failures, failures_) != failures_) batch->clear();
    const std::size_t at = batch->text.size();
    const bool again = !batch->changes.empty() && batch->changes.back().at == at;
    if (!again) batch->changes.push_back({at, false});
    reopened_ = true;
    size_ = 0;
}

void RecordFile::begin_part(RecordBatch& batch, std::size_t lines) {
    const std::size_t at = batch.text.size();
    make_head_(batch.text, lost_);
    const std::size_t head = batch.text.size() - at;
    if (size_ > 0 && size_ + head + lines > limit_) {
        batch.changes.push_back({at, true});
        size_ = 0;
    }
    begun_ = true;
    reopened_ = false;
    lost_ = false;
    size_ += head;
}

std::optional<RecordFile::News> RecordFile::news() {
    hear();
    if (news_.empty()) return std::nullopt;
    News oldest = std::move(news_.front());
    news_.pop_front();
    return oldest;
}

void RecordFile::settle() {
    writer_->settle();
}

void RecordFile::hear() {
    auto* const outcomes = writer_->outcomes();
    if (!outcomes) return;
    for (const RecordOutcome& outcome : *outcomes)
        note(outcome);
    outcomes->clear();
}

void RecordFile::note(const RecordOutcome& outcome) {
    if (!outcome.remark.empty()) tell(0, outcome.remark);
    if (outcome.error != error_) tell(outcome.error, outcome.advice);
    error_ = outcome.error;
    size_ += outcome.found;
    failures_ = outcome.failures;
    if (outcome.error == 0) return;
    lost_ = begun_; // even if it was opened again since: what failed may be older
    size_ = reopened_ ? 0 : outcome.size;
}

void RecordFile::tell(int error, std::string text) {
    if (error != 0) error_ = error;
    news_.push_back({error, std::move(text)});
}

} // namespace hal
