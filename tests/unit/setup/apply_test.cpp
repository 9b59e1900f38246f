#include "daemon/setup/apply.hpp"

#include "hal/error.hpp"

#include <doctest/doctest.h>
#include <map>
#include <set>
#include <stdexcept>

using namespace ppsd::app;
using Kind = Change::Kind;

namespace {

/// A machine in memory, whose n-th change of anything fails, if it is told to.
class FakeMachine final : public SetupMachine {
  public:
    std::map<std::string, std::string> files;
    std::set<std::string> enabled, active, packages;
    std::vector<std::string> runs; ///< what changes something
    int fails_at = 0;              ///< 0: never
    std::string refused;           ///< a word of commands that fail
    int cat = 0;                   ///< what systemctl cat ends with
    int known = 0;                 ///< and dpkg-query -W

    std::optional<std::string> read(const std::string& path) override {
        const auto found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional{found->second};
    }
    void write(const std::string& path, const std::string& text) override {
        step();
        files[path] = text;
    }
    void remove(const std::string& path) override {
        step();
        files.erase(path);
    }
    hal::ProgramEnd run(const std::vector<std::string>& words) override {
        const std::string& last = words.back();
        if (words[1] == "is-enabled")
            return {0, enabled.contains(last) ? "enabled\n" : "disabled\n"};
        if (words[1] == "is-active") return {0, active.contains(last) ? "active\n" : "inactive\n"};
        if (words[1] == "cat") return {cat, ""};
        if (words[0] == "dpkg-query") return {known, ""};
        step();
        std::string all;
        for (const std::string& word : words)
            all += (all.empty() ? "" : " ") + word;
        if (!refused.empty() && all.find(refused) != std::string::npos) return {1, ""};
        runs.push_back(all);
        const bool now = words[2] == "--now";
        if (words[1] == "enable") enabled.insert(last);
        if (words[1] == "disable") enabled.erase(last);
        if (words[1] == "start" || (words[1] == "enable" && now)) active.insert(last);
        if (words[1] == "stop" || (words[1] == "disable" && now)) active.erase(last);
        if (all.find(" install ") != std::string::npos) packages.insert(last);
        if (all.find(" purge ") != std::string::npos) packages.erase(last);
        return {0, ""};
    }

    /// Without the journal.
    [[nodiscard]] std::map<std::string, std::string> others() const {
        auto all = files;
        all.erase(journal_path);
        return all;
    }

  private:
    void step() {
        if (fails_at > 0 && --fails_at == 0) throw std::runtime_error("the power went");
    }
};

FakeMachine machine_before() {
    FakeMachine machine;
    machine.files = {{"/etc/ppsd.conf", "#pps\n"}, {"/boot/config.txt", "a\n"}};
    machine.enabled = {"gpsd.socket", "chrony.service"};
    machine.active = {"gpsd.socket", "chrony.service"};
    machine.packages = {"systemd-timesyncd"};
    machine.files["/usr/lib/systemd/systemd-timesyncd"] = "";
    return machine;
}

const std::vector<Change> changes{
    {Kind::file, "/boot/config.txt", "", "b\n"},
    {Kind::stop, "gpsd.socket", "", ""},
    {Kind::install, "chrony", "", ""},
    {Kind::file, "/etc/ppsd.conf", "", "pps\n"},
    {Kind::file, "/etc/chrony/conf.d/ppsd.conf", "", "refclock\n"},
    {Kind::restart, "chrony.service", "", ""},
    {Kind::start, "ppsd.service", "", ""},
};

void do_all(FakeMachine& machine) {
    Journal journal = read_journal(machine);
    std::vector<Done> all;
    for (const Change& change : changes)
        all.push_back(before(change, machine.read(change.target).value_or(""), machine));
    for (const Done& change : all)
        apply(change, journal, machine);
}

void undo_all(FakeMachine& machine) {
    Journal journal = read_journal(machine);
    for (std::size_t i = journal.done.size(); i-- > 0;)
        if (const auto why_not = undo(i, journal, machine)) FAIL(*why_not);
    const auto failed = end_undo({}, journal, machine);
    CHECK(failed.empty());
}

} // namespace

