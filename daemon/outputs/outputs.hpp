// All outputs of both feeds: opened, fed, watched and taken back together.
#pragma once

#include "daemon/outputs/output_kinds.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "hal/feed.hpp"
#include "hal/time.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ppsd::app {

/// What is known of one output.
struct OutputStatus {
    std::string name;          ///< "shm:1"
    std::uint64_t taken = 0;   ///< samples
    std::uint64_t dropped = 0; ///< samples that it could not take
    std::uint64_t full = 0;    ///< of these: the reader's queue had no room
    std::string problem;       ///< why the last one was dropped, and what to do; empty: it wasn't
};

/// One feed's outputs, which the pipeline sees as one.
class FeedOutputs final : public Output {
  public:
    void open(const OutputSpec& spec, const OutputSettings& settings);

    [[nodiscard]] bool empty() const noexcept { return places_.empty(); }

    /// Every output gets the sample, whatever the others make of it. True: one has taken it.
    [[nodiscard]] bool publish(const Sample& sample) noexcept override;
    void invalidate() noexcept override;
    [[nodiscard]] bool takes_back() const noexcept override;

    void discard() noexcept;
    /// The first for which that is so; nullptr: none.
    [[nodiscard]] const Destination* removed(bool by_root_only) const noexcept;
    [[nodiscard]] std::vector<OutputStatus> status() const;

  private:
    struct Place {
        std::string name;
        std::unique_ptr<Destination> destination;
        std::uint64_t taken = 0;
        std::uint64_t dropped = 0;
    };
    std::vector<Place> places_;
};

class Outputs {
  public:
    /// Opens them all. Throws what opening one throws, and then leaves nothing of the others.
    Outputs(const hal::ByFeed<OutputList>& lists, const OutputSettings& settings);

    /// For the pipeline; nullptr for a feed that goes nowhere. They stay where they are.
    [[nodiscard]] PipelineOutputs feeds() noexcept;

    /// Takes back what lies unread. May be called in a signal's handler.
    void take_back() noexcept;

    /// Looks for segments that were removed.
    void look(hal::MonoTime now);
    /// Why new readers find no segment, as of the last look; empty: they find it.
    [[nodiscard]] const std::string& removed() const noexcept { return removed_; }
    [[nodiscard]] hal::MonoTime removed_since() const noexcept { return removed_since_; }
    /// Whether only root can make one of them again.
    [[nodiscard]] bool must_be_prepared() const noexcept;

    [[nodiscard]] std::vector<OutputStatus> status(Feed feed) const;

  private:
    [[nodiscard]] const Destination* removed_one(bool by_root_only) const noexcept;

    hal::ByFeed<FeedOutputs> feeds_;
    std::string removed_;
    hal::MonoTime removed_since_;
};

} // namespace ppsd::app
