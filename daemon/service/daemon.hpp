// The daemon: sources, pipeline and outputs in one loop.
#pragma once

#include "daemon/outputs/outputs.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/recorder.hpp"
#include "daemon/service/burst_pacer.hpp"
#include "daemon/service/crash_guard.hpp"
#include "daemon/service/event_loop.hpp"
#include "daemon/service/notify.hpp"
#include "daemon/service/published_mark.hpp"
#include "daemon/service/quiet_probe.hpp"
#include "daemon/service/status.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/settings/leap_file.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"
#include "daemon/text/rate_limit.hpp"
#include "hal/open.hpp"
#include "hal/system_clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ppsd::app {

/// A source that is opened again, once a second, when its device went away or wasn't there yet.
template <class SourceType>
struct Port {
    std::string name;
    std::unique_ptr<SourceType> source;
    std::optional<hal::MonoTime> retry_at;
    std::string missing; ///< while it is: why, as opening it said
};

class Daemon {
  public:
    /// Opens everything. Throws hal::UsageError, hal::DeviceError (not, with options.wait, for a
    /// source that isn't there) or ntpdshm::SegmentError. What it makes for itself (recording,
    /// status socket, mark) is the heir's: whom ppsd will be. Where those can't be made it warns.
    /// The log must outlive it.
    Daemon(const Options& options, const Log& log, Notifier notifier = {},
           const std::optional<hal::Owner>& heir = {});

    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    /// Whatever ends it, no sample and no socket of its are left.
    ~Daemon();

    /// SIGHUP: read_again gives the options, of which the list of leap seconds is followed, and the
    /// recording is opened again. Without it, SIGHUP ends run().
    void reload_by(std::function<const Options&()> read_again);

    /// Until a signal ends it. False: it ended by itself, for a service manager to start it anew,
    /// since the segment of unit 0 or 1 was removed and only root can make it again.
    [[nodiscard]] bool run();

  private:
    Port<hal::PulseSource> first_pulses();
    Port<hal::ByteSource> first_bytes();
    template <class SourceType, class Open>
    Port<SourceType> first(const std::string& name, const std::string& place, Open open);
    std::unique_ptr<Recorder> open_recorder();
    Outputs open_outputs();
    void open_pulses();
    void open_bytes();
    void watch_pulses();
    void watch_bytes();
    void read_pulses();
    void probe_pulses(hal::MonoTime now);
    void report_lost_edges();
    void read_bytes();
    template <class SourceType>
    void close_if_gone(Port<SourceType>& port);
    template <class SourceType>
    void open_again(Port<SourceType>& port, hal::MonoTime now, void (Daemon::*open)());
    void read_leap_file_again(hal::MonoTime now);
    std::unique_ptr<StatusServer> open_status();
    void notice_sleep();
    [[nodiscard]] bool oscillator_known();
    [[nodiscard]] std::optional<hal::Stamp> look_at_oscillator();
    void tick_pipeline();
    [[nodiscard]] bool must_be_prepared() const;
    void mark_published();
    [[nodiscard]] Status snapshot();
    void add_pulses(Status& status, hal::MonoTime now) const;
    [[nodiscard]] std::optional<FeedStatus> feed_status(Feed feed, hal::RealTime now) const;
    void tick();
    [[nodiscard]] std::string status();
    [[nodiscard]] std::optional<hal::MonoTime> deadline() const;

    std::optional<hal::Owner> heir_;
    PublishedMark mark_;
    Options options_;
    const Log& log_;
    hal::SystemClock clock_;
    hal::Opener opener_;
    Port<hal::PulseSource> pulses_;
    Port<hal::ByteSource> bytes_;
    EventLoop loop_;
    std::unique_ptr<StatusServer> status_server_; ///< nullptr: there is none
    std::unique_ptr<Recorder> recorder_;          ///< nullptr: nothing is recorded
    Outputs outputs_;
    Pipeline pipeline_;
    Intake intake_;
    LeapFile leap_file_;
    Notifier notifier_;
    BurstPacer pacer_;
    hal::Nanos slept_;
    hal::MonoTime started_;
    std::optional<bool> oscillator_known_; ///< at this wake-up; nothing: nobody has asked
    std::uint64_t oscillator_unread_ = 0;  ///< times at which it could not be read
    RateLimit unread_lines_{1, std::chrono::minutes{1}};
    std::uint64_t overflowed_ = 0;
    RateLimit overflow_lines_{1, std::chrono::minutes{1}};
    QuietProbe quiet_;
    bool more_pulses_ = false; ///< than were read at one wake-up
    bool more_bytes_ = false;
    std::optional<CrashGuard> crash_guard_; ///< last: it needs all of it
};

} // namespace ppsd::app