TEST_CASE("each kind of change is made") {
    FakeMachine machine = machine_before();
    do_all(machine);
    CHECK(machine.files["/etc/ppsd.conf"] == "pps\n");
    CHECK(machine.files["/etc/chrony/conf.d/ppsd.conf"] == "refclock\n");
    CHECK_FALSE(machine.enabled.contains("gpsd.socket"));
    CHECK_FALSE(machine.active.contains("gpsd.socket"));
    CHECK(machine.enabled.contains("ppsd.service"));
    CHECK(machine.packages.contains("chrony"));
    CHECK(machine.runs.front() == "systemctl disable --now --quiet gpsd.socket");
    CHECK(read_journal(machine).done.size() == changes.size());
}

TEST_CASE("undo brings all back") {
    FakeMachine machine = machine_before();
    const FakeMachine before = machine;
    do_all(machine);
    undo_all(machine);
    CHECK(machine.files == before.files); // the journal is gone as well
    CHECK(machine.enabled == before.enabled);
    CHECK(machine.active == before.active);
    CHECK(machine.packages == before.packages);
}

TEST_CASE("wherever the power goes, what was changed is noted, and undo brings it back") {
    const FakeMachine before = machine_before();
    int steps = 0;
    for (int at = 1; at < 100; ++at) {
        CAPTURE(at);
        FakeMachine machine = before;
        machine.fails_at = at;
        try {
            do_all(machine);
            break;
        } catch (const std::runtime_error&) {
            ++steps;
        }
        machine.fails_at = 0;
        undo_all(machine);
        CHECK(machine.others() == before.others());
        CHECK(machine.enabled == before.enabled);
        CHECK(machine.active == before.active);
        CHECK(machine.packages == before.packages);
    }
    CHECK(steps == 15); // the journal and the change itself for each of the seven; apt-get update
}

TEST_CASE("undo itself may be cut off, and goes on") {
    const FakeMachine before = machine_before();
    for (int at = 1; at < 100; ++at) {
        CAPTURE(at);
        FakeMachine machine = before;
        do_all(machine);
        machine.fails_at = at;
        bool cut = false;
        try {
            undo_all(machine);
        } catch (const std::runtime_error&) {
            cut = true;
        }
        machine.fails_at = 0;
        if (cut) undo_all(machine);
        CHECK(machine.files == before.files);
        CHECK(machine.enabled == before.enabled);
        CHECK(machine.active == before.active);
        if (!cut) break;
    }
}

TEST_CASE("what a person has edited since is left as it is, and stays in the journal") {
    FakeMachine machine = machine_before();
    do_all(machine);
    machine.files["/etc/ppsd.conf"] = "mine\n";
    Journal journal = read_journal(machine);
    std::string said;
    for (std::size_t i = journal.done.size(); i-- > 0;)
        said += undo(i, journal, machine).value_or("");
    const auto failed = end_undo({}, journal, machine);
    CHECK(failed.empty());
    CHECK(said.starts_with("/etc/ppsd.conf: not restored, because it was edited"));
    CHECK(machine.files["/etc/ppsd.conf"] == "mine\n");
    CHECK(machine.files["/boot/config.txt"] == "a\n");
    REQUIRE(read_journal(machine).done.size() == 1);
    CHECK(read_journal(machine).done[0].before == "#pps\n");
}

TEST_CASE("a file that was edited between the plan and now is not written") {
    FakeMachine machine = machine_before();
    CHECK_THROWS_AS(std::ignore = before(changes[0], "something else\n", machine), hal::UsageError);
    CHECK(machine.files == machine_before().files);
}

TEST_CASE("a program that fails is named with what to do") {
    class Failing final : public SetupMachine {
      public:
        std::optional<std::string> read(const std::string&) override { return std::nullopt; }
        void write(const std::string&, const std::string&) override {}
        void remove(const std::string&) override {}
        hal::ProgramEnd run(const std::vector<std::string>&) override { return {5, ""}; }
    } machine;
    Journal journal;
    const Done start{Kind::start, "ppsd.service", std::nullopt, "", false, false};
    CHECK_THROWS_WITH_AS(apply(start, journal, machine),
                         "systemctl enable --now --quiet ppsd.service: failed (exit code 5); see "
                         "`sudo journalctl -u ppsd.service`. `sudo ppsctl setup` continues; `sudo "
                         "ppsctl setup --undo` restores the former state",
                         hal::UsageError);
    CHECK(journal.done.size() == 1); // it may be half done
}

