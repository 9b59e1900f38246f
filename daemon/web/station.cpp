#include "daemon/web/station.hpp"

#include "daemon/observe/ask_ntp.hpp"
#include "daemon/service/ask_status.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/events.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <system_error>

namespace ppsd::web {
namespace {

constexpr std::int64_t tell_every = 10;

std::string why_not(const std::string& socket, int error) {
    switch (error) {
    case ENOENT:
    case ECONNREFUSED:
        return fmt::format("{}: no ppsd is running there", socket);
    case EAGAIN:
        return fmt::format("{}: ppsd is stopped, or the machine is busy", socket);
    case EACCES:
        return fmt::format("{}: {}; ppsd-web must run as a member of the group that owns it",
                           socket, std::generic_category().message(error));
    default:
        return fmt::format("{}: {}", socket, std::generic_category().message(error));
    }
}

double temperature(const hal::MachineFiles& files) {
    const auto text = files.text("/sys/class/thermal/thermal_zone0/temp");
    return text && !text->empty() ? std::strtod(text->c_str(), nullptr) / 1000 : unknown;
}

} // namespace

NtpAsker::NtpAsker(std::function<NtpStatus()> ask)
    : ask_{std::move(ask)}, last_{"it has not been asked yet", "chronyd", {}, {}, {}, {}},
      thread_{[this] { go_on(); }} {}

NtpAsker::~NtpAsker() {
    {
        const std::lock_guard lock{mutex_};
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

NtpStatus NtpAsker::last() const {
    const std::lock_guard lock{mutex_};
    return last_;
}

void NtpAsker::go_on() {
    std::unique_lock lock{mutex_};
    while (!ended_) {
        lock.unlock();
        NtpStatus status = ask_();
        lock.lock();
        last_ = std::move(status);
        changed_.wait_for(lock, ask_again_after(last_), [&] { return ended_; });
    }
}

Station::Station(std::string socket, std::function<NtpStatus()> ntp, History& history, Live& live,
                 std::int64_t flush_every)
    : socket_{std::move(socket)}, history_{history}, live_{live},
      snapshot_{std::make_shared<const Snapshot>()}, flush_every_{flush_every} {
    if (ntp) ntp_.emplace(std::move(ntp));
}

Snapshot Station::look(std::int64_t now) const {
    Snapshot snapshot{.time = now, .ppsd = {}, .ppsd_problem = {}, .ntp = {}};
    const app::StatusAnswer answer = app::ask_status(socket_);
    if (answer.error == 0) snapshot.ppsd = parse_ppsd(answer.text);
    if (!snapshot.ppsd)
        snapshot.ppsd_problem = answer.error != 0 ? why_not(socket_, answer.error)
                                                  : socket_ + ": what answers there is not ppsd";
    if (ntp_)
        snapshot.ntp = ntp_->last();
    else
        snapshot.ntp.problem = "ppsd-web was told not to ask it";
    snapshot.temperature = temperature(files_);
    return snapshot;
}

void Station::turn(std::int64_t now) {
    auto fresh = std::make_shared<const Snapshot>(look(now));
    const auto before = snapshot();
    const bool first = turns_ == 0;
    const auto last = first ? std::nullopt : std::optional{*before};
    const Point point = point_of(*fresh, last);
    history_.add(point);
    const std::vector<Event> events = events_between(last, *fresh);
    for (const Event& event : events)
        history_.add(event);
    const bool changed = first || verdict(*fresh) != verdict(*before);
    {
        const std::lock_guard lock{mutex_};
        snapshot_ = fresh;
        if (changed) verdict_since_ = now;
    }
    live_.send("point", point_body(point, *fresh));
    for (const Event& event : events)
        live_.send("event", event_body(event));
    if (changed || turns_ % tell_every == 0)
        live_.send("status", status_body(*fresh, verdict_since(), history_.problem()));
    if (++turns_ % flush_every_ == 0) flush();
}

std::shared_ptr<const Snapshot> Station::snapshot() const {
    const std::lock_guard lock{mutex_};
    return snapshot_;
}

std::int64_t Station::verdict_since() const {
    const std::lock_guard lock{mutex_};
    return verdict_since_;
}

} // namespace ppsd::web
