// Asks ppsd and the NTP daemon for their state, and keeps the answers: the history, the newest snapshot,
// and news for pages that are open.
#pragma once

#include "daemon/web/history.hpp"
#include "daemon/web/live.hpp"
#include "daemon/web/snapshot.hpp"
#include "hal/machine_files.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace ppsd::web {

/// Asks the NTP daemon in a thread of its own, since that may wait for seconds.
class NtpAsker {
  public:
    /// ask: what is to be known; may wait.
    explicit NtpAsker(std::function<NtpStatus()> ask);
    ~NtpAsker();
    [[nodiscard]] NtpStatus last() const;

  private:
    void go_on();
    std::function<NtpStatus()> ask_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    NtpStatus last_;
    bool ended_ = false;
    std::thread thread_;
};

/// turn() is called once a second by one thread; the rest by any.
class Station {
  public:
    /// All must outlive it. socket: ppsd's. ntp: asks the NTP daemon; may be empty, then it isn't.
    /// flush_every: s from one writing of the history to the next, what a power cut may take.
    Station(std::string socket, std::function<NtpStatus()> ntp, History& history, Live& live,
            std::int64_t flush_every);

    /// Asks, keeps and tells. now: s since 1970.
    void turn(std::int64_t now);

    /// What waits to be written, at once.
    void flush() { (void)history_.flush(); }

    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const;
    /// Since when the verdict is what it is, s since 1970.
    [[nodiscard]] std::int64_t verdict_since() const;

  private:
    [[nodiscard]] Snapshot look(std::int64_t now) const;

    std::string socket_;
    History& history_;
    Live& live_;
    hal::MachineFiles files_;
    std::optional<NtpAsker> ntp_;
    mutable std::mutex mutex_; ///< of both below
    std::shared_ptr<const Snapshot> snapshot_;
    std::int64_t verdict_since_ = 0;
    std::int64_t turns_ = 0;
    const std::int64_t flush_every_;
};

} // namespace ppsd::web
