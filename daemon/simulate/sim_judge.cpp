#include "daemon/simulate/sim_judge.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace ppsd::app {

using namespace hal;
using sim::Key;

namespace {

// No sample comes later for a second: a label takes 2 s at most, and its burst some tenths.
constexpr std::int64_t pending_seconds = 5;
constexpr Nanos half_second = 500ms;
constexpr std::int64_t unknown = INT64_MAX; // off by more than the world remembers

// How far from their usual delay the sentences may come, and still count.
Nanos scatter(const sim::Parameters& parameters) noexcept {
    constexpr double bits = 10, sigmas = 4;
    const double first_chunk = parameters[Key::nmea_chunk] * bits / parameters[Key::nmea_baud];
    const double seconds =
        first_chunk + parameters[Key::nmea_wander] + sigmas * parameters[Key::nmea_delay_jitter];
    return half_second + Nanos{static_cast<std::int64_t>(seconds * 1e9)};
}

// By how much the sentences are late for a daemon that no pulses have taught.
Nanos delay_untaught(const sim::Parameters& parameters) noexcept {
    const bool told = parameters[Key::ppsd_nmea_delay] != sim::not_set;
    return Nanos{parameters.ns(Key::nmea_delay)} -
           (told ? Nanos{parameters.ns(Key::ppsd_nmea_delay)} : 0ns);
}

// As the segment has it (sample.hpp).
int leap_to_announce(const sim::Parameters& parameters) noexcept {
    switch (parameters.word<sim::LeapSecond>(Key::leap)) {
    case sim::LeapSecond::inserted:
        return 1;
    case sim::LeapSecond::deleted:
        return 2;
    case sim::LeapSecond::none:
        break;
    }
    return 0;
}

} // namespace

bool SimJudge::Feed::publish(const Sample& sample) noexcept {
    const auto mono_ns = sample.receive.ns() - world_.real_minus_mono().count();
    handed_over = HandedOver{sample, MonoTime::from_ns(mono_ns)};
    return true;
}

SimJudge::SimJudge(sim::VirtualWorld& world, const sim::Scenario& scenario, SimFigures& figures,
                   std::uint64_t seed)
    : world_{world}, figures_{figures}, seed_{seed}, holdover_{static_cast<std::int64_t>(
                                                         scenario.base[Key::ppsd_holdover])},
      nmea_delay_{delay_untaught(scenario.base)}, nmea_scatter_{scatter(scenario.base)},
      nmea_delay_set_{scenario.base[Key::ppsd_nmea_delay] != sim::not_set},
      leap_list_{scenario.base.word<sim::LeapList>(Key::ppsd_leap_list) == sim::LeapList::current},
      leap_{leap_list_ ? leap_to_announce(scenario.base) : 0}, numbering_{scenario.base},
      pulses_teach_{scenario.base.word<sim::Pulses>(Key::pps_pulses) != sim::Pulses::never},
      pps_{world}, nmea_{world} {}

void SimJudge::judge_leap(const Sample& sample) noexcept {
    if (sample.leap == (sample.clock < numbering_.month_end() ? leap_ : 0)) return;
    ++figures_.leap_wrong;
    if (!figures_.first_leap_wrong) figures_.first_leap_wrong = here(0);
}

SimPlace SimJudge::here(std::int64_t off) noexcept {
    return {seed_, world_.truth().current(), off};
}

bool SimJudge::lasting(std::int64_t off) const noexcept {
    if (world_.contradicted(off)) return false;
    if (off == world_.invisible_error() || off == world_.invisible_error_before()) return true;
    const bool said_again =
        off == world_.invisible_error_at_start() || off == world_.invisible_error_at_start_before();
    return said_again && off == world_.invisible_error_unlearned();
}