TEST_CASE("what can't be brought back stays in the journal, and the rest is brought back") {
    FakeMachine machine = machine_before();
    do_all(machine);
    machine.refused = "purge";
    Journal journal = read_journal(machine);
    for (std::size_t i = journal.done.size(); i-- > 0;)
        std::ignore = undo(i, journal, machine);
    REQUIRE(journal.done.size() == 1);
    CHECK(journal.done[0].kind == Kind::install);
    CHECK(machine.files["/boot/config.txt"] == "a\n");
    CHECK(machine.enabled.contains("gpsd.socket"));
}

TEST_CASE("a text that the journal can't keep is not written") {
    FakeMachine machine = machine_before();
    machine.files["/etc/ppsd.conf"] = "# f\xfcr\n";
    const FakeMachine was = machine;
    Journal journal;
    const Done change = before(changes[3], "# f\xfcr\n", machine);
    CHECK_THROWS_AS(apply(change, journal, machine), hal::UsageError);
    CHECK(machine.files == was.files);
    CHECK(journal.done.empty());
}

TEST_CASE("after undo what reads the files is restarted, if it runs") {
    FakeMachine machine = machine_before();
    const std::set<std::string> files{"/etc/chrony/conf.d/ppsd.conf", "/boot/config.txt",
                                      "/etc/ppsd.conf"};
    CHECK(end_undo(files, {}, machine).empty());
    CHECK(machine.runs == std::vector<std::string>{"systemctl try-restart chrony.service",
                                                   "systemctl try-restart ppsd.service"});
}

TEST_CASE("one that doesn't come back is named") {
    FakeMachine machine = machine_before();
    machine.refused = "try-restart chrony";
    CHECK(end_undo({"/etc/chrony/chrony.conf", "/etc/ppsd.conf"}, {}, machine) ==
          std::vector<std::string>{"chrony.service"});
}

TEST_CASE("a unit that is gone is undone; of one that can't be asked about nothing is known") {
    FakeMachine machine = machine_before();
    do_all(machine);
    Journal journal = read_journal(machine);
    machine.cat = -1;
    CHECK(undo(6, journal, machine)); // ppsd.service
    CHECK(journal.done.size() == 7);
    machine.cat = 1;
    CHECK_FALSE(undo(6, journal, machine));
    CHECK(journal.done.size() == 6);
    CHECK(machine.enabled.contains("ppsd.service"));
}

TEST_CASE("a package that was never installed is not purged") {
    FakeMachine machine = machine_before();
    Journal journal{{{Kind::install, "chrony", "systemd-timesyncd", "", false, false}}, ""};
    machine.known = 1;
    CHECK_FALSE(undo(0, journal, machine));
    CHECK(machine.runs.empty());
    CHECK(journal.done.empty());
}

TEST_CASE("which changed files nobody has read yet") {
    Journal journal;
    journal.done = {{Kind::file, "/etc/ppsd.conf", "", "", false, false},
                    {Kind::file, "/boot/config.txt", "", "", false, false}};
    CHECK(unread(journal) == std::set<std::string>{"/etc/ppsd.conf"});
    journal.done.push_back({Kind::restart, "chrony.service", {}, "", false, false});
    CHECK(unread(journal).size() == 1);
    journal.done.push_back({Kind::start, "ppsd.service", {}, "", false, true}); // it ran already
    CHECK(unread(journal).size() == 1);
    journal.done.push_back({Kind::start, "ppsd.service", {}, "", false, false});
    CHECK(unread(journal).empty());
}

TEST_CASE("a journal's text, both ways; and what is none") {
    Journal journal{{{Kind::file, "/a", "old\n", "new\n", false, false},
                     {Kind::stop, "b", std::nullopt, "", true, false}},
                    "boot-1"};
    const Journal again = parse_journal(journal_text(journal));
    CHECK(again.boot == "boot-1");
    REQUIRE(again.done.size() == 2);
    CHECK(again.done[0].before == "old\n");
    CHECK(again.done[1].kind == Kind::stop);
    CHECK(again.done[1].enabled);
    CHECK_FALSE(again.done[1].before);
    CHECK_THROWS_AS(std::ignore = parse_journal("{}"), hal::UsageError);
    CHECK_THROWS_AS(std::ignore = parse_journal("[1"), hal::UsageError);
}
