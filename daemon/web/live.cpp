#include "daemon/web/live.hpp"

#include <algorithm>

namespace ppsd::web {

void Live::send(const std::string& name, const std::string& body) {
    auto message = std::make_shared<const std::string>("event: " + name + "\ndata: " + body + "\n");
    {
        const std::lock_guard lock{mutex_};
        messages_.push_back(std::move(message));
        if (messages_.size() > kept) messages_.pop_front();
        ++sent_;
    }
    changed_.notify_all();
}

void Live::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    changed_.notify_all();
}

std::uint64_t Live::sent() const {
    const std::lock_guard lock{mutex_};
    return sent_;
}

Live::News Live::wait(std::uint64_t seen, std::chrono::milliseconds longest) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, longest, [&] { return closed_ || sent_ > seen; });
    News news{{}, sent_, closed_};
    const std::uint64_t fresh =
        std::min<std::uint64_t>(sent_ - std::min(seen, sent_), messages_.size());
    for (auto i = messages_.end() - static_cast<std::ptrdiff_t>(fresh); i != messages_.end(); ++i)
        news.text += **i;
    return news;
}

} // namespace ppsd::web