bool SimJudge::passed_leap(const Feed& feed, UtcSecond name,
                           std::int64_t numbering) const noexcept {
    if (feed.last_off == 0 || feed.name >= numbering_.month_end() || name < numbering_.month_end())
        return false;
    const bool goes_on = world_.truth().current() - feed.last <= holdover_ + pending_seconds;
    if (!goes_on || world_.contradicted(feed.last_off)) return false;
    const std::int64_t moves = leap_ == 1 ? -1 : leap_ == 2 ? 1 : 0;
    return moves != 0 && numbering == feed.numbering + moves;
}

// Across a long time without samples, or a slewed one, the clock doesn't tell the daemon which
// second a new train's pulses must be; labels that agree are all it has, as when it was started.
bool SimJudge::believed_anew(const Feed& feed, std::int64_t off,
                             std::int64_t numbering) const noexcept {
    if (world_.contradicted(off)) return false;
    constexpr std::int64_t since_label = 300; // and the pulses' samples may go on in holdover
    const std::int64_t remembered =
        &feed == &pps_ ? since_label - std::min(holdover_, since_label) : since_label;
    const bool same_train = &feed == &pps_ && world_.last_disturbed_pulse() < feed.last_right;
    const std::int64_t now = world_.truth().current();
    // Labels that went on without pulses tell, too.
    const std::int64_t last_right = std::max(feed.last_right, nmea_.last_right);
    const bool long_ago =
        now - feed.last_right > remembered && now - nmea_.last_right > since_label;
    const bool anew =
        last_right < 0 || world_.last_time_lost() >= last_right || (long_ago && !same_train);
    const bool unseen_leap = !leap_list_ || feed.last_off != 0;
    // And that was invisible; or right, and the labels have counted on over a leap second.
    const bool as_before = off == feed.last_off || (numbering == feed.numbering && unseen_leap);
    // A late label is heard after others that came in time, which the world has noted since.
    return (anew || as_before) && (off == world_.invisible_error_at_start() ||
                                   off == world_.invisible_error_at_start_before());
}

void SimJudge::commit_pps() {
    const auto [sample, receive] = *std::exchange(pps_.handed_over, std::nullopt);
    const Nanos ahead = Nanos{sample.receive.ns()} - std::chrono::seconds{sample.clock.posix()};
    world_.take_sample(ahead);
    ++figures_.samples;
    if (first_sample_ < 0) {
        first_sample_ = world_.truth().current();
        figures_.slowest_lock = std::max(figures_.slowest_lock, first_sample_ - world_.first_fix());
    }
    sim::Truth::Second* second = world_.truth().nearest(receive);
    const std::int64_t off = second ? -sim::seconds_between(second->utc, sample.clock) : unknown;
    const std::int64_t numbering = second ? sample.clock.posix() - second->index : unknown;
    const bool lasts = off != 0 && lasting(off);
    if (off != 0 && !lasts && !believed_anew(pps_, off, numbering) &&
        !passed_leap(pps_, sample.clock, numbering)) {
        ++figures_.wrong;
        if (!figures_.first_wrong) figures_.first_wrong = here(off);
        return;
    }
    pps_.last_off = off;
    pps_.name = sample.clock;
    pps_.numbering = numbering;
    pps_.last = world_.truth().current();
    if (off != 0) ++figures_.invisible;
    if (off != 0 && !lasts) ++figures_.invisible_anew;
    if (off == 0) pps_.last_right = world_.truth().current();
    if (off == 0) judge_leap(sample);
    second->sampled = true;
    figures_.error.add(receive - second->begin);
}

// That began when the sample says, as well as sentences tell: they are late by their whole delay,
// or by what nmea-delay leaves of it, until pulses have taught it, and by late_by. nullptr: none
// that its name is off from by so much.
const sim::Truth::Second* SimJudge::meant_by(const HandedOver& nmea, std::int64_t off,
                                             Nanos late_by) {
    const Nanos taught = pulses_teach_ ? 0ns : nmea_delay_;
    const bool waits = world_.pulses_told() && !nmea_delay_set_;
    const Nanos latest = first_sample_ < 0 && !waits ? nmea_delay_ + late_by : 0ns;
    const auto [low, high] = std::minmax(taught, latest);
    sim::Truth& truth = world_.truth();
    for (std::int64_t i = truth.current(); const auto* second = truth.find(i); --i) {
        const Nanos error = nmea.receive - second->begin;
        if (error >= high + nmea_scatter_) return nullptr;
        const bool near = error > low - nmea_scatter_;
        if (near && -sim::seconds_between(second->utc, nmea.sample.clock) == off) return second;
    }
    return nullptr;
}

