#include "daemon/web/station.hpp"

#include "daemon/service/ask_status.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/events.hpp"
#include "hal/run_program.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <system_error>

namespace ppsd::web {
namespace {

constexpr std::chrono::seconds patience{3};
constexpr std::chrono::seconds ask_every{10};
constexpr std::int64_t tell_every = 10;

hal::ProgramEnd chronyc(const char* what) {
    return hal::run_program({"chronyc", "-c", "-n", what}, patience);
}

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

ChronyStatus ask_chrony() {
    ChronyStatus status;
    const auto tracking = chronyc("tracking");
    if (tracking.code != 0) {
        status.problem = "chronyc can't ask it: is chronyd running, and chrony installed?";
        return status;
    }
    status.tracking = parse_tracking(tracking.out);
    if (const auto sources = chronyc("sources"); sources.code == 0)
        status.sources = parse_sources(sources.out);
    // 501 Not authorised: only over its Unix socket, which is root's (chronyc(1)).
    if (const auto clients = chronyc("clients"); clients.code == 0)
        status.clients = parse_clients(clients.out);
    else
        status.clients_problem = "chronyd tells only root who asks it: chronyc clients";
    return status;
}

ChronyAsker::ChronyAsker(std::function<ChronyStatus()> ask)
    : ask_{std::move(ask)}, last_{.problem = "it has not been asked yet",
                                  .tracking = {},
                                  .sources = {},
                                  .clients = {},
                                  .clients_problem = {}},
      thread_{[this] { go_on(); }} {}

ChronyAsker::~ChronyAsker() {
    {
        const std::lock_guard lock{mutex_};
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

ChronyStatus ChronyAsker::last() const {
    const std::lock_guard lock{mutex_};
    return last_;
}

void ChronyAsker::go_on() {
    std::unique_lock lock{mutex_};
    while (!ended_) {
        lock.unlock();
        ChronyStatus status = ask_();
        lock.lock();
        last_ = std::move(status);
        changed_.wait_for(lock, ask_every, [&] { return ended_; });
    }
}

Station::Station(std::string socket, std::function<ChronyStatus()> chrony, History& history,
                 Live& live, std::int64_t flush_every)
    : socket_{std::move(socket)}, history_{history}, live_{live},
      snapshot_{std::make_shared<const Snapshot>()}, flush_every_{flush_every} {
    if (chrony) chrony_.emplace(std::move(chrony));
}

Snapshot Station::look(std::int64_t now) const {
    Snapshot snapshot{.time = now, .ppsd = {}, .ppsd_problem = {}, .chrony = {}};
    const app::StatusAnswer answer = app::ask_status(socket_);
    if (answer.error == 0) snapshot.ppsd = parse_ppsd(answer.text);
    if (!snapshot.ppsd)
        snapshot.ppsd_problem = answer.error != 0 ? why_not(socket_, answer.error)
                                                  : socket_ + ": what answers there is not ppsd";
    if (chrony_)
        snapshot.chrony = chrony_->last();
    else
        snapshot.chrony.problem = "ppsd-web was told not to ask it";
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
