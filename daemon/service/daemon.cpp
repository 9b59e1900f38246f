#include "daemon/service/daemon.hpp"

#include "daemon/record/recording_head.hpp"
#include "daemon/service/drain.hpp"
#include "daemon/service/prepare.hpp"
#include "daemon/service/summary.hpp"
#include "daemon/settings/leap_file.hpp"
#include "daemon/settings/pipeline_settings.hpp"
#include "hal/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

constexpr Nanos retry_after = 1s;
// At one wake-up; far more than comes in a second, so that a flood on one line starves no other.
constexpr std::size_t most_edges = 1024;
constexpr std::size_t most_bytes = 64 * 1024;

Options with_mark(Options options, const PublishedMark& mark) {
    options.published_before = mark.there();
    return options;
}

} // namespace

// Sources first: where the machine says no, no segment has been made yet.
Daemon::Daemon(const Options& options, const Log& log, Notifier notifier,
               const std::optional<hal::Owner>& heir)
    : heir_{heir}, mark_{runtime_folder(), run_folder, heir}, options_{with_mark(options, mark_)},
      log_{log}, opener_{clock_}, pulses_{first_pulses()}, bytes_{first_bytes()},
      status_server_{open_status()}, recorder_{open_recorder()}, outputs_{open_outputs()},
      pipeline_{pipeline_settings(options), recorder_ ? recorder_->clock() : clock_,
                recorder_ ? recorder_->outputs(outputs_.feeds()) : outputs_.feeds(),
                load_leap_file(options.leap_file, log), log},
      intake_{pipeline_, recorder_.get()}, leap_file_{options.leap_file, clock_.now()},
      notifier_{std::move(notifier)}, slept_{clock_.slept()}, started_{clock_.now()} {
    if (!mark_.usable())
        log_.line(LogLevel::info,
                  "{}: can't be written: the receiver is not compared with the system clock, which "
                  "may follow a ppsd that ran before",
                  runtime_folder());
    if (pulses_.source) watch_pulses();
    if (bytes_.source) watch_bytes();
    loop_.watch(clock_.step_fd(), Rank::clock, [this] {
        clock_.acknowledge_step();
        notice_sleep();
        intake_.on(ClockStep{clock_.now()});
    });
    outputs_.take_back(); // what one that was killed has left
    crash_guard_.emplace(
        [](void* daemon) noexcept {
            auto& self = *static_cast<Daemon*>(daemon);
            self.outputs_.take_back();
            if (self.status_server_) self.status_server_->take_away();
        },
        this);
}

// Unread, it would be wrong by whatever steps the clock after us.
Daemon::~Daemon() {
    outputs_.take_back();
}

void Daemon::reload_by(std::function<const Options&()> read_again) {
    loop_.on_hangup([this, read_again = std::move(read_again)] {
        options_.leap_file = read_again().leap_file;
        leap_file_.follow(options_.leap_file);
        if (recorder_) recorder_->reopen();
    });
}

Port<PulseSource> Daemon::first_pulses() {
    if (options_.pps.empty()) return {};
    return first<PulseSource>(options_.pps, option_place(options_, "pps"),
                              [this] { return opener_.pulses(options_.pps, options_.edge); });
}

Port<ByteSource> Daemon::first_bytes() {
    return first<ByteSource>(options_.nmea, option_place(options_, "nmea"),
                             [this] { return opener_.bytes(options_.nmea, options_.baud); });
}

template <class SourceType, class Open>
Port<SourceType> Daemon::first(const std::string& name, const std::string& place, Open open) {
    try {
        return {name, open(), {}, {}};
    } catch (const UsageError& error) {
        throw UsageError(place + error.what());
    } catch (const DeviceError& error) {
        if (!options_.wait) throw;
        log_.line(LogLevel::warning, "{}; waiting for it", error.what());
        return {name, nullptr, clock_.now() + retry_after, error.what()};
    }
}

std::unique_ptr<StatusServer> Daemon::open_status() {
    if (options_.status_socket == "none") return nullptr;
    const bool named = !options_.status_socket.empty();
    const bool wanted = named || std::getenv("RUNTIME_DIRECTORY") != nullptr;
    return std::make_unique<StatusServer>(
        StatusSettings{named ? options_.status_socket : default_status_socket(), wanted, heir_},
        loop_, [this] { return status_json(snapshot()); }, clock_.now(), log_);
}

