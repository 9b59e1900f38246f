#include "daemon/setup/plan.hpp"

#include "daemon/setup/boards.hpp"
#include "daemon/setup/facts_text.hpp"
#include "daemon/setup/text_edits.hpp"
#include "daemon/text/log.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <sstream>
#include <utility>

namespace ppsd::app {
namespace {

const std::string ppsd_conf = "/etc/ppsd.conf";
const std::string chrony_conf = "/etc/chrony/chrony.conf";
const std::string chrony_folder = "/etc/chrony/conf.d";

bool is_chrony(std::string_view path) {
    return path.starts_with("/etc/chrony/");
}

std::string without_kind(const std::string& source) {
    return source.substr(source.find(':') + 1);
}

std::string last_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

bool is_pps0(std::string_view line) {
    return begins_with_words(line, {"refclock", "PPS", "/dev/pps0"});
}

/// gpsd's sockets are named after the port: gpsd(8).
bool is_gpsds(std::string_view line, std::string_view unit) {
    const bool socket = begins_with_words(line, {"refclock", "SOCK"}) &&
                        line.find("ppsd") == std::string_view::npos &&
                        line.find("/run/chrony.tty") != std::string_view::npos;
    return socket || begins_with_words(line, {"refclock", "SHM", unit});
}

/// A plan in the making: facts, wishes, and the files as the changes so far leave them.
class Planner {
  public:
    Planner(const Facts& facts, const Wishes& wishes)
        : facts_{facts}, wishes_{wishes}, files_{facts.configured.files}, row_{find_row(
                                                                              facts.board)} {}

    Plan make() {
        if (facts_.configured.read_only)
            return stop("the root file system is mounted read only, or forgets what is written "
                        "(overlay). Make it writable (`sudo mount -o remount,rw /`; raspi-config, "
                        "Performance Options, switches an overlay off), and run setup again");
        if (facts_.configured.units.empty())
            return stop("setup starts services by systemd, which doesn't run here. `sudo ppsctl "
                        "detect` prints the lines for /etc/ppsd.conf");
        // While ppsd runs, nobody else hears its receiver, and what it is told is what works.
        const std::string conf = text(ppsd_conf);
        const bool runs = running(facts_, "ppsd") != nullptr;
        const FoundSettings found = settings_of(facts_);
        const std::string set_pps = setting(conf, "pps").value_or("");
        const bool wanted_is_heard =
            wishes_.nmea.empty() || is_same("nmea", wishes_.nmea, found.nmea);
        if (!runs && (found.nmea.empty() || !wanted_is_heard) && may_be_the_boards(wishes_.nmea))
            free_the_port();
        if (!plan_.changes.empty() && plan_.next != Next::reboot) return then(Next::look_again);
        if (!runs && pulse_of(facts_) == nullptr &&
            !first_of({wishes_.pps, set_pps}).starts_with("pps:"))
            free_the_line();
        if (plan_.next == Next::reboot || facts_.configured.reboot_pending)
            return then(Next::reboot);
        if (!plan_.changes.empty()) return then(Next::look_again);
        pps_ = first_of({wishes_.pps, runs ? set_pps : "", found.pps});
        nmea_ =
            first_of({wishes_.nmea, runs ? setting(conf, "nmea").value_or("") : "", found.nmea});
        const PortFacts* const port = receiver_of(facts_);
        // No rate limits a USB receiver's own port: any that is set will do.
        const bool any_rate = port != nullptr && port->driver == "cdc_acm" && setting(conf, "baud");
        const bool takes_rate = wishes_.nmea.empty() && !runs && !any_rate;
        baud_ = first_of({wishes_.baud, takes_rate ? found.baud : ""});
        if (nmea_.empty() || pps_.empty()) return missing();
        if (!runs && !is_only_one()) return plan_;
        configure_ppsd();
        if (plan_.next == Next::person) return plan_;
        configure_reader();
        if (plan_.next != Next::wait) return plan_;
        start_ppsd();
        return plan_;
    }

  private:
    [[nodiscard]] std::string text(const std::string& path) const {
        const auto found = files_.find(path);
        return found == files_.end() ? std::string{} : found->second;
    }
    [[nodiscard]] bool has(const std::string& path) const { return files_.contains(path); }
    [[nodiscard]] std::string unit(const std::string& name) const {
        const auto found = facts_.configured.units.find(name);
        return found == facts_.configured.units.end() ? std::string{} : found->second;
    }

    Plan then(Next next) {
        plan_.next = next;
        return plan_;
    }
    Plan stop(std::string advice) {
        plan_.advice.push_back(std::move(advice));
        return then(Next::person);
    }

