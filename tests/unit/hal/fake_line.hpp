// A line that can be polled, of a test's own.
#pragma once

#include "hal/src/pollable_line.hpp"
#include "hal/unique_fd.hpp"

#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <vector>

namespace hal::test {

/// What a test sees of the line.
struct Wire {
    std::deque<PulseEdge> edges;
    std::vector<std::optional<EdgeChoice>> asked;
    bool can_stop_asking = true;
    int refuses_none = 0, refuses_edges = 0; ///< errno of being asked for no edge, for one
    std::atomic<int> level{0};
    std::atomic<int> reads{0}; ///< of the level
};

class FakeLine final : public PollableLine {
  public:
    explicit FakeLine(Wire& wire) : wire_{wire} {}
    [[nodiscard]] int fd() const noexcept override { return fd_.get(); }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return 0; }
    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        if (wire_.edges.empty()) return std::nullopt;
        const PulseEdge edge = wire_.edges.front();
        wire_.edges.pop_front();
        return edge;
    }
    [[nodiscard]] int level() const noexcept override {
        ++wire_.reads;
        return wire_.level;
    }
    [[nodiscard]] int ask_for(std::optional<EdgeChoice> edges) noexcept override {
        wire_.asked.push_back(edges);
        return edges ? wire_.refuses_edges : wire_.refuses_none;
    }
    [[nodiscard]] bool can_stop_asking() const noexcept override { return wire_.can_stop_asking; }

  private:
    Wire& wire_;
    UniqueFd fd_{::eventfd(0, EFD_NONBLOCK)};
    std::string name_ = "fake:";
};

} // namespace hal::test
