#include "hal/record_file.hpp"

#include "hal/error.hpp"
#include "record_store.hpp"

#include <cerrno>
#include <csignal>
#include <utility>

namespace hal {
namespace {

constexpr std::size_t usual_batch = 64 * 1024;
constexpr std::size_t most_waiting = 4 * 1024 * 1024;

/// What passes, and then recording goes on; all else is the user's to put right before the start.
constexpr bool passes(int error) {
    return error == ENOSPC || error == EDQUOT || error == EROFS || error == EIO;
}

/// A thread that starts while this lives gets no signals: they are the event loop's.
class SignalsBlocked {
  public:
    SignalsBlocked() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

} // namespace

RecordFile::RecordFile(const std::string& path, std::uint64_t limit, MakeHead make_head,
                       Nanos flush_after)
    : limit_{limit}, make_head_{std::move(make_head)},
      flush_after_{flush_after}, store_{std::make_unique<RecordStore>(path)} {
    const int error = store_->open();
    if (error != 0 && !passes(error)) throw DeviceError(path, error, record_advice(error));
    note(error);
    for (Batch* batch : {&waiting_, &writing_})
        batch->text.reserve(usual_batch);
    const SignalsBlocked blocked;
    thread_ = std::thread{[this] { run(); }};
}

RecordFile::~RecordFile() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void RecordFile::put(std::string_view lines) {
    const std::lock_guard lock{mutex_};
    if (waiting_.text.size() + lines.size() > most_waiting) {
        lost_ = true;
        if (error_ == 0) news_ = News{error_ = ETIMEDOUT, record_advice(ETIMEDOUT)};
        return;
    }
    const bool first = waiting_.text.empty();
    if (!begun_ || lost_ || (size_ > 0 && size_ + lines.size() > limit_)) begin_part(lines);
    waiting_.text += lines;
    size_ += lines.size();
    if (first) wake_.notify_one();
}

void RecordFile::begin_part(std::string_view lines) {
    head_.clear();
    make_head_(head_, lost_);
    if (size_ > 0 && size_ + head_.size() + lines.size() > limit_) {
        waiting_.rotations.push_back(waiting_.text.size());
        size_ = 0;
    }
    begun_ = true;
    lost_ = false;
    waiting_.text += head_;
    size_ += head_.size();
}

std::optional<RecordFile::News> RecordFile::news() {
    const std::lock_guard lock{mutex_};
    return std::exchange(news_, std::nullopt);
}

void RecordFile::settle() {
    std::unique_lock lock{mutex_};
    hurried_ = true;
    wake_.notify_one();
    settled_.wait(lock, [this] { return waiting_.text.empty() && !busy_; });
    hurried_ = false;
}

void RecordFile::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !waiting_.text.empty(); });
        wake_.wait_for(lock, flush_after_, [this] { return stopping_ || hurried_; });
        if (waiting_.text.empty()) return; // stopping
        write(lock);
    }
}

void RecordFile::write(std::unique_lock<std::mutex>& lock) {
    std::swap(waiting_, writing_);
    busy_ = true;
    lock.unlock();
    int error = store_->is_open() ? 0 : store_->open();
    std::size_t done = 0;
    const std::string_view all = writing_.text;
    for (const std::size_t at : writing_.rotations) {
        if (error == 0) error = store_->append(all.substr(done, at - done));
        if (error == 0) error = store_->rotate();
        done = at;
    }
    if (error == 0) error = store_->append(all.substr(done));
    writing_.text.clear();
    writing_.rotations.clear();
    lock.lock();
    busy_ = false;
    note(error);
    settled_.notify_all();
}

void RecordFile::note(int error) {
    if (error != error_) news_ = News{error, error == 0 ? std::string{} : record_advice(error)};
    error_ = error;
    if (error == 0 && store_->is_open() && begun_) return;
    waiting_.text.clear();
    waiting_.rotations.clear();
    lost_ = begun_ && error != 0;
    size_ = store_->size();
}

} // namespace hal
