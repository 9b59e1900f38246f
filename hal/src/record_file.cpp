#include "hal/record_file.hpp"

#include "record_store.hpp"

#include <cerrno>
#include <csignal>
#include <pthread.h>
#include <system_error>
#include <utility>

namespace hal {
namespace {

constexpr std::size_t usual_batch = 64 * 1024;
constexpr std::size_t most_waiting = 4 * 1024 * 1024;

/// A thread that starts while this lives gets no signals, which are the event loop's, but those of
/// its own faults.
class SignalsBlocked {
  public:
    SignalsBlocked() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        for (const int fault : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP})
            ::sigdelset(&all, fault);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

// lock-memory locks the stack as well: of the usual 8 MiB, all that a user may lock.
void shrink_stacks() noexcept {
    constexpr std::size_t enough = 256 * 1024;
    pthread_attr_t attributes;
    if (::pthread_attr_init(&attributes) != 0) return;
    if (::pthread_attr_setstacksize(&attributes, enough) == 0)
        ::pthread_setattr_default_np(&attributes);
    ::pthread_attr_destroy(&attributes);
}

} // namespace

RecordFile::RecordFile(const std::string& path, std::uint64_t limit, MakeHead make_head,
                       Nanos flush_after, const std::optional<Owner>& heir)
    : limit_{limit}, make_head_{std::move(make_head)},
      flush_after_{flush_after}, store_{std::make_unique<RecordStore>(path, heir)} {
    note(store_->open());
    for (Batch* batch : {&waiting_, &writing_})
        batch->text.reserve(usual_batch);
}

// Not before there is something to write: a thread keeps the rights that ppsd had when it began.
bool RecordFile::start() {
    if (thread_.joinable()) return true;
    const SignalsBlocked blocked;
    shrink_stacks();
    try {
        thread_ = std::thread{[this] { run(); }};
    } catch (const std::system_error& failure) {
        const int error = failure.code().value();
        if (error != error_)
            tell(error,
                 "there is no thread for it; raise the limit on tasks (TasksMax=, ulimit -u) or, "
                 "with lock-memory, on locked memory (LimitMEMLOCK=, ulimit -l)");
    }
    return thread_.joinable();
}

RecordFile::~RecordFile() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void RecordFile::put(std::string_view lines) {
    if (!start()) return;
    const std::lock_guard lock{mutex_};
    if (waiting_.text.size() + lines.size() > most_waiting) {
        lost_ = true;
        if (error_ == 0) tell(ETIMEDOUT, record_advice(ETIMEDOUT));
        return;
    }
    const bool first = waiting_.text.empty();
    if (std::exchange(reopen_, false)) {
        waiting_.changes.push_back({waiting_.text.size(), false});
        begun_ = false;
        size_ = 0;
    }
    if (!begun_ || lost_ || (size_ > 0 && size_ + lines.size() > limit_)) begin_part(lines);
    waiting_.text += lines;
    size_ += lines.size();
    if (first) wake_.notify_one();
}

void RecordFile::begin_part(std::string_view lines) {
    head_.clear();
    make_head_(head_, lost_);
    if (size_ > 0 && size_ + head_.size() + lines.size() > limit_) {
        waiting_.changes.push_back({waiting_.text.size(), true});
        size_ = 0;
    }
    begun_ = true;
    lost_ = false;
    waiting_.text += head_;
    size_ += head_.size();
}

std::optional<RecordFile::News> RecordFile::news() {
    const std::lock_guard lock{mutex_};
    if (news_.empty()) return std::nullopt;
    News oldest = std::move(news_.front());
    news_.pop_front();
    return oldest;
}

void RecordFile::reopen() {
    const std::lock_guard lock{mutex_};
    reopen_ = true;
}

void RecordFile::settle() {
    if (!thread_.joinable()) return;
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

int RecordFile::write_all() {
    int error = store_->is_open() ? 0 : store_->open();
    std::size_t done = 0;
    const std::string_view all = writing_.text;
    for (const auto& [at, rotate] : writing_.changes) {
        const auto lines = all.substr(done, at - done);
        if (error == 0) error = rotate ? store_->append(lines) : store_->finish(lines);
        if (error == 0) error = rotate ? store_->rotate() : store_->open();
        if (error == 0 && !rotate) found_ += store_->size();
        done = at;
    }
    return error == 0 ? store_->append(all.substr(done)) : error;
}

void RecordFile::write(std::unique_lock<std::mutex>& lock) {
    std::swap(waiting_, writing_);
    busy_ = true;
    lock.unlock();
    const int error = write_all();
    writing_.text.clear();
    writing_.changes.clear();
    lock.lock();
    busy_ = false;
    size_ += std::exchange(found_, 0);
    note(error);
    settled_.notify_all();
}

void RecordFile::note(int error) {
    if (std::string remark = store_->take_remark(); !remark.empty()) tell(0, std::move(remark));
    if (error != error_) tell(error, error == 0 ? std::string{} : store_->advice());
    error_ = error;
    if (error == 0 && store_->is_open() && begun_) return;
    waiting_.text.clear();
    waiting_.changes.clear();
    lost_ = begun_ && error != 0;
    size_ = store_->size();
}

void RecordFile::tell(int error, std::string text) {
    if (error != 0) error_ = error;
    news_.push_back({error, std::move(text)});
}

} // namespace hal
