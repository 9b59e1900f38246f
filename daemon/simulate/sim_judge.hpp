// Compares what a simulated daemon hands over with the truth.
#pragma once

#include "daemon/pipeline/output.hpp"
#include "daemon/simulate/sim_figures.hpp"
#include "hal/sim/virtual_world.hpp"

#include <optional>

namespace ppsd::app {

/// A sample is wrong if at its receive time another true second was nearer than the one it names.
/// A wrong one is invisible if nothing on the wire shows it (VirtualWorld::invisible). A right one
/// has to announce the leap second that is to come, if the daemon has a list. More than ten
/// members: what it judges by is read off the scenario once.
class SimJudge {
  public:
    /// All must outlive it. seed: of this run, for reports.
    SimJudge(hal::sim::VirtualWorld& world, const hal::sim::Scenario& scenario, SimFigures& figures,
             std::uint64_t seed);

    [[nodiscard]] Output& pps() noexcept { return pps_; }
    [[nodiscard]] Output& nmea() noexcept { return nmea_; }

    /// What was handed over and not taken back at once is in readers' hands: judges it. Call it
    /// whenever the daemon has been run.
    void commit() {
        if (pps_.handed_over) commit_pps();
        if (nmea_.handed_over) commit_nmea();
    }

    /// A true second begins: those that no sample can come for any more are judged.
    void second_begins();

    /// The run is over.
    void end() noexcept;

  private:
    struct HandedOver {
        Sample sample;
        hal::MonoTime receive;
    };

    enum class Named : std::uint8_t { wrong, invisible, right };

    class Feed final : public Output {
      public:
        explicit Feed(hal::sim::VirtualWorld& world) : world_{world} {}
        [[nodiscard]] bool publish(const Sample& sample) noexcept override;
        void invalidate() noexcept override { handed_over.reset(); }

        std::optional<HandedOver> handed_over;

      private:
        hal::sim::VirtualWorld& world_;
    };

    void commit_pps();
    void commit_nmea();
    /// What the sentences' sample names, if they come late by so much more than usual.
    [[nodiscard]] Named named_by(const HandedOver& nmea, hal::Nanos late_by);
    [[nodiscard]] Named judge_name(std::int64_t off) const noexcept;
    void judge_leap(const Sample& sample) noexcept;
    [[nodiscard]] SimPlace here(std::int64_t off) noexcept;

    hal::sim::VirtualWorld& world_;
    SimFigures& figures_;
    std::uint64_t seed_;
    hal::Nanos nmea_delay_; ///< that nobody has taught the daemon
    hal::Nanos nmea_scatter_;
    bool nmea_delay_set_;
    int leap_;                      ///< that has to be announced until the month's end
    hal::sim::Numbering numbering_; ///< the true one
    bool pulses_teach_; ///< the sentences' delay, some time before the first sample is handed over
    Feed pps_;
    Feed nmea_;
    std::int64_t first_sample_ = -1; ///< the true second in which it was handed over
};

} // namespace ppsd::app
