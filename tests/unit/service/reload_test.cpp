#include "daemon/service/reload.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/leap_list.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// A daemon's configuration and log; what it says is in err from then on.
struct Running {
    explicit Running(const std::string& more = "") {
        write(more);
        options = parse_command_line(arguments).options;
        log.set_threshold(options.log_level);
    }
    void write(const std::string& more) const {
        std::ofstream{file.path()} << "nmea = uart:/dev/ttyS0\nleap-file = " << leaps.path() << "\n"
                                   << more;
    }

    ScratchPath leaps{list_2017};
    ScratchPath file;
    std::vector<std::string> arguments{"--config", file.path()};
    Options options;
    Log log{LogLevel::notice, false};
};

} // namespace

TEST_CASE("nothing has changed") {
    Running running;
    Reload reload{running.arguments, running.options, running.log};
    const Capture err;
    CHECK(reload().leap_file == running.leaps.path());
    CHECK(err.text() ==
          "SIGHUP: the configuration was read again, and nothing in it has changed\n");
}

TEST_CASE("log-level is taken over at once, also back to what is there if nothing is said") {
    Running running;
    Reload reload{running.arguments, running.options, running.log};
    const Capture err;
    running.write("log-level = debug\n");
    CHECK(reload().log_level == LogLevel::debug);
    CHECK(running.log.wants(LogLevel::debug));
    CHECK(err.has("log-level: debug, was not set\n"));
    running.write("");
    CHECK(reload().log_level == LogLevel::notice);
    CHECK_FALSE(running.log.wants(LogLevel::info));
    CHECK(err.has("log-level: not set, was debug\n"));
}

TEST_CASE("another list of leap seconds, and one that is none") {
    Running running;
    Reload reload{running.arguments, running.options, running.log};
    const ScratchPath other{list_2017};
    const Capture err;
    std::ofstream{running.file.path()} << "nmea = uart:/dev/ttyS0\nleap-file = " << other.path();
    CHECK(reload().leap_file == other.path());
    CHECK(err.has("leap-file: " + other.path() + ", was " + running.leaps.path() + "\n"));
    std::ofstream{running.file.path()} << "nmea = uart:/dev/ttyS0\nleap-file = /nonexistent";
    CHECK(reload().leap_file == other.path());
    CHECK(err.has("/nonexistent: "));
    CHECK(err.has("; the former list stays\n"));
}

TEST_CASE("what needs a new start is said, each time, and not taken over") {
    Running running{"baud = 4800\n"};
    Reload reload{running.arguments, running.options, running.log};
    const Capture err;
    running.write("baud = 9600\nlock-count = 7\n");
    for (int times = 1; times <= 2; ++times) {
        const Options& options = reload();
        CHECK(options.baud == 4800);
        CHECK(options.lock_count == 5);
        CHECK(err.count("baud: 9600, was 4800; this waits until ppsd is started again\n") == times);
        CHECK(err.count("lock-count: 7, was not set; this waits") == times);
    }
    CHECK_FALSE(err.has("nothing in it has changed"));
}

TEST_CASE("a configuration that is wrong, or gone: everything stays") {
    Running running{"log-level = info\n"};
    Reload reload{running.arguments, running.options, running.log};
    const Capture err;
    running.write("log-level = error\nbaud = fast\n");
    CHECK(reload().log_level == LogLevel::info);
    CHECK(running.log.wants(LogLevel::info));
    CHECK(err.has(":4: baud = fast: "));
    CHECK(err.has("; the settings stay as they were\n"));
    std::filesystem::remove(running.file.path());
    CHECK(reload().log_level == LogLevel::info);
    CHECK(err.has("No such file or directory; look at --config"));
}