    void write(const std::string& path, const std::string& wanted, const std::string& reason) {
        if (wanted == text(path)) return;
        const auto same = std::ranges::find_if(plan_.changes, [&](const Change& change) {
            return change.kind == Change::Kind::file && change.target == path;
        });
        files_[path] = wanted;
        if (same == plan_.changes.end()) {
            plan_.changes.push_back({Change::Kind::file, path, reason, wanted});
            return;
        }
        same->text = wanted;
        same->reason += "; " + reason;
    }
    void service(Change::Kind kind, const std::string& name, const std::string& reason) {
        plan_.changes.push_back({kind, name, reason, {}});
    }

    static std::string first_of(std::initializer_list<std::string> words) {
        const auto* const found =
            std::ranges::find_if(words, [](const std::string& word) { return !word.empty(); });
        return found == words.end() ? std::string{} : *found;
    }

    /// Whether that source, or one that is still to be found, is the UART on the board's pins.
    [[nodiscard]] bool may_be_the_boards(const std::string& nmea) const {
        if (nmea.empty()) return true;
        return row_ != nullptr && !row_->port.empty() &&
               (without_kind(nmea) == row_->port ||
                without_kind(nmea) == "/dev/" + std::string{row_->console});
    }

    void stop_gpsd(const std::string& reason) {
        for (const char* const name : {"gpsd.socket", "gpsd.service"})
            if (!unit(name).empty()) service(Change::Kind::stop, name, reason);
    }

    // A receiver that nobody hears yet may be at a port that is somebody's, or isn't switched on.
    void free_the_port() {
        for (const PortFacts& port : facts_.ports)
            for (const Holder& holder : port.holders)
                free_from(port, holder);
        const bool somebody_sends = std::ranges::any_of(facts_.ports, [](const PortFacts& port) {
            return port.heard && port.heard->bytes > 0;
        });
        const bool gpsd_stops = std::ranges::any_of(
            plan_.changes, [](const Change& change) { return change.target.starts_with("gpsd"); });
        if ((somebody_sends && wishes_.nmea.empty()) || gpsd_stops || row_ == nullptr ||
            row_->boot == BootFile::none)
            return;
        if (row_->boot == BootFile::config_txt)
            connect_by_config_txt();
        else
            connect_by_uenv_txt();
        if (!row_->service.empty() && unit(std::string{row_->service}) == "enabled" &&
            has_active(text(boot_file("config.txt")), "dtoverlay=disable-bt"))
            service(Change::Kind::stop, std::string{row_->service},
                    "it starts Bluetooth, which is switched off");
    }

    void free_from(const PortFacts& port, const Holder& holder) {
        const std::string tty = last_part(port.path);
        const bool boards_own = row_ != nullptr && !row_->port.empty();
        if (holder.program == "gpsd") {
            stop_gpsd(fmt::format("it holds {}, and writes the same SHM units as ppsd", port.path));
        } else if (holder.program == "agetty" && boards_own && port.path == row_->port) {
            service(Change::Kind::stop, fmt::format("serial-getty@{}.service", tty),
                    fmt::format("it offers a login on {}", port.path));
        }
    }

    [[nodiscard]] std::string boot_file(const std::string& name) const {
        for (const char* const folder : {"/boot/firmware/", "/boot/"})
            if (has(folder + name)) return folder + name;
        return {};
    }

    void connect_by_config_txt() {
        const std::string config = boot_file("config.txt");
        if (config.empty()) {
            plan_.advice.emplace_back(
                "neither /boot/firmware/config.txt nor /boot/config.txt exists, so setup cannot "
                "enable the UART. Enable it as your system's manual describes, then run setup "
                "again");
            return;
        }
        // Debian's package raspi-firmware writes both files anew with each kernel.
        if (text(config).find("raspi-firmware") != std::string::npos) {
            plan_.advice.push_back(fmt::format(
                "{} is made by the package raspi-firmware. Put the line {} into "
                "/etc/default/raspi-firmware-custom, set CONSOLES=\"tty0\" in "
                "/etc/default/raspi-firmware, run `sudo dpkg-reconfigure raspi-firmware`, and "
                "reboot",
                config, row_->boot_lines[0]));
            return;
        }
        std::string wanted = text(config);
        std::string what = fmt::format("connects the UART {} to the header's pins", row_->port);
        for (const std::string_view line : row_->boot_lines) {
            const bool bluetooth = line == "dtoverlay=disable-bt";
            // That leaves the PL011 to the pins as well.
            if (line.empty() || (bluetooth && has_active(wanted, "dtoverlay=miniuart-bt")))
                continue;
            const std::string now = with_boot_line(wanted, line);
            if (bluetooth && now != wanted) what += "; this switches Bluetooth off";
            wanted = now;
        }
        change_boot(config, wanted, what);
        const std::string cmdline = boot_file("cmdline.txt");
        if (!cmdline.empty())
            change_boot(
                cmdline,
                without_console(text(cmdline), {last_part(std::string{row_->port}), row_->console}),
                "takes the kernel's console off that UART");
    }

