#include "daemon/service/check_config.hpp"

#include "tests/unit/support/leap_list.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sys/stat.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// A configuration that is right, in a folder of its own, and what is changed in it.
struct Config {
    ScratchPath leaps{list_2017};
    ScratchPath file;

    Options options(const std::string& lines) const {
        std::ofstream{file.path()} << "nmea = uart:/dev/ttyNONE\n" << lines;
        return parse_command_line(
                   {"--check-config", "--config", file.path(), "--leap-file", leaps.path()})
            .options;
    }
    std::vector<std::string> problems(const std::string& lines) const {
        return problems_of(options(lines));
    }
    /// The only one, without its place, which must be line 2.
    std::string problem(const std::string& line) const {
        const auto found = problems(line + "\n");
        if (found.empty()) return {};
        CHECK(found.size() == 1);
        const std::string place = file.path() + ":2: ";
        CHECK(found[0].starts_with(place));
        return found[0].substr(place.size());
    }
};

} // namespace

TEST_CASE("devices are not looked for") {
    const Config config;
    CHECK(config.problems("").empty());
    CHECK(config.problems("pps = gpio:gpiochip77/3\n").empty());
    CHECK(config.problems("pps = pps:/dev/pps77\n").empty());
    CHECK(config.problems("pps = sim:\npps-unit = 3\nnmea-unit = 2\n").empty());
}

TEST_CASE("names of sources that nothing could open") {
    const Config config;
    CHECK(contains(config.problem("pps = GPIO18"), "\"GPIO18\" "));
    CHECK(contains(config.problem("pps = gpio:gpiochip0"), "gpio:gpiochip0: "));
    CHECK(contains(config.problem("pps = pps:"), "\"pps:\" "));
    CHECK(contains(config.problem("pps = sim:colour=red"), "colour"));
    CHECK(config.problems("pps = sim:\npps-out = sock:/run/s\nnmea-unit = 2\n").empty());
    CHECK(config.problem("nmea-out = shm:2, sock:/nonexistent/s")
              .starts_with("sock:/nonexistent/s: "));
    CHECK(contains(config.problem("pps = replay:/nonexistent\npps-unit = none"), "nonexistent"));
    const auto found = config.problems("baud = 9601\n"); // the UART's, so it stands there
    REQUIRE(found.size() == 1);
    CHECK(contains(found[0], ":1: uart:/dev/ttyNONE: 9601 "));
}

TEST_CASE("a recording: its folder, and what is there by its name") {
    const Config config;
    const std::string folder = config.file.folder();
    CHECK(config.problem("record = " + folder + "/a.rec").empty());
    CHECK(config.problem("record = /var/log/ppsd/a.rec").empty()); // systemd makes it
    CHECK(config.problem("record = /nonexistent/a.rec") ==
          "/nonexistent: No such file or directory; make that folder, or set record to a file in "
          "another");
    CHECK(contains(config.problem("record = " + config.leaps.path() + "/a.rec"),
                   "Not a directory; make"));
    CHECK(contains(config.problem("record = " + folder), "it is no file"));
    CHECK(contains(config.problem("record = " + config.leaps.path()), "it is no recording"));
    std::ofstream{folder + "/a.rec"} << "ppsd-recording";
    CHECK(config.problem("record = " + folder + "/a.rec").empty());
}

TEST_CASE("a status socket: its folder is made, not the one above; the path has to fit") {
    const Config config;
    const std::string folder = config.file.folder();
    CHECK(config.problem("status-socket = none").empty());
    CHECK(config.problem("status-socket = " + folder + "/status").empty());
    CHECK(config.problem("status-socket = " + folder + "/new/status").empty());
    CHECK(config.problem("status-socket = /run/ppsd/one/status").empty()); // systemd makes it
    CHECK(contains(config.problem("status-socket = " + folder + "/new/newer/status"),
                   "No such file or directory; make that folder"));
    const std::string longest = "/tmp/" + std::string(102, 'x');
    CHECK(config.problem("status-socket = " + longest).empty());
    CHECK(contains(config.problem("status-socket = " + longest + "x"), "at most 107 bytes"));
}

TEST_CASE("a user that doesn't exist") {
    const Config config;
    CHECK(config.problem("user = root").empty());
    CHECK(config.problem("user = no-such-user") == "user = no-such-user: there is no such user");
}

TEST_CASE("a list of leap seconds that can't be read, or is none") {
    const ScratchPath file{list_2017};
    CHECK_FALSE(problem_of_leap_file(file.path()));
    const ScratchPath other{"hello\n"};
    CHECK(problem_of_leap_file(other.path()) ==
          other.path() + ": not a leap-seconds.list; install tzdata, or set leap-file");
    const ScratchPath fifo;
    REQUIRE(::mkfifo(fifo.path().c_str(), 0600) == 0);
    CHECK(contains(problem_of_leap_file(fifo.path()).value_or(""),
                   "Invalid argument; install tzdata"));
    CHECK(contains(problem_of_leap_file("/nonexistent").value_or(""), "install tzdata"));
}
