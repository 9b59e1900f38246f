#include "daemon/setup/check.hpp"

#include "tests/unit/setup/samples.hpp"

#include <doctest/doctest.h>
#include <string_view>

using namespace ppsd::app;
using namespace ppsd::app::test;
using Verdict = Finding::Verdict;

namespace {

/// The finding of that name; one that is named "none" if there is none.
Finding of(const Evidence& evidence, std::string_view name) {
    for (const Finding& finding : check(evidence))
        if (finding.name == name) return finding;
    return {"none", Verdict::good, "", ""};
}

} // namespace

TEST_CASE("where all is well, each finding is good") {
    const auto findings = check(well());
    CHECK(worst(findings) == Verdict::good);
    for (const Finding& finding : findings) {
        CAPTURE(finding.name);
        CHECK(finding.advice.empty());
        CHECK_FALSE(finding.text.empty());
    }
    CHECK(of(well(), "state").text == "locked for 2 h");
    CHECK(of(well(), "source PPS").text == "selected");
    CHECK(of(well(), "source NMEA").name == "none"); // there to be compared
}

TEST_CASE("the configuration's first problem, and how many more") {
    Evidence evidence = well();
    evidence.config_problems = {"/etc/ppsd.conf:3: baud = 7"};
    CHECK(of(evidence, "configuration").verdict == Verdict::bad);
    CHECK(of(evidence, "configuration").advice.empty());
    evidence.config_problems.emplace_back("another");
    CHECK(of(evidence, "configuration").advice.starts_with("and 1 more"));
}

TEST_CASE("ppsd's state") {
    Evidence evidence = well();
    for (const char* const state : {"holdover", "searching", "starting"}) {
        evidence.ppsd->state = state;
        CHECK(of(evidence, "state").verdict == Verdict::doubtful);
    }
    evidence.ppsd->state = "no-pulses";
    evidence.ppsd->explanation = "look at the wire";
    evidence.ppsd->for_s = 119;
    CHECK(of(evidence, "state").verdict == Verdict::bad);
    CHECK(of(evidence, "state").text == "no-pulses for 119 s: look at the wire");
    evidence.ppsd->for_s = 120;
    CHECK(of(evidence, "state").text.starts_with("no-pulses for 2 min"));
    evidence.ppsd.reset();
    CHECK(of(evidence, "state").verdict == Verdict::bad);
    evidence.ppsd_unasked = "/run/ppsd/status: Permission denied";
    CHECK(of(evidence, "state").verdict == Verdict::unknown);
    CHECK(of(evidence, "state").advice == "look at journalctl -u ppsd");
    evidence.root = false;
    CHECK(of(evidence, "state").advice == "run it with sudo");
    evidence.ppsd_stuck = true;
    CHECK(of(evidence, "state").verdict == Verdict::bad);
    CHECK(of(evidence, "state").advice == "sudo systemctl restart ppsd");
    CHECK(of(evidence, "labels").name == "none");
}

TEST_CASE("a lock with gaps is doubtful, and ppsd says what is missing") {
    Evidence evidence = well();
    evidence.ppsd->reason = "no-edge";
    evidence.ppsd->explanation = "samples are published, but 12 of the last 120 are missing; why";
    CHECK(of(evidence, "state").verdict == Verdict::doubtful);
    CHECK(of(evidence, "state").text ==
          "locked for 2 h: samples are published, but 12 of the last 120 are missing; why");
}

TEST_CASE("jitter and delay have their limits") {
    Evidence evidence = well();
    evidence.ppsd->jitter_s = 99e-6;
    CHECK(of(evidence, "pulses").verdict == Verdict::good);
    evidence.ppsd->jitter_s = 100e-6;
    CHECK(of(evidence, "pulses").verdict == Verdict::doubtful);
    for (const double delay : {0.06, 0.94, 1.2, -0.3}) {
        evidence.ppsd->delay_s = delay;
        CHECK(of(evidence, "labels").verdict == Verdict::good);
    }
    for (const double delay : {0.04, 0.96, 1.04, -0.04}) {
        evidence.ppsd->delay_s = delay;
        CHECK(of(evidence, "labels").verdict == Verdict::doubtful);
    }
    evidence.delay_is_set = true;
    CHECK(of(evidence, "labels").verdict == Verdict::good);
}

