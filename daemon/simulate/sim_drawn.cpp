#include "daemon/simulate/sim_drawn.hpp"

#include "hal/sim/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace ppsd::app {

using namespace hal::sim;

namespace {

/// The rows' draws or faults, by their places.
template <class Item, std::size_t most>
auto in_order(const std::array<Item, most> KeyInfo::*items) {
    std::vector<std::pair<Key, Item>> all;
    for (const KeyInfo& row : key_table)
        for (const Item& item : row.*items)
            if (item.is_there()) all.emplace_back(Key{row}, item);
    std::ranges::sort(all, {}, [](const auto& entry) { return entry.second.place; });
    return all;
}

double draw(const Spread& from, Random& random) {
    const auto [low, high] = from.range;
    switch (from.how) {
    case Spread::How::evenly:
        return random.between(low, high);
    case Spread::How::by_magnitude:
        return std::exp(random.between(std::log(low), std::log(high)));
    case Spread::How::whole:
        return low +
               static_cast<double>(random.bits() % static_cast<std::uint64_t>(high - low + 1));
    case Spread::How::only:
        break;
    }
    return low;
}

/// Draws what the rows draw in that stage (key_info.hpp).
void draw_keys(Parameters& base, int stage, Random& random) {
    static const auto draws = in_order(&KeyInfo::draws);
    for (const auto& [key, how] : draws) {
        if (how.place / places_in_stage != stage) continue;
        if (how.chance >= 1 || random.chance(how.chance)) base.set(key, draw(how.from, random));
    }
}

void draw_sentences(Scenario& scenario, Random& random) {
    using enum SentenceType;
    static const std::array<SentenceSet, 7> sets{{{rmc},
                                                  {gga, rmc},
                                                  {gga, gll, gsa, gsv, gsv, gsv, rmc, vtg},
                                                  {zda, gga},
                                                  {rmc, zda, gns, gsa, gsv},
                                                  {txt, gll, zda},
                                                  {gns, gsa, gsv, gsv, gsv, gsv, gsv, rmc}}};
    scenario.sentence_sets.push_back(sets[random.bits() % sets.size()]);
    const bool other_set = random.chance(0.7);
    scenario.base.set("nmea.sentences", other_set);
    const bool many = other_set && scenario.sentence_sets.back().size() > 5;
    constexpr std::array rates{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5, 10, 20, 25};
    const int rate = rates[random.bits() % rates.size()];
    constexpr std::array bauds{4800, 9600, 9600, 38400, 115200};
    // A line that can't carry them all shows nothing but full buffers; and nobody can tell how late
    // a slow one's sentences are if they come in any order.
    const int usual = bauds[random.bits() % bauds.size()];
    const int slowest = many ? 9600 : 4800;
    const int baud = rate > 10 ? 460800 : rate > 1 ? 115200 : std::max(slowest, usual);
    scenario.base.set("nmea.rate", rate);
    const bool shuffled = random.chance(0.1);
    scenario.base.set("nmea.shuffled", shuffled);
    scenario.base.set("nmea.baud", shuffled ? std::max(115200, baud) : baud);
    scenario.base.set("nmea.talker", static_cast<double>(random.bits() % 5));
    scenario.base.set("nmea.decimals", rate > 1 ? 2 : static_cast<double>(random.bits() % 4));
    // Chunks that are 100 ms apart look like the ends of bursts, and tear off the sentence that
    // names the time: later than until_named() says.
    constexpr double longest_chunk = 0.09, bits = 10;
    const double chunk = std::floor(longest_chunk / bits * scenario.base["nmea.baud"]);
    scenario.base.set("nmea.chunk", std::min(chunk, static_cast<double>(8 + random.bits() % 57)));
    scenario.base.set("nmea.gsv-varies", random.chance(0.3));
}

// A line on which each second has a burst that holds up the others is always late.
void keep_the_line_free(Scenario& scenario) {
    const double rate = scenario.base["nmea.rate"];
    scenario.base.set("nmea.late", scenario.base["nmea.late"] / rate);
    for (TimedFault& fault : scenario.faults)
        for (auto& change : fault.changes)
            if (change.key == "nmea.late")
                change.value = {change.value.low / rate, change.value.high / rate};
}

// From a burst's first bit to when the first sentence that names the time is noticed.
double until_named(const Scenario& scenario) {
    constexpr double bits = 10, sentence = 82; // bytes, at most
    const Parameters& base = scenario.base;
    const auto& set = scenario.sentence_sets[static_cast<std::size_t>(base["nmea.sentences"])];
    double before = 0;
    if (base.is_on("nmea.shuffled"))
        before = static_cast<double>(set.size() - 1);
    else if (set.front() == SentenceType::txt)
        before = 1;
    return (before * sentence + base["nmea.chunk"]) * bits / base["nmea.baud"];
}

// Sentences that begin before their second, or a second after it, name another pulse: nothing on
// the wire shows it.
void keep_within_the_second(Scenario& scenario) {
    Parameters& base = scenario.base;
    const double named = until_named(scenario);
    base.set("nmea.delay", std::min(base["nmea.delay"], 0.95 - named));
    const double room = std::min(base["nmea.delay"], 1 - named - base["nmea.delay"]);
    base.set("nmea.delay-jitter", std::min(base["nmea.delay-jitter"], room / 8));
    base.set("nmea.wander", std::min(base["nmea.wander"], room / 2));
}

// The user knows the edge, or leaves it to auto; auto needs pulses that both edges can be seen of.
void draw_edge(Parameters& base, Random& random) {
    const bool narrow = base["pps.width"] < 1e-3;
    const bool wide = base["pps.width"] > 0.5;
    if (narrow || wide || random.chance(0.3)) base.set("ppsd.edge", 1 + base["pps.polarity"]);
}

void draw_what_others_decide(Parameters& base, Random& random) {
    // The user knows the delay, more or less.
    if (random.chance(0.15))
        base.set("ppsd.nmea-delay", base["nmea.delay"] + random.between(-0.1, 0.1));
    if (random.chance(0.02)) base.set("pps.rate", static_cast<double>(2 + random.bits() % 4));
    if (random.chance(0.2)) {
        base.set("leap", static_cast<double>(1 + random.bits() % 2));
        base.set("start",
                 std::floor(1'782'864'000 - random.between(120, 7200))); // before July 2026
        base.set("receiver.leap", static_cast<double>(random.bits() % 5));
    } else if (random.chance(0.2)) {
        const double off = 1 + static_cast<double>(random.bits() % 18);
        base.set("receiver.leap-count-error", random.chance(0.5) ? off : -off);
        base.set("receiver.leap-count-for", random.between(100, 1000));
    }
}

void draw_faults(Scenario& scenario, Random& random) {
    static const auto draws = in_order(&KeyInfo::faults);
    for (std::uint64_t i = random.bits() % 8; i > 0; --i) {
        const auto& [key, from] = draws[random.bits() % draws.size()];
        TimedFault fault;
        fault.every = std::exp(random.between(std::log(60.0), std::log(20000.0)));
        fault.length = {from.longest > 0 ? 0.5 : 0, from.longest * random.unit()};
        if (fault.length.high < fault.length.low) fault.length.high = fault.length.low;
        fault.changes.push_back({key, from.value});
        scenario.faults.push_back(fault);
    }
}

// A wire that comes off again before its pulses have been locked on, for some time or for good.
bool draw_loose_wire(Scenario& scenario, Random& random) {
    if (!random.chance(0.05)) return false;
    TimedFault fault;
    fault.at = scenario.base["receiver.fix-after"] + random.between(0, 20);
    fault.length.low = fault.length.high = std::exp(random.between(std::log(5.0), std::log(1e5)));
    fault.changes.push_back({"line.missing", {1, 1}});
    scenario.faults.push_back(fault);
    return true;
}

// Sentences that come at another time of the second for a while, perhaps while there are no pulses;
// always at the same, and not for longer than the last pulse tells: which of several it is, nobody
// could say.
void draw_other_delay(Scenario& scenario, Random& random) {
    const double scatter =
        std::max(8 * scenario.base["nmea.delay-jitter"], 2 * scenario.base["nmea.wander"]);
    const double named = until_named(scenario);
    double earliest = scatter;
    double latest = 0.95 - named - scatter;
    // What the user has told them to be decides which pulse they mean, to half a second.
    constexpr double near = 0.3;
    if (const double told = scenario.base["ppsd.nmea-delay"]; told != not_set) {
        earliest = std::max(earliest, told - near);
        latest = std::min(latest, told + near - named);
    }
    if (latest <= earliest || !random.chance(0.2)) return;
    TimedFault fault;
    fault.every = std::exp(random.between(std::log(100.0), std::log(20000.0)));
    fault.length = {1, std::exp(random.between(std::log(10.0), std::log(1500.0)))};
    const double other = random.between(earliest, latest);
    fault.changes.push_back({"nmea.delay", {other, other}});
    if (random.chance(0.5)) fault.changes.push_back({"line.missing", {1, 1}});
    scenario.faults.push_back(fault);
}

// A line that is nearly full, or more than full, and what the receiver's buffer makes of it.
void draw_full_line(Scenario& scenario, Random& random) {
    using enum SentenceType;
    constexpr double bits = 10, usual_sentence = 66; // bytes
    constexpr int baud = 9600;
    const double load = random.between(0.8, 1.3);
    SentenceSet set{random.chance(0.5) ? SentenceSet{rmc, gga} : SentenceSet{gga, gsa, rmc}};
    while (static_cast<double>(set.size() + 1) * usual_sentence * bits < load * baud)
        set.push_back(gsv);
    set.push_back(random.chance(0.5) ? rmc : vtg);
    scenario.sentence_sets.push_back(set);
    Parameters& base = scenario.base;
    base.set("nmea.sentences", static_cast<double>(scenario.sentence_sets.size() - 1));
    base.set("nmea.rate", 1);
    base.set("nmea.baud", baud);
    base.set("nmea.gsv-varies", random.chance(0.5));
    base.set("nmea.buffer", 512 << random.bits() % 4);
}

// Pulses that aren't one in a second, or come as a USB adapter shows them.
void draw_other_pulses(Scenario& scenario, Random& random) {
    Parameters& base = scenario.base;
    if (random.chance(0.3)) {
        base.set("pps.late-uniform", random.between(1e5, 16e6));
        return;
    }
    if (random.chance(0.3)) {
        base.set("pps.width", random.chance(0.5) ? 0.5 : 0.9);
        base.set("ppsd.edge", 1 + base["pps.polarity"]); // auto can't tell, and errs by 0.1 s
        return;
    }
    constexpr std::array rates{0.2, 0.5, 2.0, 5.0, 10.0};
    base.set("pps.rate", rates[random.bits() % rates.size()]);
    base.set("pps.width", std::min(base["pps.width"], 0.04));
}

// What was added after the others, so that those stay as they were.
void draw_rarities(Scenario& scenario, Random& random) {
    Parameters& base = scenario.base;
    if (random.chance(0.05)) draw_full_line(scenario, random);
    if (random.chance(0.05)) {
        // All of a burst comes before the next.
        base.set("nmea.pause", random.between(0.05, 0.6) / base["nmea.rate"]);
        base.set("nmea.pause-after", 1 + static_cast<double>(random.bits() % 3));
    }
    if (random.chance(0.05)) draw_other_pulses(scenario, random);
    if (random.chance(0.05)) base.set("clock.drift", random.between(-500, 500));
    // Sentences that come near the next second, or beyond it, to a user who hasn't noticed.
    if (random.chance(0.05) && base["ppsd.nmea-delay"] == not_set) {
        base.set("nmea.delay", random.between(0.8, 1.3));
        base.set("nmea.delay-jitter", random.between(0, 0.05));
        base.set("nmea.wander", random.chance(0.5) ? 0 : random.between(0, 0.35));
    }
    // A month's end without a list, and without a leap second.
    const bool ordinary = base.word<LeapSecond>("leap") == LeapSecond::none;
    if (ordinary && random.chance(0.05)) {
        base.set("ppsd.leap-list", 1);
        base.set("start", std::floor(1'782'864'000 - random.between(60, 3600))); // before July 2026
    }
}

} // namespace

Scenario draw_scenario(std::uint64_t seed) {
    Random random{seed, 99};
    Scenario scenario;
    draw_keys(scenario.base, 0, random);
    draw_sentences(scenario, random);
    keep_within_the_second(scenario);
    draw_keys(scenario.base, 1, random);
    draw_edge(scenario.base, random);
    draw_keys(scenario.base, 2, random);
    draw_what_others_decide(scenario.base, random);
    draw_faults(scenario, random);
    Random of_their_own{seed, 98}; // the other draws stay as they were
    if (!draw_loose_wire(scenario, of_their_own)) draw_other_delay(scenario, of_their_own);
    Random of_rarities{seed, 97};
    draw_rarities(scenario, of_rarities);
    keep_the_line_free(scenario);
    // What takes long to simulate has a tenth of the day.
    const double longest = scenario.base["nmea.rate"] > 2 ? 8640 : 86400;
    scenario.base.set("length", std::exp(random.between(std::log(600.0), std::log(longest))));
    return scenario;
}

} // namespace ppsd::app
