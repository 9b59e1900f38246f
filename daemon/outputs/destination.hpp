// An output as its owner sees it: where samples go, and what is known of it.
#pragma once

#include "daemon/pipeline/output.hpp"

#include <cstdint>
#include <string>

namespace ppsd::app {

/// A kind of output derives from this. Opening one throws hal::DeviceError or
/// ntpdshm::SegmentError; afterwards nothing throws, and publish() never waits.
class Destination : public Output {
  public:
    /// Leaves nothing behind that wasn't there before, for a daemon that can't start.
    virtual void discard() noexcept {}

    /// Why what ppsd made here, which was removed, can't be had again: readers that start now don't
    /// find what is published. Empty: it is there, or another program makes it.
    [[nodiscard]] virtual const std::string& removed() const noexcept {
        static const std::string none;
        return none;
    }

    /// Whether only root can make it again.
    [[nodiscard]] virtual bool is_roots() const noexcept { return false; }

    /// Why no reader has got the last sample, and what to do; empty: nothing is known against it.
    [[nodiscard]] virtual std::string problem() const { return removed(); }

    /// Samples for which the reader's queue had no room.
    [[nodiscard]] virtual std::uint64_t found_full() const noexcept { return 0; }
};

} // namespace ppsd::app
