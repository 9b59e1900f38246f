#include "daemon/service/receiver_share.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ppsd::app {

ReceiverShare::ReceiverShare(const std::string& path, const std::optional<hal::Owner>& heir,
                             EventLoop& loop, hal::Clock& clock, Send to_receiver)
    : line_{path, heir}, loop_{loop}, clock_{clock},
      to_receiver_{std::move(to_receiver)}, since_{clock.now()} {}

ReceiverShare::~ReceiverShare() {
    if (open_) loop_.unwatch(line_.fd());
}

void ReceiverShare::give(std::string_view bytes) {
    look();
    if (open_) line_.give(bytes);
}

// A pty that is hung up would wake the loop without end.
void ReceiverShare::look() {
    const bool open = line_.is_open();
    if (open == open_) return;
    open_ = open;
    if (open) return loop_.watch(line_.fd(), Rank::status, [this] { pass_on(); });
    loop_.unwatch(line_.fd());
    line_.forget_unread();
}

void ReceiverShare::pass_on() {
    const auto bytes = line_.take();
    if (const auto now = clock_.now(); now - since_ >= std::chrono::seconds{1}) {
        since_ = now;
        passed_ = 0;
    }
    const auto size = std::min(bytes.size(), most_in_a_second - passed_);
    passed_ += size;
    if (size > 0) to_receiver_(std::string_view{bytes}.substr(0, size));
    look();
}

} // namespace ppsd::app