TEST_CASE("an output's problem is ppsd's own word") {
    Evidence evidence = well();
    evidence.ppsd->outputs[0].problem = "chronyd is gone";
    CHECK(of(evidence, "output shm:1").verdict == Verdict::bad);
    CHECK(of(evidence, "output shm:1").text == "chronyd is gone");
    CHECK(of(evidence, "output shm:0").text == "90 samples, 2 dropped");
    evidence.ppsd->outputs[1].taken = 0;
    CHECK(of(evidence, "output shm:0").verdict == Verdict::doubtful);
}

TEST_CASE("units 0 and 1 are root's, and the group's") {
    Evidence evidence = well();
    evidence.segments[0].owner = "mallory";
    CHECK(of(evidence, "unit 1").verdict == Verdict::bad);
    evidence.segments[0] = {1, true, "root", "root", 0600};
    CHECK(of(evidence, "unit 1").verdict == Verdict::doubtful);
    evidence.segments[0].mode = 0666;
    CHECK(of(evidence, "unit 1").text.ends_with("every user may write to it"));
    evidence.segments[0].exists = false;
    CHECK(of(evidence, "unit 1").verdict == Verdict::bad);
    evidence.segments[0] = {2, true, "alice", "alice", 0666};
    CHECK(of(evidence, "unit 2").verdict == Verdict::good);
}

TEST_CASE("gpsd beside ppsd") {
    Evidence evidence = well();
    CHECK(of(evidence, "writers").name == "none");
    evidence.facts.programs[1].pid = 9;
    evidence.facts.programs[1].units = {2};
    CHECK(of(evidence, "writers").verdict == Verdict::doubtful);
    evidence.facts.programs[1].units = {2, 1};
    CHECK(of(evidence, "writers").verdict == Verdict::bad);
    CHECK(of(evidence, "writers").text == "gpsd also writes to unit 1");
}

TEST_CASE("whoever else may write to a unit of ppsd's") {
    Evidence evidence = well();
    evidence.facts.programs.push_back({"ppsd", "/usr/bin/ppsd", 20, {0, 1}});
    evidence.facts.programs.push_back({"myclock", "", 21, {2}});
    CHECK(of(evidence, "writers").name == "none");
    evidence.facts.programs.back().units = {2, 1};
    CHECK(of(evidence, "writers").verdict == Verdict::doubtful);
    CHECK(of(evidence, "writers").text == "myclock (process 21) may also write to unit 1");
    evidence.facts.programs.back().name = "ntpshmmon"; // looks, with the right to write
    CHECK(of(evidence, "writers").name == "none");
    evidence.facts.programs.back() = {"ppsd", "", 22, {2, 3}}; // an instance
    CHECK(of(evidence, "writers").name == "none");
    evidence.facts.programs.back().units = {0, 3};
    CHECK(of(evidence, "writers").verdict == Verdict::bad);
    CHECK(of(evidence, "writers").text == "two ppsd processes have unit 0");
    evidence.facts.programs[2].units = {1}; // each another one
    CHECK(of(evidence, "writers").name == "none");
}

TEST_CASE("what AppArmor keeps chronyd from") {
    Evidence evidence = well();
    evidence.sockets = {"/run/ppsd.sock"};
    for (const char* const other :
         {"", "unconfined", "/usr/sbin/chronyd (complain)", "docker-default (enforce)"}) {
        evidence.confinement = other;
        CHECK(of(evidence, "AppArmor").name == "none");
    }
    for (const char* const profile : {"/usr/sbin/chronyd (enforce)", "chronyd (enforce)"}) {
        evidence.confinement = profile;
        evidence.sockets = {"/run/ppsd.sock"};
        CHECK(of(evidence, "AppArmor").text ==
              "Debian's profile keeps chronyd from /run/ppsd.sock");
        for (const char* const bad : {"/run/chrony.sock", "/run/chrony.a/b.sock", "/run/chrony.x",
                                      "/run/chrony/", "/run/chrony/a/b", "/tmp/chrony.x.sock"}) {
            evidence.sockets = {bad};
            CHECK_MESSAGE(of(evidence, "AppArmor").verdict == Verdict::bad, bad);
        }
        evidence.sockets = {"/run/chrony.ppsd.sock", "/var/run/chrony.ttyS0.sock", "/run/chrony/x"};
        CHECK(of(evidence, "AppArmor").name == "none");
    }
}

