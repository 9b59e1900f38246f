#include "daemon/record/replay.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"
#include "tests/unit/support/tape.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

namespace {

void replace(const std::string& path, const std::string& from, const std::string& to) {
    std::string text = file_text(path);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    std::ofstream{path, std::ios::binary} << text;
}

/// The oscillator is known nowhere in it.
void make_version_1(const std::string& path) {
    replace(path, "ppsd-recording 2 ", "ppsd-recording 1 ");
    const std::string text = file_text(path);
    std::ofstream file{path, std::ios::binary};
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find('\n', from) + 1;
        const std::string line = text.substr(from, end - from);
        if (!line.starts_with("raw ")) file << line;
        from = end;
    }
}

struct Result {
    int code = 0;
    std::string out;
    std::string notes;
    [[nodiscard]] auto lines() const { return std::count(out.begin(), out.end(), '\n'); }
};

Result replay(const ReplayOptions& options) {
    const File out = scratch_file();
    const File notes = scratch_file();
    const int code = run_replay(options, out.get(), notes.get());
    return {code, text_of(out.get()), text_of(notes.get())};
}

ReplayOptions checking(const std::string& path) {
    ReplayOptions options;
    options.file = path;
    options.check = true;
    return options;
}

/// A quarter of an hour in which much goes wrong.
void record_trouble(Tape& tape) {
    tape.seconds(80);
    tape.clock.step(3s);
    tape.seconds(10);
    tape.pps.on_publish = [&] { tape.clock.step(-1ms); }; // while it goes out
    tape.seconds(1);
    tape.pps.on_publish = nullptr;
    tape.clock.step(1h);
    tape.tick(tape.clock.now());
    tape.seconds(30, false); // holdover, and its end
    tape.clock.synchronise();
    tape.seconds(40);
    tape.bytes(tape.clock.now(), "$GNRMC,garbage\xff\x00\\\r\n");
    tape.nmea.accepts = false;
    tape.seconds(20);
}

struct Fixture {
    ScratchPath scratch;
    std::string path = scratch.path();
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "the same samples, bit for bit") {
    Tape tape{path};
    record_trouble(tape);
    tape.end();
    const auto samples = tape.pps.records().size() + tape.nmea.records().size();
    CHECK(samples > 250);
    const Result result = replay(checking(path));
    CHECK(result.out == path + ": " + std::to_string(samples) + " samples, the same as recorded\n");
    CHECK(result.code == 0);
    CHECK(result.notes.empty());
}

