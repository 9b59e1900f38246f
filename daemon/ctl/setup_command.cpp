#include "daemon/ctl/command.hpp"
#include "daemon/ctl/find_evidence.hpp"
#include "daemon/ctl/interrupt.hpp"
#include "daemon/ctl/progress.hpp"
#include "daemon/service/status_server.hpp"
#include "daemon/settings/options.hpp"
#include "daemon/setup/apply.hpp"
#include "daemon/setup/facts_text.hpp"
#include "daemon/setup/find_facts.hpp"
#include "daemon/setup/plan.hpp"
#include "daemon/setup/plan_text.hpp"
#include "hal/replace_file.hpp"
#include "hal/run_program.hpp"
#include "hal/system_clock.hpp"
#include "hal/text_file.hpp"
#include "hal/unique_fd.hpp"
#include "hal/wait.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <set>
#include <sys/file.h>
#include <unistd.h>

namespace ppsd::app {
namespace command::setup {
namespace {

constexpr std::string_view usage =
    "setup [--dry-run|--undo] [--yes] [--no-wait] [--pps SOURCE] [--nmea SOURCE] [--baud N]";

class ThisMachine final : public SetupMachine {
  public:
    std::optional<std::string> read(const std::string& path) override {
        const auto file = hal::read_text_file(path, most);
        if (file.error == ENOENT || file.error == ENOTDIR) return std::nullopt;
        // Of a program only whether it is there is asked.
        if (file.error == EFBIG && path.starts_with("/usr/")) return std::string{};
        if (file.error != 0) throw hal::DeviceError(path, file.error, "this file was not changed");
        return file.text;
    }
    void write(const std::string& path, const std::string& text) override {
        std::error_code error;
        std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), error);
        // Others' files in it may be nobody's business.
        hal::replace_file(path, text, path == journal_path ? 0600 : 0644);
    }
    void remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            throw hal::DeviceError(path, errno, "remove it by hand");
        hal::remove_half_of(path);
        const std::string folder = std::filesystem::path{path}.parent_path();
        if (path == journal_path) ::rmdir(folder.c_str()); // if nothing else is in it
    }
    hal::ProgramEnd run(const std::vector<std::string>& words) override {
        constexpr hal::Nanos soon = std::chrono::minutes{1};
        constexpr hal::Nanos longest = std::chrono::hours{2}; // a slow card, a slow network
        const bool asks =
            words[0] == "dpkg-query" || words[1].starts_with("is-") || words[1] == "cat";
        return hal::run_program(words, asks ? soon : longest,
                                asks ? hal::RunAs::question : hal::RunAs::work);
    }

  private:
    static constexpr std::size_t most = 1U << 22U;
};

std::string boot_id() {
    return hal::MachineFiles{}.text("/proc/sys/kernel/random/boot_id").value_or("");
}

void must_be_root(bool undo) {
    if (::geteuid() == 0) return;
    throw hal::UsageError(undo
                              ? "setup --undo needs root: `sudo ppsctl setup --undo`"
                              : "setup needs root: `sudo ppsctl setup`. To see the plan and change "
                                "nothing: `sudo ppsctl setup --dry-run`");
}

/// Held until the end: two at once would each keep half of the journal.
hal::UniqueFd lock_setup() {
    constexpr const char* path = "/run/ppsctl-setup.lock";
    hal::UniqueFd fd{::open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd) throw hal::DeviceError(path, errno, "nothing was changed");
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        throw hal::UsageError("another ppsctl setup is running; wait until it has ended");
    return fd;
}

