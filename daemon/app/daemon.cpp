#include "daemon/app/daemon.hpp"

#include "daemon/app/leap_file.hpp"
#include "daemon/app/pipeline_settings.hpp"
#include "daemon/app/recording_head.hpp"
#include "hal/error.hpp"

#include <fmt/format.h>

namespace ppsd::app {

using namespace hal;

namespace {

constexpr Nanos retry_after = 1s;

std::optional<int> pps_unit(const Options& options) {
    return options.pps.empty() ? std::nullopt : options.pps_unit;
}

} // namespace

// Sources first: where the machine says no, no segment has been made yet.
Daemon::Daemon(const Options& options, const Log& log, Notifier notifier)
    : options_{options}, log_{log}, opener_{clock_}, pulses_{first_pulses()}, bytes_{first_bytes()},
      recorder_{open_recorder()}, pipeline_{pipeline_settings(options),
                                            recorder_ ? recorder_->clock() : clock_, open_outputs(),
                                            load_leap_file(options.leap_file, log), log},
      intake_{pipeline_, recorder_.get()},
      leap_file_{options.leap_file, clock_.now()}, notifier_{std::move(notifier)} {
    if (pulses_.source) watch_pulses();
    if (bytes_.source) watch_bytes();
    loop_.watch(clock_.step_fd(), Priority::clock, [this] {
        clock_.acknowledge_step();
        intake_.on_clock_step(clock_.now());
    });
}

Port<PulseSource> Daemon::first_pulses() {
    if (options_.pps.empty()) return {};
    return first<PulseSource>(options_.pps, options_.pps_place,
                              [this] { return opener_.pulses(options_.pps, options_.edge); });
}

Port<ByteSource> Daemon::first_bytes() {
    return first<ByteSource>(options_.nmea, options_.nmea_place,
                             [this] { return opener_.bytes(options_.nmea, options_.baud); });
}

template <class SourceType, class Open>
Port<SourceType> Daemon::first(const std::string& name, const std::string& place, Open open) {
    try {
        return {name, open(), {}, {}};
    } catch (const UsageError& error) {
        if (place.empty()) throw;
        throw UsageError(fmt::format("{}: {}", place, error.what()));
    } catch (const DeviceError& error) {
        if (!options_.wait) throw;
        log_.line(LogLevel::warning, "{}; waiting for it", error.what());
        return {name, nullptr, clock_.now() + retry_after, error.what()};
    }
}

void Daemon::run() {
    log_.line(LogLevel::notice, "ppsd {}: pulses from {}, sentences from {}", version(),
              pulses_.name.empty() ? "nowhere" : pulses_.name, bytes_.name);
    notifier_.ready();
    notifier_.status(status());
    loop_.run([this] { return deadline(); }, [this] { tick(); });
    notifier_.stopping();
    // Unread, it would be wrong by whatever steps the clock after us.
    if (pps_output_) pps_output_->invalidate();
    if (nmea_output_) nmea_output_->invalidate();
    summarise();
}

std::unique_ptr<Recorder> Daemon::open_recorder() {
    if (options_.record.empty()) return nullptr;
    const std::int64_t run = clock_.offset().to_real(clock_.now()).ns();
    return std::make_unique<Recorder>(
        RecorderSettings{options_.record, options_.record_size, run, recording_head(options_)},
        clock_, log_);
}

PipelineOutputs Daemon::open_outputs() {
    PipelineOutputs outputs;
    try {
        if (const auto unit = pps_unit(options_))
            outputs.pps = &pps_output_.emplace(*unit, options_.layout, log_);
        if (const auto unit = options_.nmea_unit)
            outputs.nmea = &nmea_output_.emplace(*unit, options_.layout, log_);
    } catch (...) {
        if (pps_output_) pps_output_->discard();
        throw;
    }
    return recorder_ ? recorder_->outputs(outputs) : outputs;
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
    loop_.watch(pulses_.source->fd(), Priority::pulses, [this] { read_pulses(); });
}

void Daemon::watch_bytes() {
    pacer_.forget();
    loop_.watch(bytes_.source->fd(), Priority::bytes, [this] { read_bytes(); });
}

void Daemon::read_pulses() {
    while (const auto edge = pulses_.source->read())
        intake_.on_edge(*edge);
    if (const auto lost = pulses_.source->overflowed(); lost != overflowed_) {
        log_.line(LogLevel::warning,
                  "{}: {} edges lost, the kernel's queue was full: too many edges", pulses_.name,
                  lost - overflowed_);
        overflowed_ = lost;
    }
    close_if_gone(pulses_);
}

void Daemon::read_bytes() {
    // A label must not be judged before the pulse that it belongs to.
    if (pulses_.source && !pulses_.source->prompt()) read_pulses();
    while (const auto chunk = bytes_.source->read())
        pacer_.take(*chunk, [this](const ByteChunk& piece) { intake_.on_bytes(piece); });
    close_if_gone(bytes_);
    if (bytes_.source && bytes_.source->may_wait()) pace();
}

void Daemon::pace() {
    const bool left_alone = pacer_.unread_until().has_value();
    pacer_.looked(clock_.now(), {pipeline_.state() == State::locked, pipeline_.last_label()});
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
    intake_.on_leap_list(now, *list, recording_head(options_, *list));
}

void Daemon::tick() {
    // Nothing may be published that unread bytes would contradict.
    if (bytes_.source && pacer_.unread_until()) read_bytes();
    const MonoTime now = clock_.now();
    read_leap_file_again(now);
    intake_.tick(now);
    open_again(pulses_, now, &Daemon::open_pulses);
    open_again(bytes_, now, &Daemon::open_bytes);
    if (notifier_.listened_to()) notifier_.status(status());
    notifier_.tick(now);
}

std::string Daemon::status() const {
    if (!bytes_.missing.empty()) return "waiting: " + bytes_.missing;
    if (!pulses_.missing.empty()) return "waiting: " + pulses_.missing;
    return fmt::format("{}: {}", name(pipeline_.state()),
                       explanation(pipeline_.state(), !options_.pps.empty()));
}

std::optional<MonoTime> Daemon::deadline() const {
    const auto unread_until = pacer_.unread_until();
    auto next = pipeline_.deadline(unread_until);
    if (!next || leap_file_.look_at() < *next) next = leap_file_.look_at();
    for (const auto& other :
         {pulses_.retry_at, bytes_.retry_at, notifier_.deadline(), unread_until})
        if (other && (!next || *other < *next)) next = other;
    return next;
}

void Daemon::summarise() const {
    using discipline::Verdict;
    const auto used = static_cast<std::size_t>(Verdict::used);
    for (std::size_t i = used; i < discipline::verdict_count; ++i) {
        const auto verdict = static_cast<Verdict>(i);
        const auto edges = pipeline_.edges()[verdict];
        const auto labels = pipeline_.labels()[verdict];
        const auto samples =
            pipeline_.samples(Feed::pps)[verdict] + pipeline_.samples(Feed::nmea)[verdict];
        if (edges + labels + samples > 0)
            log_.line(LogLevel::info, "{}: {} edges, {} labels, {} samples", name(verdict), edges,
                      labels, samples);
    }
    for (std::size_t i = 0; i < nmea::verdict_count; ++i) {
        const auto verdict = static_cast<nmea::Verdict>(i);
        if (const auto sentences = pipeline_.sentences()[verdict]; sentences > 0)
            log_.line(LogLevel::info, "{}: {} sentences", name(verdict), sentences);
    }
}

} // namespace ppsd::app