// Before anything that came meanwhile is looked at.
void Daemon::notice_sleep() {
    const Nanos slept = clock_.slept();
    const Nanos length = slept - std::exchange(slept_, slept);
    if (length <= 0ns) return;
    intake_.on(Slept{clock_.now(), length});
    oscillator_known_.reset();
}

// It is read once for all that comes at a wake-up, and only if something does.
bool Daemon::oscillator_known() {
    if (oscillator_known_) return *oscillator_known_;
    const auto now = look_at_oscillator();
    if (now) intake_.on(OscillatorNote{now->mono, now->raw_minus_mono()});
    oscillator_known_ = now.has_value();
    return *oscillator_known_;
}

std::optional<Stamp> Daemon::look_at_oscillator() {
    const auto now = clock_.stamp();
    if (now) return now;
    ++oscillator_unread_;
    if (unread_lines_.allow(clock_.now()))
        log_.line(LogLevel::warning,
                  "CLOCK_MONOTONIC_RAW could not be read ({} times so far): what came meanwhile is "
                  "dropped; is the machine overloaded?",
                  oscillator_unread_);
    return std::nullopt;
}

bool Daemon::run() {
    log_.line(LogLevel::notice, "ppsd {}: pulses from {}, sentences from {}", version(),
              pulses_.name.empty() ? "nowhere" : pulses_.name, bytes_.name);
    notifier_.ready();
    notifier_.status(status());
    if (bytes_.source) bytes_.source->forget_unread();
    loop_.run([this] { return deadline(); }, [this] { tick(); });
    notifier_.stopping();
    if (must_be_prepared())
        log_.line(LogLevel::error, "ending, so that the service manager starts ppsd anew and root "
                                   "makes the unit again (ppsd --prepare)");
    outputs_.take_back();
    log_summary(pipeline_, log_);
    return !must_be_prepared();
}

std::unique_ptr<Recorder> Daemon::open_recorder() {
    if (options_.record.empty()) return nullptr;
    const std::int64_t run = clock_.offset().to_real(clock_.now()).ns();
    RecorderSettings settings{options_.record, options_.record_size, run, recording_head(options_)};
    settings.heir = heir_;
    settings.leap_list = leap_list_in(options_.leap_file);
    return std::make_unique<Recorder>(settings, clock_, log_);
}

Outputs Daemon::open_outputs() {
    if (::geteuid() == 0) prepare_units(options_, Prepared::used, log_);
    return Outputs{{{outputs_of(options_, Feed::pps), outputs_of(options_, Feed::nmea)}},
                   OutputSettings{options_.layout, log_}};
}

void Daemon::open_pulses() {
    pulses_.source = opener_.pulses(pulses_.name, options_.edge);
    overflowed_ = 0; // it counts anew
    watch_pulses();
}

void Daemon::open_bytes() {
    bytes_.source = opener_.bytes(bytes_.name, options_.baud);
    watch_bytes();
}

void Daemon::watch_pulses() {
    quiet_.heard(clock_.now());
    loop_.watch(pulses_.source->fd(), Rank::pulses, [this] { read_pulses(); });
}

void Daemon::watch_bytes() {
    loop_.watch(bytes_.source->fd(), Rank::bytes, [this] { read_bytes(); });
}

void Daemon::read_pulses() {
    notice_sleep();
    bool any = false;
    more_pulses_ = drain(*pulses_.source, most_edges, [this, &any](const PulseEdge& edge) {
        if (oscillator_known()) intake_.on(edge);
        any = true;
        return std::size_t{1};
    });
    if (any) quiet_.heard(clock_.now());
    report_lost_edges();
    close_if_gone(pulses_);
}

void Daemon::report_lost_edges() {
    const auto lost = pulses_.source->overflowed();
    if (lost == overflowed_ || !overflow_lines_.allow(clock_.now())) return;
    log_.line(LogLevel::warning, "{}: {} edges lost, the kernel's queue was full: too many edges",
              pulses_.name, lost - overflowed_);
    overflowed_ = lost;
}

void Daemon::probe_pulses(MonoTime now) {
    if (!quiet_.due(now)) return;
    quiet_.heard(now);
    pulses_.source->probe();
    read_pulses();
}

