// Pulses of a line that is polled where they are due.
#pragma once

#include "edge_poller.hpp"
#include "hal/clock.hpp"
#include "hal/open.hpp"
#include "pollable_line.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hal {

/// The processor that polls: the one that was asked for, else the last of `allowed` that doesn't
/// serve the line's interrupt most often. interrupts: /proc/interrupts.
[[nodiscard]] int choose_cpu(std::string_view interrupts, const std::vector<int>& allowed,
                             std::optional<int> asked);

/// As long as no edge is awaited, the line's own edges. Of an awaited one, which is stamped by an
/// interrupt or polled, no other edge is told, and that one once; where it was polled and the
/// kernel stamped it as well, both times are. An awaited edge ends in time even if the poller never
/// gets the processor: interrupts' stamps are not lost by that.
class PolledPulses final : public PulseSource {
  public:
    /// poller: started; nullptr: there is none, and all is as without this class. how: for
    /// stamped_how(). cpu: where to poll, asked whenever polling begins, as by then the line's
    /// interrupts were counted; nullptr: the poller stays where it is.
    PolledPulses(std::unique_ptr<PollableLine> line, EdgeChoice choice, Clock& clock,
                 std::unique_ptr<EdgePoller> poller, std::string how,
                 std::function<int()> cpu = nullptr);
    ~PolledPulses() override;

    [[nodiscard]] int fd() const noexcept override { return epoll_.get(); }
    [[nodiscard]] const std::string& name() const noexcept override { return line_->name(); }
    [[nodiscard]] std::error_code error() const noexcept override {
        return error_ ? error_ : line_->error();
    }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return line_->overflowed(); }
    [[nodiscard]] std::optional<PulseEdge> read() noexcept override;
    void probe() noexcept override { line_->probe(); }

    void await(const AwaitedEdge& edge) noexcept override;
    void hunt() noexcept override;
    /// No more where the line's edges can't be changed: then it is as without a poller.
    [[nodiscard]] bool awaits() const noexcept override { return poller_ != nullptr; }
    [[nodiscard]] std::optional<MonoTime> gives_up() const noexcept override;
    [[nodiscard]] std::uint64_t missed() const noexcept override { return missed_; }
    [[nodiscard]] std::string_view stamped_how() const noexcept override { return how_; }

  private:
    [[nodiscard]] bool is_awaited(const PulseEdge& edge) const noexcept;
    [[nodiscard]] std::optional<PulseEdge> read_awaited() noexcept;
    [[nodiscard]] std::optional<PulseEdge> end(const PollResult& result) noexcept;
    [[nodiscard]] int ask_for(std::optional<EdgeChoice> edges) noexcept;
    void stop_polling(int err) noexcept;
    void choose_place() noexcept;
    [[nodiscard]] bool overdue() const noexcept;

    std::unique_ptr<PollableLine> line_;
    EdgeChoice choice_;
    Clock& clock_;
    std::unique_ptr<EdgePoller> poller_; ///< ends before the line does
    std::string how_;
    std::function<int()> cpu_;
    UniqueFd epoll_;
    struct Awaited {
        AwaitedEdge edge;
        std::optional<PulseEdge> stamped; ///< by an interrupt
    };
    std::optional<Awaited> awaited_;
    std::optional<EdgeChoice> asked_;
    std::uint64_t missed_ = 0;
    std::error_code error_;
};

/// The line as it was, or polled.
[[nodiscard]] std::unique_ptr<PulseSource> with_poller(std::unique_ptr<PollableLine> line,
                                                       EdgeChoice choice,
                                                       const PollRequest& request, Clock& clock);

} // namespace hal