TEST_CASE_FIXTURE(Fixture, "a line for each sample, for people or as JSON") {
    Tape tape{path};
    tape.seconds(10);
    tape.end();
    ReplayOptions options;
    options.file = path;
    const Result text = replay(options);
    CHECK(text.code == 0);
    CHECK(text.lines() ==
          static_cast<long>(tape.pps.records().size() + tape.nmea.records().size()));
    CHECK(text.out.find("pps   2027-01-15T08:00:05Z  2027-01-15T08:00:05.0") != std::string::npos);
    options.json = true;
    CHECK(replay(options).out.find("{\"feed\": \"pps\", \"clock\": 1800000005, ") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "where nothing went out, it says how to find out why") {
    Tape tape{path};
    tape.seconds(3);
    tape.end();
    ReplayOptions options;
    options.file = path;
    const Result result = replay(options);
    CHECK(result.code == 0);
    CHECK(result.out.empty());
    CHECK(result.notes == path + ": nothing went out; --log-level debug says why\n");
    CHECK(replay(checking(path)).notes.empty());
}

TEST_CASE_FIXTURE(Fixture, "a sample that is another one: exit code 1, and both of them") {
    Tape tape{path};
    tape.seconds(10);
    tape.end();
    replace(path, "sample pps 1800000007 ", "sample pps 1800000008 ");
    const Result result = replay(checking(path));
    CHECK(result.code == 1);
    CHECK(result.out.starts_with(path + ":"));
    CHECK(result.out.find("recorded: sample pps 1800000008 ") != std::string::npos);
    CHECK(result.out.find("replayed: sample pps 1800000007 ") != std::string::npos);
    CHECK(result.lines() == 3);
}

TEST_CASE_FIXTURE(Fixture, "what is read and written again is equal") {
    Tape tape{path};
    tape.seconds(80);
    tape.seconds(30, false);
    tape.seconds(20);
    tape.end();
    ReplayOptions options;
    options.file = path;
    options.write = path + ".new";
    CHECK(replay(options).code == 0);
    CHECK(file_text(options.write) == file_text(path));
}

TEST_CASE_FIXTURE(Fixture, "a recording that was written anew passes, whatever it said before") {
    Tape tape{path};
    record_trouble(tape);
    tape.end();
    replace(path, "sample pps 1800000007 ", "sample pps 1800000008 ");
    ReplayOptions options;
    options.file = path;
    options.write = path + ".new";
    CHECK(replay(options).code == 0);
    CHECK(replay(checking(options.write)).code == 0);
}

TEST_CASE_FIXTURE(Fixture, "what if: the ticks between come with the oscillator") {
    Tape tape{path};
    tape.seconds(30);
    tape.seconds(30, false);
    tape.end();
    ReplayOptions options;
    options.file = path;
    options.instead = {{"holdover", "20"}};
    options.write = path + ".new";
    CHECK(replay(options).code == 0);
    replace(options.write, "option holdover 10.", "option holdover 20.");
    const Result result = replay(checking(options.write));
    CHECK(result.out.ends_with(", the same as recorded\n"));
}

TEST_CASE_FIXTURE(Fixture, "a recording of version 1 plays, and says what it lacks") {
    Tape tape{path};
    tape.seconds(20);
    tape.end();
    make_version_1(path);
    ReplayOptions options;
    options.file = path;
    options.write = path + ".new";
    const Result result = replay(options);
    CHECK(result.code == 0);
    CHECK(result.notes ==
          path + ":1: a recording of version 1: the oscillator is known only at pulses; while the "
                 "clock was slewed, results differ from the run\n");
    CHECK(file_text(options.write).starts_with("ppsd-recording 1 "));
    CHECK(replay(checking(options.write)).code == 0);
}

TEST_CASE_FIXTURE(Fixture, "what if") {
    Tape tape{path};
    tape.seconds(30);
    tape.seconds(30, false);
    tape.end();
    ReplayOptions options;
    options.file = path;
    const auto recorded = replay(options).lines();
    SUBCASE("later lock") {
        options.instead = {{"lock-count", "10"}};
        CHECK(replay(options).lines() == recorded - 10); // five of each
    }
    SUBCASE("longer holdover: at times when nothing was due then") {
        options.instead = {{"holdover", "20"}};
        CHECK(replay(options).lines() == recorded + 10);
    }
    SUBCASE("a cable") {
        options.instead = {{"pps-delay", "50"}};
        CHECK(replay(options).lines() == recorded);
        options.check = true;
        CHECK(replay(options).code == 1);
    }
    SUBCASE("no sense") {
        options.instead = {{"lock-count", "many"}};
        CHECK_THROWS_AS((void)replay(options), UsageError);
    }
}

TEST_CASE_FIXTURE(Fixture, "a torn recording is the same up to there") {
    Tape tape{path};
    tape.seconds(12);
    tape.end();
    const std::string text = file_text(path);
    const auto head = text.find("tick ");
    for (auto size = text.size(); size > head; size -= 37) {
        std::filesystem::resize_file(path, size);
        CHECK(replay(checking(path)).code == 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "over a rotation it is the same, and without FILE.1 the seconds are") {
    Tape tape{path, taped_options(), 0, 20'000};
    tape.seconds(120);
    tape.end();
    REQUIRE(std::filesystem::exists(path + ".1"));
    const Result both = replay(checking(path));
    CHECK(both.code == 0);
    CHECK(both.notes.empty());
    CHECK(replay(checking(path + ".1")).code == 0);
    std::filesystem::remove(path + ".1");
    const Result half = replay(checking(path));
    CHECK(half.code == 0);
    CHECK(half.notes.find(path + ":1: begins in the middle of a run") == 0);
    CHECK(half.out.find(": 0 samples") == std::string::npos);
    CHECK(file_text(path).find("sample pps 1800000115 ") != std::string::npos);
    replace(path, "sample pps 1800000115 ", "sample pps 1800000116 ");
    CHECK(replay(checking(path)).code == 1);
}

TEST_CASE_FIXTURE(Fixture, "run after run in one file") {
    for (const int first : {0, 1000}) {
        Tape tape{path, taped_options(), first};
        tape.seconds(10);
    }
    const Result result = replay(checking(path));
    CHECK(result.code == 0);
    CHECK(result.notes.empty());
}

TEST_CASE_FIXTURE(Fixture, "the recorded list of leap seconds, or another one") {
    const ScratchPath list{"#@ 4070908800\n3692217600 37\n4010428800 38\n"}; // 2027-02-01
    Options with_list = taped_options();
    with_list.leap_file = list.path();
    Tape tape{path, with_list};
    tape.seconds(10);
    tape.end();
    ReplayOptions options;
    options.file = path;
    CHECK(replay(options).out.find("leap 1") != std::string::npos);
    const ScratchPath other{"#@ 4070908800\n3692217600 37\n"};
    options.leap_file = other.path();
    CHECK(replay(options).out.find("leap 1") == std::string::npos);
}

TEST_CASE("a list of leap seconds that was read anew: the same again, over a rotation too") {
    // Until 2027-01-15T08:00:30Z, and later; a leap second at the end of that month.
    const std::string known = "3692217600 37\n4010428800 38\n";
    for (const std::uint64_t size : {std::uint64_t{64} << 20U, std::uint64_t{1} << 16U}) {
        const ScratchPath scratch;
        Tape tape{scratch.path(), taped_options(), 0, size};
        tape.seconds(20);
        tape.leap_list(tape.clock.now(), "#@ 4008988830\n" + known);
        tape.seconds(20);
        tape.leap_list(tape.clock.now(), "#@ 4009999999\n" + known);
        tape.seconds(500);
        const auto& records = tape.pps.records();
        CHECK(std::any_of(records.begin(), records.end(),
                          [](const auto& record) { return record.sample.leap == 1; }));
        CHECK(records.back().sample.leap == 1);
        tape.end();
        const auto result = replay(checking(scratch.path()));
        CAPTURE(result.out);
        CHECK(result.code == 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "an edge stamped before the clock was set makes no tick in the past") {
    Tape tape{path};
    tape.seconds(10);
    tape.end();
    {
        std::ofstream file{path, std::ios::binary | std::ios::app};
        file << "edge -130000604534 r\ntick " << (tape.clock.now() + 1s).ns() << '\n';
    }
    ReplayOptions options;
    options.file = path;
    const ScratchPath written;
    options.write = written.path();
    CHECK(replay(options).code == 0);
    CHECK(file_text(written.path()).find("tick -") == std::string::npos);
    CHECK(replay(checking(written.path())).code == 0);
}

TEST_CASE("a file with nothing in it is refused") {
    for (const char* text : {"", "ppsd-recording 1 5"}) {
        const ScratchPath empty{text};
        CHECK(refusal<UsageError>([&] {
                  return replay(checking(empty.path()));
              }).starts_with(empty.path() + ": holds no recording"));
    }
}

TEST_CASE_FIXTURE(Fixture, "heads that make no sense") {
    Tape tape{path};
    tape.end();
    SUBCASE("an option that a recording doesn't have") {
        replace(path, "option edge rising", "option egde rising");
    }
    SUBCASE("a value that it can't have") {
        replace(path, "option edge rising", "option edge sideways");
    }
    SUBCASE("no list of leap seconds") {
        replace(path, "offset ", "leap monday\noffset ");
    }
    CHECK(refusal<UsageError>([&] {
              return replay(checking(path));
          }).starts_with(path + ":1: in the head"));
}
