#include "daemon/service/daemon.hpp"

#include "daemon/record/recording_head.hpp"
#include "daemon/service/prepare.hpp"
#include "daemon/service/summary.hpp"
#include "daemon/settings/leap_file.hpp"
#include "daemon/settings/pipeline_settings.hpp"
#include "daemon/text/sooner.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

PollRequest poll_request(const Options& options) {
    return {options.poll != Poll::no, options.poll == Poll::always, options.poll_cpu,
            options.lock_memory};
}

std::optional<CpuLatency> open_latency(const Options& options, const Log& log) {
    try {
        if (options.cpu_latency && !options.pps.empty()) return CpuLatency{*options.cpu_latency};
    } catch (const DeviceError& error) {
        log.line(LogLevel::warning, "{}", error.what());
    }
    return std::nullopt;
}

Options with_mark(Options options, const PublishedMark& mark) {
    options.published_before = mark.there();
    return options;
}

} // namespace

// Sources first: where the machine says no, no segment has been made yet.
Daemon::Daemon(const Options& configured, const Log& log, Notifier notifier,
               const std::optional<hal::Owner>& heir)
    : mark_{runtime_folder(), run_folder, heir}, options_{with_mark(configured, mark_)}, log_{log},
      opener_{clock_, poll_request(options_)}, cpu_latency_{open_latency(options_, log)},
      pulses_{open_pulses(), intake_, clock_, log}, bytes_{open_bytes(), {options_.baud, log_},
                                                           pulses_,      intake_,
                                                           pipeline_,    clock_},
      status_server_{open_status(heir)}, share_{open_share(heir)}, recorder_{open_recorder(heir)},
      outputs_{open_outputs()}, pipeline_{pipeline_settings(options_),
                                          recorder_ ? recorder_->clock() : clock_,
                                          recorder_ ? recorder_->outputs(outputs_.feeds())
                                                    : outputs_.feeds(),
                                          load_leap_file(options_.leap_file, log), log},
      intake_{pipeline_, clock_, recorder_.get(), log}, leap_list_{options_.leap_file, clock_.now(),
                                                                   intake_, log},
      notifier_{std::move(notifier)}, started_{clock_.now()} {
    if (!mark_.usable())
        log_.line(LogLevel::info,
                  "{}: can't be written: the receiver is not compared with the system clock, which "
                  "may follow a ppsd that ran before",
                  runtime_folder());
    if (options_.poll != Poll::no && !options_.pps.empty() && !options_.pps.starts_with("gpio:"))
        log_.line(LogLevel::notice,
                  "{}: edges are stamped by interrupts: only a gpio: line is polled", options_.pps);
    set_up_turns();
    outputs_.take_back(); // what one that was killed has left
    crash_guard_.emplace(
        [](void* daemon) noexcept {
            auto& self = *static_cast<Daemon*>(daemon);
            self.outputs_.take_back();
            if (self.status_server_) self.status_server_->take_away();
            if (self.share_) self.share_->take_away();
        },
        this);
}

// Unread, it would be wrong by whatever steps the clock after us.
Daemon::~Daemon() {
    outputs_.take_back();
}

// In the order of a turn.
void Daemon::set_up_turns() {
    loop_.on_wake_up([this] { intake_.begin_turn(); });
    loop_.watch(clock_.step_fd(), Rank::clock, [this] {
        clock_.acknowledge_step();
        intake_.begin_turn();
    });
    loop_.add(pulses_);
    loop_.add(bytes_);
    loop_.add(leap_list_);
    if (status_server_) loop_.add(*status_server_);
    loop_.add(*this);
}

void Daemon::reload_by(std::function<const Options&()> read_again) {
    loop_.on_hangup([this, read_again = std::move(read_again)] {
        options_.leap_file = read_again().leap_file;
        leap_list_.follow(options_.leap_file);
        if (recorder_) recorder_->reopen();
    });
}

Port<PulseSource> Daemon::open_pulses() {
    Port<PulseSource> port{options_.pps,
                           [this] { return opener_.pulses(options_.pps, options_.edge); }, log_};
    port.open_first(options_.wait, option_place(options_, "pps"), clock_.now());
    return port;
}