    static bool has_active(const std::string& text, std::string_view wanted) {
        return put_out(text, [&](std::string_view line) { return line == wanted; }) != text;
    }

    void connect_by_uenv_txt() {
        const std::string path = "/boot/uEnv.txt";
        if (!has(path)) {
            plan_.advice.emplace_back(
                "/boot/uEnv.txt does not exist, so setup cannot enable the UART. Enable it as your "
                "system's manual describes, then run setup again");
            return;
        }
        // Four places for overlays of one's own; what is in one stays.
        const std::string line{row_->boot_lines[0]};
        const std::string overlay = line.substr(line.find('=') + 1);
        std::string wanted = with_setting(text(path), "enable_uboot_overlays", "=", "1");
        std::string free;
        for (const char* const key : {"uboot_overlay_addr4", "uboot_overlay_addr5",
                                      "uboot_overlay_addr6", "uboot_overlay_addr7"}) {
            const auto there = setting(wanted, key);
            if (there && there->ends_with(overlay)) return change_boot(path, wanted, uart_reason());
            if (!there && free.empty()) free = key;
        }
        if (free.empty()) {
            plan_.advice.push_back(path +
                                   ": all four of uboot_overlay_addr4 to 7 are in use: put " +
                                   overlay + " in place of one that you don't need");
            return;
        }
        change_boot(path, with_setting(wanted, free, "=", overlay), uart_reason());
    }

    [[nodiscard]] std::string uart_reason() const {
        return fmt::format("connects the UART {} to the header's pins", row_->port);
    }

    void change_boot(const std::string& path, const std::string& wanted,
                     const std::string& reason) {
        if (wanted == text(path)) return;
        write(path, wanted, reason);
        plan_.next = Next::reboot;
    }

    // A line that the kernel's pps-gpio has, or the universal cape of a BeagleBone, no other can.
    void free_the_line() {
        const std::string config = boot_file("config.txt");
        const auto holds = [](std::string_view line) {
            return line.starts_with("dtoverlay=pps-gpio");
        };
        if (!config.empty() && row_ != nullptr && row_->boot == BootFile::config_txt)
            change_boot(config, put_out(text(config), holds),
                        "pps-gpio holds the GPIO line that ppsd needs");
        if (row_ != nullptr && row_->boot == BootFile::uenv_txt)
            change_boot("/boot/uEnv.txt",
                        put_out(text("/boot/uEnv.txt"),
                                [](std::string_view line) {
                                    return line == "enable_uboot_cape_universal=1";
                                }),
                        "the universal cape holds the GPIO lines that ppsd needs");
        if (plan_.next != Next::reboot) return;
        for (const auto& [path, now] : facts_.configured.files)
            if (is_chrony(path))
                write(path, put_out(text(path), is_pps0),
                      "without pps-gpio there is no /dev/pps0, and then chronyd doesn't start");
    }

