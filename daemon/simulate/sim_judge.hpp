// Compares what a simulated daemon hands over with the truth.
#pragma once

#include "daemon/pipeline/output.hpp"
#include "daemon/simulate/sim_figures.hpp"
#include "hal/sim/virtual_world.hpp"

#include <optional>

namespace ppsd::app {

/// A sample is wrong if at its receive time another true second was nearer than the one it names.
/// A wrong one is invisible if the receiver's labels have long been off by just that much. A right
/// one has to announce the leap second that is to come, if the daemon has a list.
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

    class Feed final : public Output {
      public:
        explicit Feed(hal::sim::VirtualWorld& world) : world_{world} {}
        [[nodiscard]] bool publish(const Sample& sample) noexcept override;
        void invalidate() noexcept override { handed_over.reset(); }

        std::optional<HandedOver> handed_over;
        std::int64_t last_off = 0;          ///< of the last sample that wasn't wrong
        hal::UtcSecond name;                ///< that it gave; the pulses' only
        std::int64_t numbering = INT64_MIN; ///< that name less the second's index
        std::int64_t last = -1;             ///< the true second in which that came
        std::int64_t last_right = -1;       ///< the true second in which the last right sample came

      private:
        hal::sim::VirtualWorld& world_;
    };

    void commit_pps();
    void commit_nmea();
    [[nodiscard]] const hal::sim::Truth::Second* meant_by(const HandedOver& nmea, std::int64_t off,
                                                          hal::Nanos late_by = {});
    [[nodiscard]] bool names_next(const HandedOver& nmea, std::int64_t off);
    /// The second that a name means which is off by so much (not 0), if there is one.
    [[nodiscard]] std::optional<std::int64_t> index_meant(const HandedOver& nmea, std::int64_t off,
                                                          hal::Nanos late_by);
    [[nodiscard]] bool lasting(std::int64_t off) const noexcept;
    /// Whether that numbering is the feed's own, invisibly off, moved by the list at the end of the
    /// month as it has it, which isn't the true one; and labels said so until now.
    [[nodiscard]] bool passed_leap(const Feed& feed, hal::UtcSecond name,
                                   std::int64_t numbering) const noexcept;
    [[nodiscard]] bool believed_anew(const Feed& feed, std::int64_t off,
                                     std::int64_t numbering) const noexcept;
    void judge_leap(const Sample& sample) noexcept;
    [[nodiscard]] SimPlace here(std::int64_t off) noexcept;

    hal::sim::VirtualWorld& world_;
    SimFigures& figures_;
    std::uint64_t seed_;
    std::int64_t holdover_; ///< s
    hal::Nanos nmea_delay_; ///< that nobody has taught the daemon
    hal::Nanos nmea_scatter_;
    bool nmea_delay_set_;
    bool leap_list_;                ///< the daemon has a current one
    int leap_;                      ///< that has to be announced until the month's end
    hal::sim::Numbering numbering_; ///< the true one
    bool pulses_teach_; ///< the sentences' delay, some time before the first sample is handed over
    Feed pps_;
    Feed nmea_;
    std::int64_t first_sample_ = -1; ///< the true second in which it was handed over
};

} // namespace ppsd::app
