#include "daemon/ctl/ppsctl_commands.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"
#include "tests/unit/support/sentences.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

std::string refused(const Arguments& arguments) {
    return refusal<hal::UsageError>([&] { return run_ppsctl(arguments); });
}

/// What a command prints; it has to succeed.
std::string printed(const Arguments& arguments) {
    std::fflush(stdout);
    const Capture out{STDOUT_FILENO};
    const Capture err;
    const int code = run_ppsctl(arguments);
    std::fflush(stdout);
    const std::string text = out.text();
    CHECK(code == 0);
    return text;
}

} // namespace

TEST_CASE("every command has a name of its own, a usage that begins with it, and a summary") {
    std::set<std::string_view> names;
    for (const auto* command : ppsctl_commands()) {
        CHECK(command->usage.starts_with(command->name));
        CHECK_FALSE(command->summary.empty());
        CHECK(static_cast<bool>(command->run));
        names.insert(command->name);
    }
    CHECK(names.size() == ppsctl_commands().size());
    CHECK(names.contains("watch"));
    CHECK(names.contains("labels"));
}

TEST_CASE("no command, or an unknown one, with the nearest that there is") {
    CHECK(contains(refused({}), "a command is wanted"));
    CHECK(refused({"wacth"}) ==
          "unknown command 'wacth'; did you mean 'watch'?; see ppsctl --help");
    CHECK(refused({"xyzzyplugh"}) == "unknown command 'xyzzyplugh'; see ppsctl --help");
    CHECK(contains(refused({""}), "unknown command ''"));
}

TEST_CASE("--help lists every command, and each has a help of its own") {
    for (const auto* word : {"--help", "-h", "help"})
        for (const auto* command : ppsctl_commands())
            CHECK(contains(printed({word}), std::string{command->usage}));
    for (const auto* command : ppsctl_commands())
        CHECK(
            contains(printed({std::string{command->name}, "--help"}), std::string{command->usage}));
    CHECK(printed({"--version"}).starts_with("ppsctl "));
}

TEST_CASE("an option that a command doesn't have") {
    CHECK(contains(refused({"watch", "--cuont", "3"}), "--cuont"));
    CHECK_FALSE(refused({"watch", "--count"}).empty());
    CHECK_FALSE(refused({"watch", "--count", "x"}).empty());
}

TEST_CASE("watch: units, counts and layouts that make no sense") {
    for (const auto* unit : {"256", "-1", "x", "1x", "", "0001", "99999999999"}) {
        CAPTURE(unit);
        CHECK_FALSE(refused({"watch", "--count", "1", "--seconds", "0", "--", unit}).empty());
    }
    CHECK(refused({"watch", "256"}) == "unit 256: 0 to 255 is wanted");
    CHECK(contains(refused({"watch", "--count", "0"}), "--count: 1 or more"));
    CHECK(contains(refused({"watch", "--shm-layout", "big"}), "auto, native, time32 or time64"));
}

TEST_CASE("labels: one file, and a date that exists") {
    CHECK(contains(refused({"labels"}), "one FILE"));
    CHECK(contains(refused({"labels", "a", "b"}), "one FILE"));
    CHECK(refused({"labels", "--not-before", "2023-02-29", "a"}) ==
          "not-before 2023-02-29: YYYY-MM-DD is wanted");
    CHECK_THROWS_AS((void)run_ppsctl({"labels", "/nonexistent/recording"}), hal::DeviceError);
}

TEST_CASE("labels prints what the recording says") {
    const auto second = hal::UtcSecond::from_posix(1'800'000'000); // 2027-01-15T08:00:00Z
    const ScratchPath file{rmc(second) + rmc(second + 1)};
    CHECK(printed({"labels", "--not-before", "2026-01-01", file.path()}) ==
          "2027-01-15T08:00:00Z RMC\n2027-01-15T08:00:01Z RMC\n");
    // A not-before after it is before the next 1024 weeks are over: 2046-08-31.
    CHECK(printed({"labels", "--not-before=2027-01-16", file.path()}).starts_with("2046-08-31"));
}
