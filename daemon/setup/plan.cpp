#include "daemon/setup/plan.hpp"

#include "daemon/setup/boot_changes.hpp"
#include "daemon/setup/facts_text.hpp"
#include "daemon/setup/plan_draft.hpp"
#include "daemon/setup/reader_changes.hpp"
#include "daemon/setup/text_edits.hpp"
#include "daemon/text/log.hpp"

#include <algorithm>
#include <fmt/ranges.h>
#include <initializer_list>
#include <string>

namespace ppsd::app {
namespace {

std::string without_kind(const std::string& source) {
    return source.substr(source.find(':') + 1);
}

class Planner {
  public:
    Planner(const Facts& facts, const Wishes& wishes)
        : facts_{facts}, wishes_{wishes}, draft_{facts} {}

    Plan make() {
        if (facts_.configured.read_only)
            return stop("the root file system is mounted read only, or forgets what is written "
                        "(overlay). Make it writable (`sudo mount -o remount,rw /`; raspi-config, "
                        "Performance Options, switches an overlay off), and run setup again");
        if (facts_.configured.units.empty())
            return stop("setup starts services by systemd, which doesn't run here. `sudo ppsctl "
                        "detect` prints the lines for /etc/ppsd.conf");
        // While ppsd runs, nobody else hears its receiver, and what it is told is what works.
        const std::string conf = draft_.text(ppsd_conf);
        const bool runs = running(facts_, "ppsd") != nullptr;
        const FoundSettings found = settings_of(facts_);
        const std::string set_pps = setting(conf, "pps").value_or("");
        const bool wanted_is_heard =
            wishes_.nmea.empty() || is_same("nmea", wishes_.nmea, found.nmea);
        if (!runs && (found.nmea.empty() || !wanted_is_heard) && may_be_the_boards(wishes_.nmea))
            free_the_port(draft_, !wishes_.nmea.empty());
        if (!draft_.plan.changes.empty() && draft_.plan.next != Next::reboot)
            return then(Next::look_again);
        if (!runs && pulse_of(facts_) == nullptr &&
            !first_of({wishes_.pps, set_pps}).starts_with("pps:"))
            free_the_line(draft_);
        if (draft_.plan.next == Next::reboot || facts_.configured.reboot_pending)
            return then(Next::reboot);
        if (!draft_.plan.changes.empty()) return then(Next::look_again);
        pps_ = first_of({wishes_.pps, runs ? set_pps : "", found.pps});
        nmea_ =
            first_of({wishes_.nmea, runs ? setting(conf, "nmea").value_or("") : "", found.nmea});
        const PortFacts* const port = receiver_of(facts_);
        // No rate limits a USB receiver's own port: any that is set will do.
        const bool any_rate = port != nullptr && port->driver == "cdc_acm" && setting(conf, "baud");
        const bool takes_rate = wishes_.nmea.empty() && !runs && !any_rate;
        baud_ = first_of({wishes_.baud, takes_rate ? found.baud : ""});
        if (nmea_.empty() || pps_.empty()) return missing();
        if (!runs && !(is_only_one() && edge_is_known())) return draft_.plan;
        configure_ppsd();
        if (draft_.plan.next == Next::person) return draft_.plan;
        configure_reader(draft_);
        if (draft_.plan.next != Next::wait) return draft_.plan;
        start_ppsd();
        if (!runs && port != nullptr && port->heard) offer_settings(*port->heard);
        return draft_.plan;
    }

  private:
    static std::string first_of(std::initializer_list<std::string> words) {
        const auto* const found =
            std::ranges::find_if(words, [](const std::string& word) { return !word.empty(); });
        return found == words.end() ? std::string{} : *found;
    }

    /// Whether that source, or one that is still to be found, is the UART on the board's pins.
    [[nodiscard]] bool may_be_the_boards(const std::string& nmea) const {
        if (nmea.empty()) return true;
        return draft_.row != nullptr && !draft_.row->port.empty() &&
               (without_kind(nmea) == draft_.row->port ||
                without_kind(nmea) == "/dev/" + std::string{draft_.row->console});
    }

    Plan stop(const std::string& advice) {
        draft_.stop(advice);
        return draft_.plan;
    }
    Plan then(Next next) {
        draft_.plan.next = next;
        return draft_.plan;
    }

    Plan missing() {
        const std::string pins = draft_.row == nullptr || draft_.row->wiring.empty()
                                     ? ""
                                     : fmt::format(": {}", draft_.row->wiring);
        for (const PortFacts& port : facts_.ports)
            if (nmea_.empty() && !port.holders.empty())
                draft_.plan.advice.push_back(fmt::format(
                    "{} is in use by {} (process {}): if the "
                    "receiver is on this port, stop that program "
                    "and run setup again",
                    port.path, printable(port.holders[0].program), port.holders[0].pid));
        if (nmea_.empty())
            return stop(fmt::format(
                "no receiver was heard on any port. Check its power, its ground, and the wire from "
                "its TX{}. `sudo ppsctl detect` shows what arrives on each port. If you know the "
                "port and the rate, name them: `sudo ppsctl setup --nmea uart:/dev/… --baud …`",
                pins));
        return stop(fmt::format(
            "receiver at {}, but no pulse once a second was found. Most receivers send it only "
            "with a fix. Put the antenna where it sees the sky, wait up to 15 minutes, and run "
            "setup again. If there is still no pulse, check the wire from its PPS pin{}. If you "
            "know the line, name it: `sudo ppsctl setup --pps gpio:…`",
            nmea_, pins));
    }