TEST_CASE("which segments Debian's profiles keep a reader from") {
    Evidence evidence = well();
    evidence.confinement = "/usr/sbin/chronyd (enforce)";
    CHECK(of(evidence, "AppArmor").name == "none");
    const auto kept_from = [&](const UnitFacts& unit) {
        evidence.segments = {unit};
        return of(evidence, "AppArmor").verdict == Verdict::bad;
    };
    // It attaches as root, which may do what the owner may, or the group, or everybody.
    CHECK_FALSE(kept_from({2, true, "root", "ppsd", 0600}));
    CHECK(kept_from({2, true, "root", "ppsd", 0066}));
    CHECK_FALSE(kept_from({2, true, "alice", "root", 0660}));
    CHECK(kept_from({2, true, "alice", "root", 0606}));
    CHECK_FALSE(kept_from({2, true, "alice", "alice", 0666}));
    CHECK(kept_from({2, true, "alice", "alice", 0660}));
    CHECK(kept_from({2, true, "alice", "alice", 0664}));
    CHECK_FALSE(kept_from({2, false, "", "", 0}));
    evidence.segments = {{17, true, "alice", "alice", 0660}};
    CHECK(of(evidence, "AppArmor").text == "Debian's profile keeps chronyd from unit 17: owner "
                                           "alice, group alice, mode 0660");
    CHECK(of(evidence, "AppArmor").advice ==
          "stop chronyd and ppsd; sudo ipcrm -M 0x4e545041; start ppsd, then chronyd");
    evidence.confinement = "unconfined"; // root may attach to anything
    CHECK(of(evidence, "AppArmor").name == "none");
    evidence.facts.programs[0].name = "ntpd";
    for (const char* const profile : {"/usr/sbin/ntpd (enforce)", "ntpd (enforce)"}) {
        evidence.confinement = profile;
        CHECK(of(evidence, "AppArmor").verdict == Verdict::bad);
    }
    evidence.segments.clear();
    evidence.sockets = {"/run/ppsd.sock"}; // chronyd's alone
    CHECK(of(evidence, "AppArmor").name == "none");
}

TEST_CASE("the receiver's line, as long as it isn't full") {
    Evidence evidence = well();
    CHECK(of(evidence, "line").name == "none");
    evidence.ppsd->line_load = 0.89;
    CHECK(of(evidence, "line").verdict == Verdict::good);
    CHECK(of(evidence, "line").text == "the receiver's line is 89 % full");
    evidence.ppsd->line_load = 0.9;
    CHECK(of(evidence, "line").verdict == Verdict::doubtful);
}

TEST_CASE("the rate at which ppsd listens is that of ppsd.conf") {
    Evidence evidence = well();
    CHECK(of(evidence, "baud").name == "none");
    evidence.baud = 115200;
    CHECK(of(evidence, "baud").name == "none"); // ppsd doesn't say
    evidence.ppsd->baud = 115200;
    CHECK(of(evidence, "baud").name == "none");
    evidence.ppsd->baud = 9600;
    CHECK(of(evidence, "baud").verdict == Verdict::doubtful);
    CHECK(of(evidence, "baud").text == "ppsd.conf says 115200, and ppsd listens at 9600");
    evidence.baud.reset();
    CHECK(of(evidence, "baud").name == "none");
}

TEST_CASE("one program keeps the clock, and reads what ppsd writes") {
    Evidence evidence = well();
    CHECK(of(evidence, "reads").name == "none");
    evidence.facts.programs[0].units = {0, 2};
    CHECK(of(evidence, "reads").verdict == Verdict::bad);
    evidence.facts.programs.push_back({"chronyd", "", 703, {1}});
    CHECK(of(evidence, "reads").name == "none");
    evidence.facts.programs.pop_back();
    CHECK(of(evidence, "reads").text == "chronyd does not read unit 1");
    CHECK(of(evidence, "reads").advice.starts_with("add \"refclock SHM 1 "));
    evidence.facts.programs[0].name = "ntpd";
    CHECK(of(evidence, "reads").advice.starts_with("add \"refclock shm unit 1 "));
    evidence.facts.programs[0].name = "chronyd";
    evidence.root = false;
    CHECK(of(evidence, "reads").verdict == Verdict::unknown);
    evidence.facts.programs.push_back({"systemd-timesyncd", "", 5, {}});
    CHECK(of(evidence, "reader").text == "chronyd and systemd-timesyncd both keep the clock");
    evidence.facts.programs.push_back({"ntpd", "/usr/sbin/ntpd", 6, {}});
    CHECK(of(evidence, "reader").text == "chronyd and ntpd both keep the clock");
    evidence.facts.programs.clear();
    CHECK(of(evidence, "reader").verdict == Verdict::bad);
    CHECK(of(evidence, "reader")
              .advice.starts_with("sudo apt install chrony; add \"refclock SHM 1 "));
    CHECK(of(evidence, "selection").name == "none");
    evidence.facts.programs = {{"chronyd", "/usr/sbin/chronyd", 0, {}}};
    CHECK(of(evidence, "reader").advice == "sudo systemctl enable --now chrony");
}

