#include "daemon/settings/leap_file.hpp"

#include "tests/unit/support/bench.hpp"
#include "tests/unit/support/leap_list.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <utility>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {
const Log quiet{LogLevel::notice, true};
}

TEST_CASE("a leap-seconds.list is read") {
    // NTP seconds: 3692217600 is 2017-01-01, 4007577600 2026-12-30 (RFC 5905: + 2208988800).
    const ScratchPath file{"#@\t4007577600\n3644697600\t36 # 2015\n3692217600 37\n"};
    const Capture err;
    const auto table = load_leap_file(file.path(), quiet);
    CHECK(table.expires().posix() == 4007577600 - 2208988800);
    CHECK(table.announced_at(hal::UtcSecond::from_posix(3692217600 - 2208988800 - 1)) ==
          discipline::Leap::inserted);
    CHECK(err.text().empty());
}

TEST_CASE(
    "a list that isn't there: nothing is known, and a warning names the file and what to do") {
    const ScratchPath file;
    const Capture err;
    const auto table = load_leap_file(file.path(), quiet);
    CHECK_FALSE(table.known_at(first_second));
    CHECK(err.text() == "<4>" + file.path() +
                            ": No such file or directory; no leap second is known; "
                            "install tzdata, or set leap-file\n");
}

TEST_CASE("a file that is no such list") {
    const ScratchPath file{"hello\n"};
    const Capture err;
    CHECK_FALSE(load_leap_file(file.path(), quiet).known_at(first_second));
    CHECK(err.text() ==
          "<4>" + file.path() + ": not a leap-seconds.list; no leap second is known\n");
}

TEST_CASE("a folder, a device and a FIFO are no such list, and are not waited for") {
    const ScratchPath fifo;
    REQUIRE(::mkfifo(fifo.path().c_str(), 0600) == 0);
    for (const auto& [path, why] : {std::pair{std::string{"/"}, "Is a directory"},
                                    std::pair{std::string{"/dev/zero"}, "Invalid argument"},
                                    std::pair{fifo.path(), "Invalid argument"}}) {
        const Capture err;
        CHECK_FALSE(load_leap_file(path, quiet).known_at(first_second));
        CHECK(err.text() == "<4>" + path + ": " + why +
                                "; no leap second is known; install tzdata, or set "
                                "leap-file\n");
    }
}

TEST_CASE("a FIFO that became a list is read within an hour") {
    const ScratchPath file;
    REQUIRE(::mkfifo(file.path().c_str(), 0600) == 0);
    LeapFile leaps{file.path(), first_mono};
    CHECK_FALSE(leaps.newer(first_mono + 1h, quiet));
    std::filesystem::remove(file.path());
    std::ofstream{file.path()} << list_2017;
    CHECK(leaps.newer(first_mono + 2h, quiet) == list_2017);
}

namespace {

/// Another text, and another time than before.
void rewrite(const ScratchPath& file, std::string_view text, int seconds_later) {
    using namespace std::filesystem;
    const auto before = last_write_time(file.path());
    std::ofstream{file.path()} << text;
    last_write_time(file.path(), before + std::chrono::seconds{seconds_later});
}

} // namespace

TEST_CASE("a file that has changed is read again within an hour, and once") {
    const ScratchPath file{"#@ 4000000000\n3644697600 36\n"};
    const Capture err;
    LeapFile leaps{file.path(), first_mono};
    rewrite(file, list_2017, 1);
    CHECK(leaps.look_at() == first_mono + 1h);
    CHECK_FALSE(leaps.newer(first_mono + 1h - 1ns, quiet));
    CHECK(leaps.newer(first_mono + 1h, quiet) == list_2017);
    CHECK(leaps.look_at() == first_mono + 2h);
    CHECK_FALSE(leaps.newer(first_mono + 2h, quiet));
    CHECK(err.text().empty());
}

TEST_CASE("a file that came later, and one that is no list any more") {
    const ScratchPath file;
    const Capture err;
    LeapFile leaps{file.path(), first_mono};
    CHECK_FALSE(leaps.newer(first_mono + 1h, quiet));
    std::ofstream{file.path()} << list_2017;
    CHECK(leaps.newer(first_mono + 2h, quiet) == list_2017);
    rewrite(file, "hello\n", 1);
    CHECK_FALSE(leaps.newer(first_mono + 3h, quiet));
    CHECK_FALSE(leaps.newer(first_mono + 4h, quiet));
    CHECK(err.text() ==
          "<4>" + file.path() + ": not a leap-seconds.list any more; the former one stays\n");
}

TEST_CASE("another file, or the same one, is looked at as soon as it is asked for") {
    const ScratchPath file{"#@ 4000000000\n3644697600 36\n"};
    const ScratchPath other{list_2017};
    const Capture err;
    LeapFile leaps{file.path(), first_mono};
    leaps.follow(file.path());
    CHECK(leaps.look_at() <= first_mono);
    CHECK_FALSE(leaps.newer(first_mono, quiet)); // it has not changed
    CHECK(leaps.look_at() == first_mono + 1h);
    leaps.follow(other.path());
    CHECK(leaps.newer(first_mono, quiet) == list_2017);
    CHECK_FALSE(leaps.newer(first_mono + 1h, quiet));
    CHECK(err.text().empty());
}

TEST_CASE("the text of a list, and of what is none nothing") {
    const ScratchPath list{"# comment\n#@ 4000000000\n2272060800 10\n"};
    CHECK(leap_list_in(list.path()) == "# comment\n#@ 4000000000\n2272060800 10\n");
    const ScratchPath other{"no list\n"};
    for (const auto& path :
         {other.path(), std::string{"/no/such"}, std::string{"/tmp"}, std::string{"/dev/null"}})
        CHECK(leap_list_in(path).empty());
}