bool agrees(bool yes) {
    if (yes) return true;
    if (::isatty(STDIN_FILENO) != 1)
        throw hal::UsageError("standard input is not a terminal, so setup cannot ask; --yes makes "
                              "the changes without asking");
    fmt::print("Do this? [y/N] ");
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

std::string known_text(const Facts& facts, const std::string& path) {
    const auto found = facts.configured.files.find(path);
    return found == facts.configured.files.end() ? std::string{} : found->second;
}

/// Throws what ppsd says of such settings.
void check_wishes(const Wishes& wishes) {
    Arguments words{"--check-config", "--config", "/dev/null"};
    // Units that a simulated receiver may write to, as any other.
    words.insert(words.end(), {"--pps-unit", "2", "--nmea-unit", "3"});
    for (const auto& [option, value] :
         {std::pair{"--pps", wishes.pps}, {"--nmea", wishes.nmea}, {"--baud", wishes.baud}})
        if (!value.empty()) words.insert(words.end(), {option, value});
    if (wishes.nmea.empty()) words.insert(words.end(), {"--nmea", "uart:/dev/serial0"}); // any
    const Command command = parse_command_line(words);
    if (!command.problems.empty()) throw hal::UsageError(command.problems.front());
}

/// False: it was interrupted.
bool carry_out(const Plan& plan, const Facts& facts, Journal& journal, SetupMachine& machine) {
    std::vector<Done> changes;
    for (const Change& change : plan.changes)
        changes.push_back(before(change, known_text(facts, change.target), machine));
    if (plan.next == Next::reboot && !changes.empty()) note_reboot(boot_id(), journal, machine);
    std::size_t number = 0;
    for (const Done& change : changes) {
        if (interrupted()) {
            fmt::print("interrupted after {} of {} changes. `sudo ppsctl setup` continues; `sudo "
                       "ppsctl setup --undo` restores the former state\n",
                       number, changes.size());
            return false;
        }
        fmt::print("{:>3}. {} …", ++number, change.target);
        std::fflush(stdout);
        apply(change, journal, machine);
        fmt::print(" done\n");
    }
    return true;
}

bool is_selected(const Evidence& evidence) {
    const std::string unit = std::to_string(evidence.pps_unit.value_or(1));
    return evidence.sources && std::ranges::any_of(*evidence.sources, [&](const SourceFacts& one) {
               const bool ours = one.name == "PPS" || one.name == "SHM(" + unit + ")" ||
                                 one.name == "SHM" + unit || one.name == "127.127.28." + unit;
               return ours && one.state == '*';
           });
}

std::string stage_of(const Evidence& evidence) {
    if (!evidence.ppsd) return "ppsd is starting";
    if (evidence.ppsd->state != "locked")
        return fmt::format("ppsd: {}: {}", evidence.ppsd->state, evidence.ppsd->explanation);
    if (!evidence.sources) return "ppsd: locked; the NTP daemon does not answer";
    return is_selected(evidence) ? "" : "ppsd: locked; the NTP daemon is comparing its samples";
}

int say_what_is(const Evidence& evidence) {
    fmt::print("\nThis machine's clock follows the receiver's pulses.\n");
    const auto row = [](std::string_view name, const std::string& text) {
        if (!text.empty()) fmt::print("  {:<16} {}\n", name, text);
    };
    const Command command = parse_command_line({"--check-config", "--config", default_config});
    row("pulses", command.options.pps);
    row("sentences", fmt::format("{}, {} baud", command.options.nmea, command.options.baud));
    if (evidence.ppsd->delay_s)
        row("sentences' delay", fmt::format("{:.3f} s", *evidence.ppsd->delay_s));
    if (evidence.ppsd->jitter_s)
        row("pulses' jitter", fmt::format("{:.1f} us", *evidence.ppsd->jitter_s * 1e6));
    fmt::print("\nNext: let other machines use this server. With chrony, put your network, for "
               "example\n"
               "  allow 192.168.0.0/16\n"
               "into /etc/chrony/conf.d/network.conf (into chrony.conf, if that has no confdir "
               "line).\n"
               "Then run `sudo systemctl restart chrony`.\n"
               "`sudo ppsctl check` checks the set-up at any time.\n");
    return 0;
}

/// 0: it follows. 1: not yet.
int wait_until_selected() {
    constexpr int patience = 180; // s
    const CheckOptions options{"ppsd", default_config, "", status_socket_of("")};
    std::string said;
    bool locked = false;
    for (int second = 0; second < patience && !interrupted(); ++second) {
        const Evidence evidence = find_evidence(options, hal::MachineFiles{});
        const std::string stage = stage_of(evidence);
        locked = evidence.ppsd && evidence.ppsd->state == "locked";
        if (stage.empty()) return say_what_is(evidence);
        if (stage != said) fmt::print("{}\n", stage);
        std::fflush(stdout);
        said = stage;
        hal::wait_readable({}, hal::Nanos{std::chrono::seconds{1}});
    }
    fmt::print("The changes are made, but the NTP daemon has not selected ppsd yet. Both keep "
               "running; `sudo ppsctl check` shows what is missing.\n");
    if (!locked)
        fmt::print("While ppsd runs, setup does not look for a receiver. If ppsd's settings may be "
                   "wrong: `sudo systemctl stop ppsd`, then `sudo ppsctl setup` again.\n");
    return 1;
}

int undo_all(bool yes) {
    must_be_root(true);
    const auto lock = lock_setup();
    ThisMachine machine;
    Journal journal = read_journal(machine);
    if (journal.done.empty()) {
        machine.remove(journal_path); // of an undo that was cut off at its end
        fmt::print("Nothing to undo: setup has changed nothing here.\n");
        return 0;
    }
    fmt::print("These go back to what they were before setup:\n");
    for (const Done& done : journal.done)
        if (done.kind != Change::Kind::restart) fmt::print("  {}\n", done.target);
    if (!agrees(yes)) return 1;
    std::set<std::string> files;
    bool all = true, boot = false;
    for (std::size_t i = journal.done.size(); i-- > 0 && !interrupted();) {
        const std::string target = journal.done[i].target;
        if (journal.done[i].kind == Change::Kind::file) hal::remove_half_of(target);
        std::optional<std::string> why_not;
        try {
            why_not = undo(i, journal, machine);
        } catch (const hal::DeviceError& error) { // the journal can't be written
            fmt::print("{}\n", error.what());
            files.insert(target);
            all = false;
            break;
        }
        if (why_not) {
            fmt::print("{}\n", *why_not);
            all = false;
            continue;
        }
        files.insert(target);
        boot = boot || target.starts_with("/boot/");
    }
    for (const std::string& unit : end_undo(files, journal, machine))
        fmt::print("{0} does not run now: `systemctl status {0}` says why{1}\n", unit,
                   boot ? "; after the reboot it should" : "");
    if (boot) fmt::print("Reboot to return to the former boot configuration.\n");
    if (interrupted() && !journal.done.empty()) {
        fmt::print("interrupted; `sudo ppsctl setup --undo` continues\n");
        return 1;
    }
    if (all) fmt::print("Undone.\n");
    return all ? 0 : 1;
}

int run(const Arguments& arguments) {
    CommandParser parser{usage};
    parser.add()("dry-run", "show the plan, and change nothing")(
        "undo", "restore what setup changed")("yes", "don't ask")(
        "no-wait", "end when all is set up, before the NTP daemon has selected ppsd")(
        "pps", po::value<std::string>()->value_name("SOURCE"),
        "where the pulse comes from, gpio:GPIO18 (what is found)")(
        "nmea", po::value<std::string>()->value_name("SOURCE"),
        "where the receiver is, uart:/dev/ttyAMA0 (what is found)")(
        "baud", po::value<std::string>()->value_name("N"),
        "the receiver's baud rate (what is found)");
    if (!parser.parse(arguments, nullptr)) return 0;
    catch_interrupts();
    const bool dry = parser.has("dry-run");
    if (dry && parser.has("undo")) throw hal::UsageError("--undo and --dry-run exclude each other");
    if (parser.has("undo")) return undo_all(parser.has("yes"));
    if (!dry) must_be_root(false);
    const Wishes wishes{parser.get<std::string>("pps").value_or(""),
                        parser.get<std::string>("nmea").value_or(""),
                        parser.get<std::string>("baud").value_or("")};
    check_wishes(wishes);
    const auto lock = dry ? hal::UniqueFd{} : lock_setup();
    ThisMachine machine;
    // As an ordinary user it can't be read.
    Journal journal = ::geteuid() == 0 ? read_journal(machine) : Journal{};
    bool agreed = parser.has("yes");
    constexpr int most_rounds = 4;
    for (int round = 0; round < most_rounds; ++round) {
        hal::SystemClock clock;
        const ListenOptions options{hal::Nanos{std::chrono::seconds{10}}, build_date(), interrupted,
                                    show_progress};
        Facts facts = find_facts(hal::MachineFiles{}, {}, options, clock);
        show_progress("");
        facts.configured.reboot_pending = !journal.boot.empty() && journal.boot == boot_id();
        facts.configured.unread = unread(journal);
        if (interrupted()) return 1;
        const Plan next = plan(facts, wishes);
        fmt::print("{}", plan_text(next, facts));
        if (next.changes.empty() && next.next == Next::wait) fmt::print("Nothing to change.\n");
        if (dry || next.next == Next::person) return next.next == Next::person ? 1 : 0;
        if (!next.changes.empty()) {
            // Agreed was to what was shown; how the machine boots is asked about again.
            if (next.next == Next::reboot && !parser.has("yes")) agreed = false;
            if (!agreed && !agrees(false)) return 1;
            agreed = true;
            if (!carry_out(next, facts, journal, machine)) return 1;
        }
        if (next.next == Next::reboot) return 0;
        if (next.next == Next::wait) return parser.has("no-wait") ? 0 : wait_until_selected();
    }
    fmt::print("After {} rounds there is still something to change. Run `sudo ppsctl setup` again. "
               "If it does not end, please report it with the output of `sudo ppsctl detect "
               "--json`.\n",
               most_rounds);
    return 1;
}

} // namespace
} // namespace command::setup

extern const PpsctlCommand setup_command{
    "setup", command::setup::usage,
    "set this machine up as a time server: shows a plan, asks, and does it", command::setup::run};

} // namespace ppsd::app
