// Threads that are there only while they have something to do: a page that is open holds one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace ppsd::web {

/// Work is done at once, in a thread of its own if none is idle, up to `most`; then it waits. An
/// idle thread ends after 10 s.
class Threads {
  public:
    explicit Threads(std::size_t most) : most_{most} {}
    /// Waits for all work.
    ~Threads() { finish(); }
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    void run(std::function<void()> work);
    /// No more is taken; waits until all is done.
    void finish();

  private:
    void go_on();

    std::size_t most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    std::size_t threads_ = 0;
    std::size_t idle_ = 0;
    bool ended_ = false;
};

} // namespace ppsd::web