    Plan missing() {
        const std::string pins =
            row_ == nullptr || row_->wiring.empty() ? "" : fmt::format(": {}", row_->wiring);
        for (const PortFacts& port : facts_.ports)
            if (nmea_.empty() && !port.holders.empty())
                plan_.advice.push_back(fmt::format("{} is in use by {} (process {}): if the "
                                                   "receiver is on this port, stop that program "
                                                   "and run setup again",
                                                   port.path, printable(port.holders[0].program),
                                                   port.holders[0].pid));
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

    /// Two receivers, or two lines that tick: which one is meant, a person knows.
    bool is_only_one() {
        std::string lines, ports;
        std::size_t line_count = 0, port_count = 0;
        for (const LineFacts& line : facts_.lines)
            if (line.seen && is_a_second(line.seen->period_s)) {
                ++line_count;
                lines += " " + source_of(line, facts_);
            }
        for (const PortFacts& port : facts_.ports)
            if (port.heard && port.heard->good > 0) {
                ++port_count;
                ports += " uart:" + port.path;
            }
        if (wishes_.pps.empty() && line_count > 1)
            stop(fmt::format("{} lines have a pulse once a second:{}. Name the receiver's: `sudo "
                             "ppsctl setup --pps gpio:…`",
                             line_count, lines));
        if (wishes_.nmea.empty() && port_count > 1)
            stop(fmt::format("{} receivers were heard:{}. Name the one that the pulse comes from: "
                             "`sudo ppsctl setup --nmea uart:…`",
                             port_count, ports));
        return plan_.next != Next::person;
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
        std::string conf = set(text(ppsd_conf), "pps", pps_, !wishes_.pps.empty());
        conf = set(conf, "nmea", nmea_, !wishes_.nmea.empty());
        conf = set(conf, "baud", baud_, !wishes_.baud.empty());
        if (plan_.next != Next::person)
            write(ppsd_conf, conf, "where the pulses and the sentences come from");
    }

    /// The one that runs; else the one that is installed.
    void configure_reader() {
        const auto installed = [&](std::string_view name) {
            return std::ranges::find(facts_.programs, name, &ProgramFacts::name) !=
                   facts_.programs.end();
        };
        const bool ntpd =
            running(facts_, "ntpd") != nullptr ||
            (running(facts_, "chronyd") == nullptr && !installed("chronyd") && installed("ntpd"));
        if (!ntpd && !installed("chronyd")) {
            service(Change::Kind::install, "chrony",
                    "no NTP daemon that can read ppsd is installed; chrony replaces "
                    "systemd-timesyncd");
            then(Next::look_again);
            return;
        }
        const bool debians =
            ntpd ? has("/etc/ntpsec/ntp.conf") || has("/etc/ntp.conf") : has(chrony_conf);
        if (!debians) {
            stop(fmt::format("{} is installed, but its configuration is not where Debian has it. "
                             "Put the lines of README, \"chronyd and ntpd\", into it by hand",
                             ntpd ? "ntpd" : "chronyd"));
            return;
        }
        const std::string conf = text(ppsd_conf);
        if (setting(conf, "pps-out") || setting(conf, "nmea-out")) {
            plan_.advice.push_back(ppsd_conf +
                                   " has pps-out or nmea-out: see that the NTP daemon "
                                   "reads these outputs (README, \"chronyd and ntpd\")");
            return;
        }
        const std::string pps = setting(conf, "pps-unit").value_or("1");
        const std::string nmea = setting(conf, "nmea-unit").value_or("0");
        if (!ntpd)
            configure_chrony(pps, nmea);
        else if (has("/etc/ntpsec/ntp.conf"))
            configure_ntpd("/etc/ntpsec/ntp.conf", "ntpsec.service",
                           fmt::format("refclock shm unit {} refid PPS prefer minpoll 4 maxpoll 4\n"
                                       "refclock shm unit {} refid NMEA noselect",
                                       pps, nmea),
                           {"refclock", "shm", "unit", pps});
        else
            configure_ntpd("/etc/ntp.conf", "ntp.service",
                           fmt::format("server 127.127.28.{0} minpoll 4 maxpoll 4 prefer\n"
                                       "fudge 127.127.28.{0} refid PPS flag1 1\n"
                                       "server 127.127.28.{1} noselect\n"
                                       "fudge 127.127.28.{1} refid NMEA flag1 1",
                                       pps, nmea),
                           {"server", "127.127.28." + pps});
    }

    static bool has_line(const std::string& text, std::initializer_list<std::string_view> words) {
        bool found = false;
        std::ignore = put_out(text, [&](std::string_view line) {
            found = found || begins_with_words(line, words);
            return false;
        });
        return found;
    }

    [[nodiscard]] bool chrony_says(std::initializer_list<std::string_view> words) const {
        return std::ranges::any_of(files_, [&](const auto& file) {
            return is_chrony(file.first) && has_line(file.second, words);
        });
    }

    void configure_chrony(const std::string& pps, const std::string& nmea) {
        if (!chrony_says({"refclock", "SHM", pps})) {
            for (const auto& [path, now] : facts_.configured.files)
                if (is_chrony(path))
                    write(path,
                          put_out(text(path),
                                  [&](std::string_view line) {
                                      return is_pps0(line) || is_gpsds(line, nmea);
                                  }),
                          "these refclocks are from an earlier set-up; ppsd replaces them");
            std::string lines = fmt::format("refclock SHM {} refid PPS precision 1e-7\n"
                                            "refclock SHM {} refid NMEA noselect",
                                            pps, nmea);
            if (!chrony_says({"makestep"})) lines += "\nmakestep 1 3";
            const bool folder = has_line(text(chrony_conf), {"confdir", chrony_folder});
            const std::string path = folder ? chrony_folder + "/ppsd.conf" : chrony_conf;
            write(path, with_last_line(text(path), lines),
                  "chronyd follows the pulses (PPS); the sentences (NMEA) are only for comparison");
        }
        start("chrony.service", "it sets the system clock by ppsd's samples");
    }

    void configure_ntpd(const std::string& path, const std::string& name, const std::string& lines,
                        std::initializer_list<std::string_view> mark) {
        if (!has_line(text(path), mark))
            write(path, with_last_line(text(path), lines),
                  "ntpd follows the pulses (PPS); the sentences (NMEA) are only for comparison");
        if (has_line(text(path), {"tos"}) && text(path).find("minsane") != std::string::npos)
            plan_.advice.push_back(path + ": without other servers, comment out its `tos … minsane "
                                          "…`, or ntpd won't select ppsd");
        start(name, "it sets the system clock by ppsd's samples");
    }

    /// So that the unit runs, by what its files say now, and will at each boot.
    void start(const std::string& name, const std::string& reason) {
        if (unit(name) == "masked") {
            plan_.advice.push_back(fmt::format(
                "{0} is masked: `sudo systemctl unmask {0}`, then run setup again", name));
            return;
        }
        const bool active = facts_.configured.active.contains(name);
        const bool changed = std::ranges::any_of(plan_.changes, [&](const Change& change) {
            return change.kind == Change::Kind::file && reader_of(change.target) == name;
        });
        const bool unread = std::ranges::any_of(
            facts_.configured.unread, [&](const auto& path) { return reader_of(path) == name; });
        if (unit(name) != "enabled" || !active) service(Change::Kind::start, name, reason);
        if (active && (changed || unread))
            service(Change::Kind::restart, name, "so that it reads its new lines");
    }

    // ppsd before its reader's restart would do as well: they find each other in any order.
    void start_ppsd() {
        const std::string conf = text(ppsd_conf);
        const bool other_ways = setting(conf, "pps-out") || setting(conf, "nmea-out");
        for (const ProgramFacts& program : facts_.programs)
            if (program.name == "gpsd" && program.pid != 0 && !program.units.empty() && !other_ways)
                stop_gpsd("it writes the same SHM units as ppsd");
        start("ppsd.service", "it reads the receiver and passes the pulses to the NTP daemon");
    }

    const Facts& facts_;
    const Wishes& wishes_;
    std::map<std::string, std::string> files_;
    const BoardRow* row_;
    std::string pps_;
    std::string nmea_;
    std::string baud_;
    Plan plan_;
};

std::map<std::string, int> counted_lines(const std::string& text) {
    std::map<std::string, int> lines;
    std::istringstream all{text};
    for (std::string line; std::getline(all, line);)
        ++lines[line];
    return lines;
}

/// The lines that one text has and the other hasn't, or has less often, in their order.
void add_lines(std::string& out, const std::string& text, const std::string& other, char mark) {
    auto there = counted_lines(other);
    std::istringstream all{text};
    for (std::string line; std::getline(all, line);)
        if (there[line]-- <= 0) out += fmt::format("       {} {}\n", mark, printable(line));
}

std::string_view verb(Change::Kind kind) {
    switch (kind) {
    case Change::Kind::file:
        return "edit";
    case Change::Kind::stop:
        return "stop and disable";
    case Change::Kind::start:
        return "enable and start";
    case Change::Kind::restart:
        return "restart";
    case Change::Kind::install:
        return "install";
    }
    return "";
}

} // namespace

std::string reader_of(std::string_view path) {
    if (is_chrony(path)) return "chrony.service";
    if (path == ppsd_conf) return "ppsd.service";
    if (path == "/etc/ntpsec/ntp.conf") return "ntpsec.service";
    return path == "/etc/ntp.conf" ? "ntp.service" : "";
}

Plan plan(const Facts& facts, const Wishes& wishes) {
    return Planner{facts, wishes}.make();
}

std::string plan_text(const Plan& plan, const Facts& facts) {
    std::string out;
    int number = 0;
    for (const Change& change : plan.changes) {
        out += fmt::format("{:>3}. {} {}: {}\n", ++number, verb(change.kind), change.target,
                           change.reason);
        if (change.kind != Change::Kind::file) continue;
        const auto found = facts.configured.files.find(change.target);
        const std::string before =
            found == facts.configured.files.end() ? std::string{} : found->second;
        add_lines(out, before, change.text, '-');
        add_lines(out, change.text, before, '+');
    }
    if (plan.next == Next::reboot)
        out += "     then run `sudo reboot`, and after it setup again with the same options: it "
               "continues from there\n";
    for (const std::string& advice : plan.advice)
        out += advice + "\n";
    return out;
}

} // namespace ppsd::app
