// Something for an event loop to tick.
#pragma once

#include "daemon/service/event_loop.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace ppsd::app::test {

/// Does that at each wake-up, of which it wants one at once, or none.
class Ticker final : public Timed {
  public:
    explicit Ticker(std::function<void()> tick,
                    std::optional<hal::MonoTime> deadline = hal::MonoTime{})
        : tick_{std::move(tick)}, deadline_{deadline} {}

    [[nodiscard]] std::optional<hal::MonoTime> deadline() const override { return deadline_; }
    void tick(hal::MonoTime) override { tick_(); }

  private:
    std::function<void()> tick_;
    std::optional<hal::MonoTime> deadline_;
};

/// Runs the loop, once, with such a thing.
inline void run(EventLoop& loop, std::function<void()> tick,
                std::optional<hal::MonoTime> deadline = hal::MonoTime{}) {
    Ticker ticker{std::move(tick), deadline};
    loop.add(ticker);
    loop.run();
}

} // namespace ppsd::app::test
