#include "daemon/service/pulse_reader.hpp"

#include "daemon/service/drain.hpp"

#include <algorithm>
#include <utility>

namespace ppsd::app {

using namespace hal;

namespace {

// At one wake-up; far more than come in a second, so that a flood here starves nothing else.
constexpr std::size_t most_edges = 1024;

} // namespace

void PulseReader::start(EventLoop& loop) {
    quiet_.heard(clock_.now());
    say_how();
    port_.watch(loop, Rank::pulses, [this] { read(); });
}

void PulseReader::catch_up() {
    if (port_.get() && !port_.get()->prompt()) read();
}

void PulseReader::read() {
    bool any = false;
    more_ = drain(*port_.get(), most_edges, [this, &any](const PulseEdge& edge) {
        intake_.on(edge);
        any = true;
        return std::size_t{1};
    });
    if (any) quiet_.heard(clock_.now());
    await(any);
    report_lost_edges();
    if (port_.close_if_gone(clock_.now())) more_ = false;
}

void PulseReader::await(bool any) {
    PulseSource& source = *port_.get();
    if (!source.awaits()) return;
    const auto missed = source.missed();
    const bool missing = std::exchange(missed_, missed) != missed;
    if (missing) intake_.missed_awaited();
    if (!any && !missing) return;
    if (const auto edge = intake_.await(clock_.now()))
        source.await(*edge);
    else
        source.hunt();
    if (source.awaits() || source.error()) return;
    intake_.lost_train(); // none of it is awaited any more
    say_how();
}

bool PulseReader::gives_up(MonoTime now) const {
    if (!port_.get()) return false;
    const auto at = port_.get()->gives_up();
    return at && *at <= now;
}

void PulseReader::say_how() {
    if (!port_.get() || port_.get()->stamped_how().empty()) return;
    log_.line(LogLevel::notice, "{}: edges are stamped {}", port_.name(),
              port_.get()->stamped_how());
}

void PulseReader::report_lost_edges() {
    const auto lost = port_.get()->overflowed();
    if (lost == overflowed_ || !overflow_lines_.allow(clock_.now())) return;
    log_.line(LogLevel::warning, "{}: {} edges lost, the kernel's queue was full: too many edges",
              port_.name(), lost - overflowed_);
    overflowed_ = lost;
}

std::optional<MonoTime> PulseReader::deadline() const {
    if (more_) return MonoTime{};
    if (!port_.get()) return port_.deadline();
    return std::min(quiet_.deadline(), port_.get()->gives_up().value_or(quiet_.deadline()));
}

void PulseReader::tick(MonoTime now) {
    if (more_ || gives_up(now)) read();
    if (port_.get() && quiet_.due(now)) {
        quiet_.heard(now);
        port_.get()->probe();
        read();
    }
    if (!port_.open_again(now)) return;
    quiet_.heard(now);
    overflowed_ = missed_ = 0; // it counts anew
    intake_.lost_train();
    say_how();
}

} // namespace ppsd::app