void Daemon::read_bytes() {
    // A label must not be judged before the pulse that it belongs to.
    if (pulses_.source && !pulses_.source->prompt()) read_pulses();
    notice_sleep();
    const bool left_alone = pacer_.unread_until().has_value();
    more_bytes_ = drain(*bytes_.source, most_bytes, [this](ByteChunk chunk) {
        chunk.arrival = pacer_.arrival(chunk.arrival);
        if (oscillator_known()) intake_.on(chunk);
        if (bytes_.source->may_wait()) pacer_.add(chunk, pipeline_.last_label());
        return chunk.bytes.size();
    });
    close_if_gone(bytes_);
    if (!bytes_.source) return pacer_.forget();
    pacer_.looked(clock_.now());
    const bool leave_alone = pacer_.unread_until().has_value();
    if (leave_alone != left_alone) loop_.listen(bytes_.source->fd(), !leave_alone);
}

template <class SourceType>
void Daemon::close_if_gone(Port<SourceType>& port) {
    const auto error = port.source->error();
    if (!error) return;
    log_.line(LogLevel::warning, "{}: gone: {}; trying to open it again every second", port.name,
              error.message());
    loop_.unwatch(port.source->fd());
    port.source.reset();
    port.missing = fmt::format("{}: {}", port.name, error.message());
    port.retry_at = clock_.now() + retry_after;
}

template <class SourceType>
void Daemon::open_again(Port<SourceType>& port, MonoTime now, void (Daemon::*open)()) {
    if (!port.retry_at || now < *port.retry_at) return;
    try {
        (this->*open)();
        port.retry_at.reset();
        port.missing.clear();
        log_.line(LogLevel::notice, "{}: back", port.name);
    } catch (const std::exception& error) {
        port.retry_at = now + retry_after;
        // The reason is said anew when it is another one.
        const bool known = port.missing == error.what();
        log_.line(known ? LogLevel::debug : LogLevel::warning, "{}", error.what());
        port.missing = error.what();
    }
}

void Daemon::read_leap_file_again(MonoTime now) {
    const auto list = leap_file_.newer(now, log_);
    if (!list) return;
    log_.line(LogLevel::notice, "{}: changed, and read again", options_.leap_file);
    intake_.on(NewLeapList{now, *list});
}

void Daemon::tick() {
    if (pulses_.source && more_pulses_) read_pulses();
    // Nothing may be published that unread bytes would contradict.
    if (bytes_.source && (more_bytes_ || pacer_.unread_until())) read_bytes();
    notice_sleep();
    const MonoTime now = clock_.now();
    read_leap_file_again(now);
    if (pulses_.source) probe_pulses(now);
    if (status_server_) status_server_->tick(now);
    tick_pipeline();
    outputs_.look(now);
    if (must_be_prepared()) loop_.stop();
    mark_published();
    open_again(pulses_, now, &Daemon::open_pulses);
    open_again(bytes_, now, &Daemon::open_bytes);
    if (notifier_.listened_to()) notifier_.status(status());
    notifier_.tick(now);
}

// Reading may have taken its time: what is true now is looked at anew.
void Daemon::tick_pipeline() {
    oscillator_known_.reset();
    if (const auto now = look_at_oscillator())
        return intake_.tick(now->mono, now->raw_minus_mono());
    intake_.tick(clock_.now(), std::nullopt);
}

// By hand it goes on: those that are attached still read, and root can make the unit meanwhile.
bool Daemon::must_be_prepared() const {
    return notifier_.listened_to() && outputs_.must_be_prepared();
}

void Daemon::mark_published() {
    if (pipeline_.clock_may_follow_us()) mark_.set();
}

std::string Daemon::status() {
    if (!bytes_.missing.empty()) return "waiting: " + bytes_.missing;
    if (!pulses_.missing.empty()) return "waiting: " + pulses_.missing;
    if (!outputs_.removed().empty()) return fmt::format("{}: {}", unit_removed, outputs_.removed());
    return fmt::format("{}: {}", name(pipeline_.state()), pipeline_.explanation(clock_.now()).text);
}

std::optional<MonoTime> Daemon::deadline() const {
    if ((pulses_.source && more_pulses_) || (bytes_.source && more_bytes_)) return MonoTime{};
    const auto unread_until = pacer_.unread_until();
    auto next = pipeline_.deadline(unread_until);
    if (!next || leap_file_.look_at() < *next) next = leap_file_.look_at();
    if (status_server_) next = std::min(*next, status_server_->deadline());
    if (pulses_.source && (!next || quiet_.deadline() < *next)) next = quiet_.deadline();
    for (const auto& other :
         {pulses_.retry_at, bytes_.retry_at, notifier_.deadline(), unread_until})
        if (other && (!next || *other < *next)) next = other;
    return next;
}

} // namespace ppsd::app
