#include "daemon/setup/apply.hpp"

#include "hal/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace ppsd::app {
namespace {

using Kind = Change::Kind;

void save(const Journal& journal, SetupMachine& machine) {
    machine.write(journal_path, journal_text(journal));
}

void must(SetupMachine& machine, const std::vector<std::string>& words, std::string_view advice) {
    const auto end = machine.run(words);
    if (end.code != 0)
        throw hal::UsageError(
            fmt::format("{}: failed (exit code {}); {}", fmt::join(words, " "), end.code, advice));
}

void must_be(SetupMachine& machine, std::string_view verb, const std::string& unit) {
    std::vector<std::string> words{"systemctl", std::string{verb}};
    // Quiet: which links it makes is nothing to be told amid the list of what is done.
    if (verb == "enable" || verb == "disable") words.insert(words.end(), {"--now", "--quiet"});
    words.push_back(unit);
    must(machine, words,
         fmt::format("see `sudo journalctl -u {}`. `sudo ppsctl setup` continues; `sudo ppsctl "
                     "setup --undo` restores the former state",
                     unit));
}

std::vector<std::string> apt(std::string_view verb, const std::string& package) {
    return {"env", "DEBIAN_FRONTEND=noninteractive", "apt-get",         "-y",   "-q",
            "-o",  "DPkg::Lock::Timeout=300",        std::string{verb}, package};
}

void install(SetupMachine& machine, const std::string& package) {
    // A fresh image has no lists; where they can't be fetched, the old ones may do.
    std::ignore = machine.run({"apt-get", "-q", "update"});
    must(machine, apt("install", package), "above is why; then run setup again");
}

bool is(SetupMachine& machine, const char* question, const std::string& unit) {
    const auto said = machine.run({"systemctl", question, unit});
    const std::string word = said.out.substr(0, said.out.find('\n'));
    return word == "enabled" || word == "active";
}

} // namespace

Done before(const Change& change, const std::string& known, SetupMachine& machine) {
    Done done{change.kind, change.target, std::nullopt, change.text, false, false};
    if (change.kind == Kind::file) {
        done.before = machine.read(change.target);
        if (done.before.value_or("") != known)
            throw hal::UsageError(change.target + ": was edited while setup was running, and is "
                                                  "left as it is; run setup again for a new plan");
    } else if (change.kind == Kind::install) {
        // Debian has one program for the time at a time: chrony takes timesyncd's place.
        if (machine.read("/usr/lib/systemd/systemd-timesyncd")) done.before = "systemd-timesyncd";
    } else {
        done.enabled = is(machine, "is-enabled", change.target);
        done.active = is(machine, "is-active", change.target);
    }
    return done;
}

Journal read_journal(SetupMachine& machine) {
    const auto text = machine.read(journal_path);
    return text ? parse_journal(*text) : Journal{};
}

void apply(const Done& change, Journal& journal, SetupMachine& machine) {
    journal.done.push_back(change);
    try {
        save(journal, machine);
    } catch (...) {
        journal.done.pop_back(); // not noted, so not done
        throw;
    }
    switch (change.kind) {
    case Kind::file:
        return machine.write(change.target, change.after);
    case Kind::stop:
        return must_be(machine, "disable", change.target);
    case Kind::start:
        return must_be(machine, "enable", change.target);
    case Kind::restart:
        return must_be(machine, "restart", change.target);
    case Kind::install:
        return install(machine, change.target);
    }
}

void note_reboot(const std::string& boot, Journal& journal, SetupMachine& machine) {
    journal.boot = boot;
    save(journal, machine);
}

namespace {

std::optional<std::string> undo_file(const Done& done, SetupMachine& machine) {
    const auto now = machine.read(done.target);
    if (now == done.before) return std::nullopt;
    if (now != done.after)
        return fmt::format("{}: not restored, because it was edited after setup; its former text "
                           "is in {}",
                           done.target, journal_path);
    if (done.before)
        machine.write(done.target, *done.before);
    else
        machine.remove(done.target);
    return std::nullopt;
}

constexpr std::string_view undo_advice =
    "run that by hand to see why, then `sudo ppsctl setup --undo` again";

void undo_unit(const Done& done, SetupMachine& machine) {
    if (done.kind == Kind::restart) return;
    const int there = machine.run({"systemctl", "cat", done.target}).code;
    if (there < 0)
        throw hal::UsageError(
            fmt::format("systemctl cat {}: no answer; {}", done.target, undo_advice));
    if (there > 0) return; // it is gone
    const bool was_stopped = done.kind == Kind::stop;
    const std::string verb = was_stopped ? "enable" : "disable";
    if (done.enabled == was_stopped)
        must(machine, {"systemctl", verb, "--quiet", done.target}, undo_advice);
    if (done.active == was_stopped)
        must(machine, {"systemctl", was_stopped ? "start" : "stop", done.target}, undo_advice);
}

void undo_install(const Done& done, SetupMachine& machine) {
    // 1: dpkg has never heard of it, so nothing had to go for it.
    if (machine.run({"dpkg-query", "-W", done.target}).code == 1) return;
    if (done.before) must(machine, apt("install", *done.before), undo_advice);
    must(machine, apt("purge", done.target), undo_advice);
}

} // namespace

std::optional<std::string> undo(std::size_t which, Journal& journal, SetupMachine& machine) {
    const Done done = journal.done.at(which);
    try {
        if (done.kind == Kind::file) {
            if (auto why_not = undo_file(done, machine)) return why_not;
        } else if (done.kind == Kind::install) {
            undo_install(done, machine);
        } else {
            undo_unit(done, machine);
        }
    } catch (const hal::UsageError& error) {
        return error.what(); // the others can be brought back all the same
    } catch (const hal::DeviceError& error) {
        return error.what();
    }
    journal.done.erase(journal.done.begin() + static_cast<std::ptrdiff_t>(which));
    save(journal, machine);
    return std::nullopt;
}

std::vector<std::string> end_undo(const std::set<std::string>& files, const Journal& journal,
                                  SetupMachine& machine) {
    std::set<std::string> readers;
    for (const std::string& file : files)
        readers.insert(reader_of(file));
    std::vector<std::string> failed;
    // One that is gone by now, or was stopped before setup came, stays so.
    for (const std::string& unit : readers)
        if (!unit.empty() && machine.run({"systemctl", "try-restart", unit}).code != 0)
            failed.push_back(unit);
    if (journal.done.empty()) machine.remove(journal_path);
    return failed;
}

} // namespace ppsd::app
