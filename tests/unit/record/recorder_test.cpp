#include "daemon/record/recorder.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/file_limit.hpp"
#include "tests/unit/support/scratch_path.hpp"
#include "tests/unit/support/tape.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;
namespace rec = hal::recording;

namespace {

/// The lines of a recording that begin with one of these words.
std::vector<std::string> lines(const std::string& path, const std::vector<std::string>& words) {
    std::ifstream file{path};
    std::vector<std::string> found;
    for (std::string line; std::getline(file, line);)
        if (std::count(words.begin(), words.end(), line.substr(0, line.find(' '))) > 0)
            found.push_back(line);
    return found;
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("a part begins with its head and what the clock says") {
    const ScratchPath scratch;
    Tape tape{scratch.path()};
    tape.end();
    const std::string text = file_text(scratch.path());
    CHECK(text.starts_with("ppsd-recording 2 1000 0\nprogram "));
    const std::string end = "offset " +
                            std::to_string(FakeClock{}.offset().real_minus_mono.count()) +
                            " 0 0\nsync 0 0\nraw 999500000000 7000050000\ntick 999500000000\n";
    CHECK(text.ends_with(end));
}

TEST_CASE("what comes in and what goes out, in order; ticks only where something was due") {
    const ScratchPath scratch;
    Tape tape{scratch.path()};
    tape.seconds(6);
    tape.end();
    const auto in = lines(scratch.path(), {"edge", "bytes", "step"});
    REQUIRE(in.size() == 12);
    CHECK(in[0] == "edge 1000000000000 r");
    CHECK(in[1].starts_with("bytes 1000120000000 $GNRMC,"));
    CHECK(in[1].ends_with("\\r\\n"));
    CHECK(lines(scratch.path(), {"raw"}).size() ==
          in.size() + lines(scratch.path(), {"tick"}).size());
    const auto out = lines(scratch.path(), {"sample"});
    REQUIRE(out.size() == tape.pps.records().size() + tape.nmea.records().size());
    const auto& first = tape.pps.records().front().sample;
    CHECK(out.front() == fmt::format("sample pps {} {} 0 {}", first.clock.posix(),
                                     first.receive.ns(), first.precision));
    // A burst's end, its label's time, and the state's.
    CHECK(lines(scratch.path(), {"tick"}).size() < 4 * 6);
}

TEST_CASE("an output that is recorded takes back what it would without") {
    const ScratchPath scratch;
    const Log log{LogLevel::error, true};
    FakeClock clock;
    RecordingOutput pps{clock};
    RecorderSettings settings;
    settings.path = scratch.path();
    settings.size = 1 << 20;
    Recorder recorder{settings, clock, log};
    const PipelineOutputs outputs = recorder.outputs({{&pps, nullptr}});
    CHECK(outputs[Feed::pps]->takes_back());
    pps.reaches_all = false;
    CHECK_FALSE(outputs[Feed::pps]->takes_back());
}

TEST_CASE("the oscillator comes before each input and each tick that is recorded") {
    const ScratchPath scratch;
    Tape tape{scratch.path()};
    tape.seconds(6);
    tape.end();
    const auto in = lines(scratch.path(), {"raw", "edge", "bytes", "tick"});
    for (std::size_t i = 0; i < in.size(); ++i)
        CHECK(in[i].starts_with("raw ") == (i % 2 == 0));
    CHECK(in[2] == "raw 1000000000000 7000000000");
    CHECK(in[3] == "edge 1000000000000 r");
}

TEST_CASE("where the oscillator is not known, what is due waits, and is not recorded") {
    const ScratchPath scratch;
    Tape tape{scratch.path()};
    const MonoTime due = *tape.deadline();
    const auto readable = std::exchange(tape.clock.raw_minus_mono, nullptr);
    tape.tick(due);
    CHECK(tape.deadline() == due);
    tape.clock.raw_minus_mono = readable;
    tape.tick(due + 1ms);
    CHECK(tape.deadline() != due);
    tape.end();
    const std::string last = std::to_string((due + 1ms).ns());
    CHECK(lines(scratch.path(), {"tick"}) == Lines{"tick 999500000000", "tick " + last});
}

TEST_CASE("a step is recorded when the turn begins, and where the pipeline asks, call for call") {
    const ScratchPath scratch;
    Tape tape{scratch.path()};
    tape.seconds(6);
    const auto offset = tape.clock.offset().real_minus_mono.count();
    SUBCASE("while a sample goes out") {
        tape.pps.on_publish = [&] { tape.clock.step(5s); };
        tape.seconds(1);
        tape.end();
        const auto reads = lines(scratch.path(), {"offset", "taken-back"});
        REQUIRE(reads.size() >= 3);
        CHECK(reads[1].starts_with(fmt::format("offset {} 1 ", offset + 5'000'000'000)));
        CHECK_FALSE(reads[1].ends_with(" 0"));
        CHECK(reads[2] == "taken-back pps");
    }
    SUBCASE("when a turn begins") {
        tape.clock.step(-5s);
        tape.tick(tape.clock.now());
        tape.end();
        const auto reads = lines(scratch.path(), {"step", "offset", "taken-back"});
        CHECK(reads[1] == fmt::format("step {}", tape.clock.now().ns()));
        CHECK(reads[2] == fmt::format("offset {} 1 0", offset - 5'000'000'000));
        CHECK(reads[3] == "taken-back pps");
        CHECK(reads[4] == "taken-back nmea");
    }
}

TEST_CASE("the generation of an edge, and what is refused") {
    const ScratchPath scratch;
    Tape tape{scratch.path()};
    tape.nmea.accepts = false;
    tape.seconds(6);
    tape.edge(tape.clock.now(), Polarity::falling, 9);
    tape.end();
    CHECK(lines(scratch.path(), {"sync"}) == Lines{"sync 0 0"});
    CHECK(lines(scratch.path(), {"refused"}).size() == tape.nmea.records().size());
    CHECK(lines(scratch.path(), {"edge"}).back().ends_with(" f 9"));
}

TEST_CASE("a new part begins with what held before its first line") {
    const ScratchPath scratch;
    Tape tape{scratch.path(), taped_options(), 0, 4096};
    tape.seconds(6);
    tape.clock.step(3s);
    tape.seconds(30);
    tape.end();
    const auto begins = lines(scratch.path(), {"ppsd-recording"});
    REQUIRE(begins.size() == 1);
    CHECK(begins[0].starts_with("ppsd-recording 2 1000 "));
    CHECK(begins[0] != "ppsd-recording 2 1000 0");
    CHECK(lines(scratch.path() + ".1", {"ppsd-recording"}).size() == 1);
    CHECK(lines(scratch.path(), {"offset"}) ==
          Lines{fmt::format("offset {} 1 0", tape.clock.offset().real_minus_mono.count())});
    CHECK(std::filesystem::file_size(scratch.path()) <= 4096);
}

TEST_CASE("a full disk: a warning, and a part that is missing") {
    const ScratchPath scratch;
    const Capture err;
    FakeClock clock;
    const Log log{LogLevel::notice, false};
    Recorder recorder{{scratch.path(), 1 << 20, 5, "program x\n", 1ms}, clock, log};
    const std::string much(1000, 'x');
    const auto turns_until = [&](std::string_view words) {
        for (int n = 0; n < 5000 && !err.has(words); ++n) {
            recorder.note(ByteChunk{much, clock.now()});
            recorder.end_turn();
            recorder.settle();
        }
    };
    {
        const FileLimit limit{50'000}; // for stderr's file, too
        turns_until("is not recorded");
        CHECK(err.count(scratch.path() + ": File too large; ") == 1);
    }
    turns_until("recording goes on");
    CHECK(err.count(scratch.path() + ": recording goes on") == 1);
    const auto begins = lines(scratch.path(), {"ppsd-recording"});
    REQUIRE(begins.size() == 2);
    CHECK(begins[0] == "ppsd-recording 2 5 0");
    CHECK(begins[1] != "ppsd-recording 2 5 1");
}

TEST_CASE("where it can't record, it warns, and goes on once it can") {
    const ScratchPath scratch{"not a recording\n"};
    const Capture err;
    FakeClock clock;
    const Log log{LogLevel::notice, false};
    Recorder recorder{{scratch.path(), 1 << 20, 5, "program x\n", 1ms}, clock, log};
    const auto turn = [&] {
        recorder.note(Tick{clock.now()});
        recorder.end_turn();
        recorder.settle();
    };
    turn();
    turn();
    CHECK(err.count(scratch.path() + ": File exists; ") == 1);
    CHECK(file_text(scratch.path()) == "not a recording\n");
    std::filesystem::remove(scratch.path());
    turn();
    recorder.end_turn();
    turn();
    CHECK(err.count(scratch.path() + ": recording goes on") == 1);
}

TEST_CASE("a damaged recording is said to be kept, once") {
    const ScratchPath scratch{"tick 1\n"};
    const Capture err;
    FakeClock clock;
    const Log log{LogLevel::notice, false};
    const Recorder recorder{{scratch.path(), 1 << 20, 5, "program x\n", 1ms}, clock, log};
    CHECK(err.count(scratch.path() + ": its beginning is damaged; it is kept as " + scratch.path() +
                    ".damaged, and a new one is begun\n") == 1);
    CHECK(file_text(scratch.path() + ".damaged") == "tick 1\n");
}

TEST_CASE("where a recording must be, not being able to is an error") {
    const ScratchPath scratch{"not a recording\n"};
    FakeClock clock;
    const Log log{LogLevel::notice, false};
    RecorderSettings settings{scratch.path(), 1 << 20, 5, "program x\n", 1ms};
    settings.must = true;
    CHECK_THROWS_AS((Recorder{settings, clock, log}), DeviceError);
}