// A second that is yet to begin, and is nearer than the last one: no reader is a second off by it.
bool SimJudge::names_next(const HandedOver& nmea, std::int64_t off) {
    sim::Truth& truth = world_.truth();
    const auto* last = truth.find(truth.current());
    if (!last || nmea.receive - last->begin <= half_second) return false;
    return -sim::seconds_between(numbering_.at(last->index + 1), nmea.sample.clock) == off;
}

std::optional<std::int64_t> SimJudge::index_meant(const HandedOver& nmea, std::int64_t off,
                                                  Nanos late_by) {
    if (const auto* second = meant_by(nmea, off, late_by)) return second->index;
    // By the numbering that it had; late bursts alone may seem to be of another one.
    const bool as_before = off == nmea_.last_off || off == pps_.last_off;
    if (as_before && names_next(nmea, off)) return world_.truth().current() + 1;
    return std::nullopt;
}

void SimJudge::commit_nmea() {
    const HandedOver nmea = *std::exchange(nmea_.handed_over, std::nullopt);
    ++figures_.nmea_samples;
    if (const auto* second = meant_by(nmea, 0)) {
        figures_.nmea_error.add(nmea.receive - second->begin);
        nmea_.last_off = 0;
        nmea_.numbering = nmea.sample.clock.posix() - second->index;
        nmea_.last_right = world_.truth().current();
        judge_leap(nmea.sample);
        return;
    }
    if (names_next(nmea, 0)) return judge_leap(nmea.sample);
    // Late from the first one on, for all that is known.
    const bool untold = first_sample_ < 0 && !world_.pulses_told();
    const Nanos late_by = untold ? world_.last_label_late() : 0ns;
    if (meant_by(nmea, 0, late_by)) {
        ++figures_.nmea_invisible;
        return;
    }
    for (const auto off :
         {world_.invisible_error(), world_.invisible_error_before(),
          world_.invisible_error_at_start(), world_.invisible_error_at_start_before(),
          nmea_.last_off, pps_.last_off}) {
        const auto index = off == 0 ? std::nullopt : index_meant(nmea, off, late_by);
        if (!index) continue;
        const std::int64_t numbering = nmea.sample.clock.posix() - *index;
        // Whose sample was judged already.
        const bool as_pulses = off == pps_.last_off && !world_.contradicted(off) &&
                               world_.truth().current() - pps_.last <= pending_seconds;
        if (!as_pulses && !lasting(off) && !believed_anew(nmea_, off, numbering)) continue;
        ++figures_.nmea_invisible;
        nmea_.last_off = off;
        nmea_.numbering = numbering;
        return;
    }
    ++figures_.nmea_wrong;
    const sim::Truth::Second* second = world_.truth().nearest(nmea.receive);
    if (!figures_.first_nmea_wrong)
        figures_.first_nmea_wrong = here(second ? second->utc.posix - nmea.sample.clock : unknown);
}

void SimJudge::second_begins() {
    ++figures_.seconds;
    const std::int64_t index = world_.truth().current() - pending_seconds;
    const auto* second = world_.truth().find(index);
    if (!second || !second->well || first_sample_ < 0 || index <= first_sample_) return;
    ++figures_.due;
    if (second->sampled) return;
    ++figures_.missed;
    if (!figures_.first_missed) figures_.first_missed = SimPlace{seed_, index, 0};
}

void SimJudge::end() noexcept {
    ++figures_.runs;
    if (first_sample_ < 0 && world_.first_fix() >= 0) ++figures_.never_locked;
}

} // namespace ppsd::app