    /// Two receivers, or two pulses: which one is meant, a person knows.
    bool is_only_one() {
        std::string ports;
        std::size_t port_count = 0;
        const auto pulses = pulses_of(facts_);
        for (const PortFacts& port : facts_.ports)
            if (port.heard && port.heard->good > 0) {
                ++port_count;
                ports += " uart:" + port.path;
            }
        if (wishes_.pps.empty() && pulses.size() > 1)
            stop(fmt::format("{} sources have a pulse once a second: {}. Name the receiver's, the "
                             "one that stops without its PPS wire: `sudo ppsctl setup --pps {}`",
                             pulses.size(), fmt::join(pulses, ", "), pulses.front()));
        if (wishes_.nmea.empty() && port_count > 1)
            stop(fmt::format("{} receivers were heard:{}. Name the one that the pulse comes from: "
                             "`sudo ppsctl setup --nmea uart:…`",
                             port_count, ports));
        return draft_.plan.next != Next::person;
    }

    /// Of a pulse as long as half a second no width tells which edge is on the second.
    bool edge_is_known() {
        const bool unknown = std::ranges::any_of(facts_.lines, [&](const LineFacts& line) {
            return line.seen && is_a_second(line.seen->period_s) && line.seen->polarity.empty() &&
                   is_same("pps", source_of(line, facts_), pps_);
        });
        const std::string edge = setting(draft_.text(ppsd_conf), "edge").value_or("auto");
        if (unknown && edge == "auto")
            stop(fmt::format("the pulses on {} do not show which edge is on the second. Put the "
                             "line that the receiver's manual asks for into {}, edge = rising "
                             "(most receivers) or edge = falling, and run setup again",
                             pps_, ppsd_conf));
        return !unknown || edge != "auto";
    }

    /// Whether two sources are one, by any of its names.
    [[nodiscard]] bool is_same(std::string_view key, const std::string& one,
                               const std::string& other) const {
        if (one == other) return true;
        if (key == "pps")
            return std::ranges::any_of(facts_.lines, [&](const LineFacts& line) {
                const auto names = [&](const std::string& source) {
                    return source == "gpio:" + line.name ||
                           source == fmt::format("gpio:{}/{}", last_part(line.chip), line.offset);
                };
                return names(one) && names(other);
            });
        return key == "nmea" && std::ranges::any_of(facts_.ports, [&](const PortFacts& port) {
                   const auto names = [&](const std::string& source) {
                       const std::string path = without_kind(source);
                       return port.path == path ||
                              std::ranges::find(port.links, path) != port.links.end();
                   };
                   return names(one) && names(other);
               });
    }

    // What a person has set to something else stays, unless he names it now.
    std::string set(const std::string& conf, std::string_view key, const std::string& value,
                    bool wished) {
        const auto there = setting(conf, key);
        if (value.empty() || (there && is_same(key, *there, value))) return conf;
        if (!there || wished) return with_setting(conf, key, " = ", value);
        stop(fmt::format("{} has {} = {}, but setup found {}. Correct that line, or replace it: "
                         "`sudo ppsctl setup --{} {}`",
                         ppsd_conf, key, *there, value, key, value));
        return conf;
    }

    void configure_ppsd() {
        std::string conf = set(draft_.text(ppsd_conf), "pps", pps_, !wishes_.pps.empty());
        conf = set(conf, "nmea", nmea_, !wishes_.nmea.empty());
        conf = set(conf, "baud", baud_, !wishes_.baud.empty());
        if (draft_.plan.next != Next::person)
            draft_.write(ppsd_conf, conf, "where the pulses and the sentences come from");
    }

    /// A receiver that is set for a map: several fixes a second, or a line that is full for long.
    void offer_settings(const HeardFacts& heard) {
        constexpr double several = 1.5, full_for_long = 2.0 / 3;
        std::uint64_t fixes = 0;
        for (const auto& [name, count] : heard.sentences)
            if (name.ends_with("RMC")) fixes = std::max(fixes, count);
        const double rate = heard.seconds > 0 ? static_cast<double>(fixes) / heard.seconds : 0;
        const double load = heard.load.value_or(0);
        if (rate < several && load < full_for_long) return;
        draft_.plan.advice.push_back(fmt::format(
            "the receiver sends more than a time server needs: {}. `sudo ppsctl receiver --set "
            "time "
            "--save` sets it to one fix a second with RMC and ZDA, and `--undo` sets it back. Stop "
            "ppsd meanwhile (`sudo systemctl stop ppsd`), or set share in {} first",
            rate < several ? fmt::format("its line is {:.0f} % full", load * 100)
                           : fmt::format("{:.0f} fixes a second", rate),
            ppsd_conf));
    }

    // ppsd before its reader's restart would do as well: they find each other in any order.
    void start_ppsd() {
        const std::string conf = draft_.text(ppsd_conf);
        const bool other_ways = setting(conf, "pps-out") || setting(conf, "nmea-out");
        for (const ProgramFacts& program : facts_.programs)
            if (program.name == "gpsd" && program.pid != 0 && !program.units.empty() && !other_ways)
                draft_.stop_gpsd("it writes the same SHM units as ppsd");
        draft_.start("ppsd.service",
                     "it reads the receiver and passes the pulses to the NTP daemon");
    }

    const Facts& facts_;
    const Wishes& wishes_;
    PlanDraft draft_;
    std::string pps_;
    std::string nmea_;
    std::string baud_;
};

} // namespace

Plan plan(const Facts& facts, const Wishes& wishes) {
    return Planner{facts, wishes}.make();
}

} // namespace ppsd::app