TEST_CASE("pulses that go to a socket are read from no unit") {
    Evidence evidence = well();
    evidence.units = {0};
    evidence.pps_unit.reset();
    evidence.facts.programs[0].units.clear();
    CHECK(of(evidence, "reads").name == "none");
    evidence.sources = std::vector<SourceFacts>{};
    CHECK(of(evidence, "selection").advice.find("SHM") == std::string::npos);
    CHECK(of(evidence, "reads").name == "none");
}

TEST_CASE("what the reader makes of each source, if it has selected none") {
    Evidence evidence = well();
    const auto judged = [&](char state, unsigned reach) {
        evidence.sources = std::vector<SourceFacts>{{"PPS", state, reach}};
        return of(evidence, "source PPS").verdict;
    };
    evidence.sources = std::vector<SourceFacts>{{"GPS", '*', 0377}, {"PPS", 'x', 0377}};
    CHECK(of(evidence, "source PPS").verdict == Verdict::bad); // beside one that is selected
    CHECK(judged('*', 0377) == Verdict::good);
    CHECK(judged('+', 0377) == Verdict::good);
    CHECK(judged('-', 0377) == Verdict::doubtful);
    CHECK(judged('~', 0377) == Verdict::doubtful);
    CHECK(judged('x', 0377) == Verdict::bad);
    CHECK(judged('?', 0) == Verdict::bad);
    CHECK(judged('?', 1) == Verdict::doubtful);
    const auto why = [&](char state, char letter) {
        evidence.sources = std::vector<SourceFacts>{{"PPS", state, 1, letter}};
        return of(evidence, "source PPS").text;
    };
    CHECK(why('?', 'N').find("noselect") != std::string::npos);
    evidence.sources = std::vector<SourceFacts>{{"PPS", '?', 1, 'M'}, {"NMEA", '?', 1, 'N'}};
    CHECK(of(evidence, "source PPS").verdict == Verdict::doubtful);
    CHECK(of(evidence, "source NMEA").name == "none"); // there to be compared
    CHECK(why('?', 'M') == "chronyd has too few samples of it yet");
    CHECK(why('-', 'P') == "another source has prefer");
    CHECK(why('-', '-') == "usable, but another source is preferred");
    CHECK(why('?', 0) == "it receives samples, but is not selected");
    evidence.sources = std::vector<SourceFacts>{{"PPS", '?', 0, 'M'}};
    CHECK(of(evidence, "source PPS").text == "no samples in the last 8 polls");
    evidence.sources = std::vector<SourceFacts>{};
    CHECK(of(evidence, "selection").verdict == Verdict::bad);
    evidence.sources.reset();
    CHECK(of(evidence, "selection").verdict == Verdict::unknown);
}

TEST_CASE("the list of leap seconds has an end") {
    Evidence evidence = well();
    for (const auto& [days, verdict] :
         {std::pair{30.0, Verdict::good}, {29.9, Verdict::doubtful}, {-1.0, Verdict::doubtful}}) {
        evidence.leap_days = days;
        CHECK(of(evidence, "leap seconds").verdict == verdict);
    }
    evidence.leap_problem = "/x: not a leap-seconds.list";
    CHECK(of(evidence, "leap seconds").text == evidence.leap_problem);
}

TEST_CASE("the machine: governor, link power, disk") {
    Evidence evidence = well();
    evidence.governor = "ondemand";
    CHECK(of(evidence, "processor").verdict == Verdict::good);
    CHECK(of(evidence, "processor").text == "governor ondemand (performance: less jitter)");
    evidence.facts.system.processors = 1;
    CHECK(of(evidence, "processor").text.starts_with("1 core, governor "));
    evidence.facts.system.processors = 4;
    CHECK(of(evidence, "processor").text.starts_with("4 cores, governor "));
    evidence.governor.clear();
    CHECK(of(evidence, "processor").name == "none");
    evidence.link_power = "default";
    CHECK(of(evidence, "PCIe").name == "none");
    evidence.facts.board.compatible = {"brcm,bcm2712"};
    CHECK(of(evidence, "PCIe").verdict == Verdict::doubtful);
    evidence.link_power = "performance";
    CHECK(of(evidence, "PCIe").name == "none");
    evidence.disk_needed = 1.0;
    CHECK(of(evidence, "disk").name == "none");
    evidence.disk_needed = 1.01;
    CHECK(of(evidence, "disk").verdict == Verdict::doubtful);
}
