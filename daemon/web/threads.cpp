#include "daemon/web/threads.hpp"

#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace ppsd::web {

constexpr std::chrono::seconds idle_for{10};

void Threads::run(std::function<void()> work) {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(work));
    if (idle_ >= waiting_.size() || threads_ == most_) {
        changed_.notify_one();
        return;
    }
    try {
        std::thread{[this] { go_on(); }}.detach();
        ++threads_;
    } catch (const std::system_error&) {
        // The system has no more threads for us: another one does it, once it is idle.
    }
}

void Threads::go_on() {
    std::unique_lock lock{mutex_};
    while (true) {
        ++idle_;
        const bool something =
            changed_.wait_for(lock, idle_for, [&] { return ended_ || !waiting_.empty(); });
        --idle_;
        if (!something || waiting_.empty()) break;
        const auto work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
    --threads_;
    changed_.notify_all();
}

void Threads::finish() {
    std::unique_lock lock{mutex_};
    ended_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return threads_ == 0; });
}

} // namespace ppsd::web