Port<ByteSource> Daemon::open_bytes() {
    Port<ByteSource> port{options_.nmea,
                          [this] { return opener_.bytes(options_.nmea, options_.baud); }, log_};
    port.open_first(options_.wait, option_place(options_, "nmea"), clock_.now());
    return port;
}

std::unique_ptr<StatusServer> Daemon::open_status(const std::optional<Owner>& heir) {
    if (options_.status_socket == "none") return nullptr;
    const bool named = !options_.status_socket.empty();
    const bool wanted = named || std::getenv("RUNTIME_DIRECTORY") != nullptr;
    return std::make_unique<StatusServer>(
        StatusSettings{named ? options_.status_socket : default_status_socket(), wanted, heir},
        loop_, [this] { return status_json(snapshot()); }, clock_.now(), log_);
}

// Without it ppsd serves time all the same.
std::unique_ptr<ReceiverShare> Daemon::open_share(const std::optional<Owner>& heir) {
    if (options_.share.empty()) return nullptr;
    try {
        auto share =
            std::make_unique<ReceiverShare>(options_.share, heir, loop_, clock_,
                                            [this](std::string_view bytes) { bytes_.send(bytes); });
        bytes_.share_with([&to = *share](std::string_view bytes) { to.give(bytes); });
        return share;
    } catch (const DeviceError& error) {
        log_.line(LogLevel::warning, "the receiver is not shared: {}", error.what());
        return nullptr;
    }
}

std::unique_ptr<Recorder> Daemon::open_recorder(const std::optional<Owner>& heir) {
    if (options_.record.empty()) return nullptr;
    const std::int64_t run = clock_.offset().to_real(clock_.now()).ns();
    RecorderSettings settings{options_.record, options_.record_size, run, recording_head(options_)};
    settings.heir = heir;
    settings.leap_list = leap_list_in(options_.leap_file);
    return std::make_unique<Recorder>(settings, clock_, log_);
}

Outputs Daemon::open_outputs() {
    if (::geteuid() == 0) prepare_units(options_, Prepared::used, log_);
    return Outputs{{{outputs_of(options_, Feed::pps), outputs_of(options_, Feed::nmea)}},
                   OutputSettings{options_.layout, log_}};
}

bool Daemon::run() {
    log_.line(LogLevel::notice, "ppsd {}: pulses from {}, sentences from {}", version(),
              options_.pps.empty() ? "nowhere" : options_.pps, options_.nmea);
    pulses_.start(loop_);
    bytes_.start(loop_);
    notifier_.ready();
    notifier_.status(status());
    loop_.run();
    notifier_.stopping();
    if (must_be_prepared())
        log_.line(LogLevel::error, "ending, so that the service manager starts ppsd anew and root "
                                   "makes the unit again (ppsd --prepare)");
    outputs_.take_back();
    log_summary(pipeline_, log_);
    return !must_be_prepared();
}

std::optional<MonoTime> Daemon::deadline() const {
    auto next = pipeline_.deadline(bytes_.unread_until());
    sooner(next, notifier_.deadline());
    return next;
}

void Daemon::tick(MonoTime now) {
    intake_.end_turn();
    if (cpu_latency_) cpu_latency_->hold(pulses_.port().get() != nullptr);
    outputs_.look(now);
    if (must_be_prepared()) loop_.stop();
    if (pipeline_.clock_may_follow_us()) mark_.set();
    if (notifier_.listened_to()) notifier_.status(status());
    notifier_.tick(now);
}

// By hand it goes on: those that are attached still read, and root can make the unit meanwhile.
bool Daemon::must_be_prepared() const {
    return notifier_.listened_to() && outputs_.must_be_prepared();
}

std::string Daemon::status() {
    for (const std::string& missing : {bytes_.port().missing(), pulses_.port().missing()})
        if (!missing.empty()) return "waiting: " + missing;
    if (!outputs_.removed().empty()) return fmt::format("{}: {}", unit_removed, outputs_.removed());
    return fmt::format("{}: {}", name(pipeline_.state()), pipeline_.explanation(clock_.now()).text);
}

} // namespace ppsd::app
