// What pages that are open are told as it happens: messages of server-sent events.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace ppsd::web {

/// For several threads: one sends, each listener waits in its own. A listener that is more than
/// `kept` messages behind misses the oldest of them; no other one waits for it.
class Live {
  public:
    static constexpr std::size_t kept = 64;

    /// name: of the event ("point"); body: one line with its end.
    void send(const std::string& name, const std::string& body);
    /// Ends all waits.
    void close();

    /// How many were sent up to now: where a new listener begins.
    [[nodiscard]] std::uint64_t sent() const;

    struct News {
        std::string text; ///< all messages after `seen`, as they go over the wire; may be empty
        std::uint64_t seen = 0; ///< for the next call
        bool closed = false;
    };
    /// Waits until there is something after `seen`, or `longest`.
    [[nodiscard]] News wait(std::uint64_t seen, std::chrono::milliseconds longest);

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<const std::string>> messages_; ///< the last ones
    std::uint64_t sent_ = 0;
    bool closed_ = false;
};

} // namespace ppsd::web
