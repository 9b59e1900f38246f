// The daemon: sources, pipeline and outputs in one loop.
#pragma once

#include "daemon/outputs/outputs.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/intake.hpp"
#include "daemon/record/recorder.hpp"
#include "daemon/service/byte_reader.hpp"
#include "daemon/service/crash_guard.hpp"
#include "daemon/service/event_loop.hpp"
#include "daemon/service/leap_watch.hpp"
#include "daemon/service/notify.hpp"
#include "daemon/service/published_mark.hpp"
#include "daemon/service/pulse_reader.hpp"
#include "daemon/service/receiver_share.hpp"
#include "daemon/service/status.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"
#include "hal/cpu_latency.hpp"
#include "hal/open.hpp"
#include "hal/system_clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ppsd::app {

/// Composes the parts, a member for each, and decides nothing itself.
class Daemon final : private Timed {
  public:
    /// Opens everything. Throws hal::UsageError, hal::DeviceError (not, with options.wait, for a
    /// source that isn't there) or ntpdshm::SegmentError. What it makes for itself (recording,
    /// status socket, mark) is the heir's: whom ppsd will be. Where those can't be made it warns.
    /// The log must outlive it.
    Daemon(const Options& configured, const Log& log, Notifier notifier = {},
           const std::optional<hal::Owner>& heir = {});

    /// Whatever ends it, no sample and no socket of its are left.
    ~Daemon() override;

    /// SIGHUP: read_again gives the options, of which the list of leap seconds is followed, and the
    /// recording is opened again. Without it, SIGHUP ends run().
    void reload_by(std::function<const Options&()> read_again);

    /// Until a signal ends it. False: it ended by itself, for a service manager to start it anew,
    /// since the segment of unit 0 or 1 was removed and only root can make it again.
    [[nodiscard]] bool run();

  private:
    Port<hal::PulseSource> open_pulses();
    Port<hal::ByteSource> open_bytes();
    std::unique_ptr<StatusServer> open_status(const std::optional<hal::Owner>& heir);
    std::unique_ptr<ReceiverShare> open_share(const std::optional<hal::Owner>& heir);
    std::unique_ptr<Recorder> open_recorder(const std::optional<hal::Owner>& heir);
    Outputs open_outputs();
    void set_up_turns();

    /// The pipeline's, and what follows from what it published.
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const override;
    void tick(hal::MonoTime now) override;
    [[nodiscard]] bool must_be_prepared() const;

    [[nodiscard]] Status snapshot();
    void add_memory(Status& status, hal::MonoTime now) const;
    void add_pulses(Status& status, hal::MonoTime now) const;
    [[nodiscard]] std::optional<StampingStatus> stamping() const;
    [[nodiscard]] std::optional<FeedStatus> feed_status(Feed feed, hal::RealTime now) const;
    [[nodiscard]] std::string status();

    PublishedMark mark_;
    Options options_;
    const Log& log_;
    hal::SystemClock clock_;
    hal::Opener opener_;
    std::optional<hal::CpuLatency> cpu_latency_; ///< held while the pulses' source is there
    PulseReader pulses_;
    ByteReader bytes_;
    EventLoop loop_;
    std::unique_ptr<StatusServer> status_server_; ///< nullptr: there is none
    std::unique_ptr<ReceiverShare> share_;        ///< nullptr: there is none
    std::unique_ptr<Recorder> recorder_;          ///< nullptr: nothing is recorded
    Outputs outputs_;
    Pipeline pipeline_;
    Intake intake_;
    LeapWatch leap_list_;
    Notifier notifier_;
    hal::MonoTime started_;
    std::optional<CrashGuard> crash_guard_; ///< last: it needs all of it
};

} // namespace ppsd::app
