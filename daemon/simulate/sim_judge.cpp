#include "daemon/simulate/sim_judge.hpp"

#include <algorithm>
#include <cmath>
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

// How far from their usual delay the sentences may come, and still count. On a line that is nearly
// full they queue, for as long as the transmitter's buffer holds them.
Nanos scatter(const sim::Scenario& scenario) noexcept {
    constexpr double bits = 10, sigmas = 4, longest_sentence = 82, full = 0.9;
    const sim::Parameters& parameters = scenario.base;
    const auto set = static_cast<std::size_t>(parameters["nmea.sentences"]);
    const double load = static_cast<double>(scenario.sentence_sets[set].size()) * longest_sentence *
                        bits * parameters["nmea.rate"] / parameters["nmea.baud"];
    const double queued =
        load < full ? 0 : parameters["nmea.buffer"] * bits / parameters["nmea.baud"];
    const double first_chunk = parameters["nmea.chunk"] * bits / parameters["nmea.baud"];
    const double seconds = first_chunk + queued + parameters["nmea.pause"] +
                           parameters["nmea.wander"] + sigmas * parameters["nmea.delay-jitter"];
    return half_second + Nanos{static_cast<std::int64_t>(seconds * 1e9)};
}

// By how much the sentences are late for a daemon that no pulses have taught.
Nanos delay_untaught(const sim::Parameters& parameters) noexcept {
    const bool told = parameters["ppsd.nmea-delay"] != sim::not_set;
    return Nanos{parameters.ns("nmea.delay")} -
           (told ? Nanos{parameters.ns("ppsd.nmea-delay")} : 0ns);
}

// As the segment has it (sample.hpp), by a daemon with a list.
int leap_to_announce(const sim::Parameters& parameters) noexcept {
    if (parameters.word<sim::LeapList>("ppsd.leap-list") == sim::LeapList::missing) return 0;
    switch (parameters.word<sim::LeapSecond>("leap")) {
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
    : world_{world}, figures_{figures}, seed_{seed}, nmea_delay_{delay_untaught(scenario.base)},
      nmea_scatter_{scatter(scenario)}, nmea_delay_set_{scenario.base["ppsd.nmea-delay"] !=
                                                        sim::not_set},
      leap_{leap_to_announce(scenario.base)}, numbering_{scenario.base},
      pulses_teach_{scenario.base.word<sim::Pulses>("pps.pulses") != sim::Pulses::never},
      pps_{world}, nmea_{world} {}

void SimJudge::judge_leap(const Sample& sample) noexcept {
    if (sample.leap == (sample.clock < numbering_.month_end() ? leap_ : 0)) return;
    ++figures_.leap_wrong;
    if (!figures_.first_leap_wrong) figures_.first_leap_wrong = here(0);
}

SimPlace SimJudge::here(std::int64_t off) noexcept {
    return {seed_, world_.truth().current(), off};
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
    switch (off == 0 ? sim::Invisible::yes : world_.invisible(off)) {
    case sim::Invisible::no:
        ++figures_.wrong;
        if (!figures_.first_wrong) figures_.first_wrong = here(off);
        return;
    case sim::Invisible::anew:
        ++figures_.invisible_anew;
        break;
    case sim::Invisible::yes:
        if (off != 0) ++figures_.invisible;
        break;
    }
    if (off == 0) judge_leap(sample);
    second->sampled = true;
    const Nanos error = receive - second->begin;
    figures_.error.add(error);
    if (std::abs(static_cast<double>(error.count())) <= std::ldexp(1e9, sample.precision))
        ++figures_.within_precision;
}

SimJudge::Named SimJudge::judge_name(std::int64_t off) const noexcept {
    if (off == 0) return Named::right;
    return world_.invisible(off) == sim::Invisible::no ? Named::wrong : Named::invisible;
}

// Of the seconds that begin near the sample's time, as well as sentences tell: they are late by
// their whole delay, or by what nmea-delay leaves of it, until pulses have taught it, and by
// late_by. A second that is yet to begin counts if it is nearer than the last one.
SimJudge::Named SimJudge::named_by(const HandedOver& nmea, Nanos late_by) {
    const Nanos taught = pulses_teach_ ? 0ns : nmea_delay_;
    const bool waits = world_.pulses_told() && !nmea_delay_set_;
    const Nanos latest = first_sample_ < 0 && !waits ? nmea_delay_ + late_by : 0ns;
    const auto [low, high] = std::minmax(taught, latest);
    sim::Truth& truth = world_.truth();
    const auto off_from = [&](const sim::TrueSecond& second) {
        return -sim::seconds_between(second, nmea.sample.clock);
    };
    Named named = Named::wrong;
    for (std::int64_t i = truth.current(); const auto* second = truth.find(i); --i) {
        const Nanos error = nmea.receive - second->begin;
        if (i == truth.current() && error > half_second)
            named = std::max(named, judge_name(off_from(numbering_.at(i + 1))));
        if (error >= high + nmea_scatter_) break;
        if (error <= low - nmea_scatter_) continue;
        const Named here = judge_name(off_from(second->utc));
        if (here == Named::right && late_by == 0ns) figures_.nmea_error.add(error);
        named = std::max(named, here);
    }
    return named;
}

void SimJudge::commit_nmea() {
    const HandedOver nmea = *std::exchange(nmea_.handed_over, std::nullopt);
    ++figures_.nmea_samples;
    const Named named = named_by(nmea, 0ns);
    if (named == Named::right) return judge_leap(nmea.sample);
    // Late from the first one on, for all that is known.
    const bool untold = first_sample_ < 0 && !world_.pulses_told();
    const Nanos late_by = untold ? world_.last_label_late() : 0ns;
    if (named == Named::invisible || (late_by > 0ns && named_by(nmea, late_by) != Named::wrong)) {
        ++figures_.nmea_invisible;
        return;
    }
    ++figures_.nmea_wrong;
    const sim::Truth::Second* second = world_.truth().nearest(nmea.receive);
    if (!figures_.first_nmea_wrong)
        figures_.first_nmea_wrong = here(second ? second->utc.posix - nmea.sample.clock : unknown);
}

void SimJudge::second_begins() {
    ++figures_.seconds;
    sim::Truth& truth = world_.truth();
    const std::int64_t index = truth.current() - pending_seconds;
    const auto* second = truth.find(index);
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
