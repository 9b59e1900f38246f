#include "daemon/record/replay_report.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;
namespace rec = hal::recording;

namespace {

using Out = std::vector<OutLine>;

OutLine sample(hal::Feed feed, std::int64_t second, std::int64_t receive, int precision = -20) {
    return rec::Published{
        feed, UtcSecond::from_posix(second), RealTime::from_ns(receive), 0, precision, true};
}

Turn turn_with(const Out& out) {
    Turn turn;
    turn.place = "rec:7";
    turn.out = out;
    return turn;
}

const OutLine a = sample(hal::Feed::pps, 1, 1'000'000'100);
const OutLine b = sample(hal::Feed::nmea, 1, 1'000'000'200);
const OutLine taken = rec::TakenBack{hal::Feed::pps};

} // namespace

TEST_CASE("a sample for people and for programs") {
    const OutLine line = rec::Published{hal::Feed::pps,
                                        UtcSecond::from_posix(1'795'345'242),
                                        RealTime::from_ns(1'795'345'242'000'315'977),
                                        1,
                                        -20,
                                        true};
    CHECK(out_text(line) == "pps   2026-11-22T11:00:42Z  2026-11-22T11:00:42.000315977Z  "
                            "-0.000315977 s  leap 1  2^-20 s");
    CHECK(out_json(line) == R"({"feed": "pps", "clock": 1795345242, )"
                            R"("receive_ns": 1795345242000315977, "leap": 1, "precision": -20, )"
                            R"("accepted": true})");
    auto refused = std::get<rec::Published>(b);
    refused.accepted = false;
    CHECK(out_text(refused).ends_with("  refused"));
    CHECK(out_json(refused).ends_with(R"("accepted": false})"));
    CHECK(out_text(taken) == "pps   taken back: the clock was set");
    CHECK(out_json(taken) == R"({"feed": "pps", "taken_back": true})");
}

TEST_CASE("the same is the same") {
    OutComparison comparison;
    CHECK_FALSE(comparison.compare(turn_with({}), {}));
    CHECK_FALSE(comparison.compare(turn_with({a, taken, b}), {a, taken, b}));
    CHECK(comparison.compared() == 2);
}

TEST_CASE("every difference shows both sides") {
    OutComparison comparison;
    CHECK(comparison.compare(turn_with({a}), {b}) ==
          "rec:7: what went out because of this line differs\n"
          "  recorded: sample pps 1 1000000100 0 -20\n"
          "  replayed: sample nmea 1 1000000200 0 -20\n");
    CHECK(comparison.compare(turn_with({a, b}), {a})->ends_with("0 -20\n  replayed: nothing\n"));
    CHECK(comparison.compare(turn_with({a}), {a, taken})
              ->ends_with("  recorded: nothing\n  replayed: taken-back pps\n"));
    for (const OutLine& other :
         {sample(hal::Feed::pps, 2, 1'000'000'100), sample(hal::Feed::pps, 1, 1'000'000'101),
          sample(hal::Feed::pps, 1, 1'000'000'100, -19)})
        CHECK(comparison.compare(turn_with({a}), {other}));
}

TEST_CASE("of the last turn, the recording may lack the end") {
    OutComparison comparison;
    Turn last = turn_with({a});
    last.last = true;
    CHECK_FALSE(comparison.compare(last, {a, b}));
    CHECK(comparison.compare(last, {b}));
    CHECK(comparison.compare(last, {}));
}

TEST_CASE("begun in the middle: only the second of the same pulse counts") {
    OutComparison comparison;
    comparison.begin_run(false);
    CHECK_FALSE(comparison.compare(turn_with({a, b}), {}));
    CHECK_FALSE(comparison.compare(turn_with({}), {a, b}));
    CHECK_FALSE(comparison.compare(turn_with({b}), {sample(hal::Feed::nmea, 2, 1'000'000'200)}));
    CHECK_FALSE(comparison.compare(turn_with({a}), {sample(hal::Feed::pps, 2, 1'000'000'101)}));
    CHECK(comparison.compared() == 0);
    CHECK_FALSE(comparison.compare(turn_with({a}), {sample(hal::Feed::pps, 1, 1'000'000'100, -5)}));
    CHECK(comparison.compared() == 1);
    CHECK(comparison.compare(turn_with({a}), {sample(hal::Feed::pps, 2, 1'000'000'100)}));
    comparison.begin_run(true);
    CHECK(comparison.compare(turn_with({a}), {}));
}

TEST_CASE("the writer: the same lines with other samples") {
    const ScratchPath file;
    ReplayWriter writer{file.path()};
    Turn begin;
    begin.begin = rec::Begin{5, 0};
    begin.program = "x";
    begin.options = {{"edge", "auto"}};
    begin.leap_list = "#@ 1\n2 3\n";
    begin.offsets = {{{Nanos{4}, 0}, 0}};
    begin.syncs = {{true, 0}};
    writer.write(begin, {});
    Turn turn = turn_with({a});
    turn.input = hal::Tick{MonoTime::from_ns(9)};
    writer.write(turn, {b, taken});
    writer.finish();
    CHECK(file_text(file.path()) ==
          "ppsd-recording 2 5 0\nprogram x\noption edge auto\nleap #@ 1\nleap 2 3\n"
          "offset 4 0 0\nsync 1 0\ntick 9\nsample nmea 1 1000000200 0 -20\n"
          "taken-back pps\n");
}

TEST_CASE("the writer makes a new file, and overwrites none") {
    const ScratchPath file{"precious"};
    CHECK_THROWS_AS(ReplayWriter{file.path()}, DeviceError);
    CHECK_THROWS_AS(ReplayWriter{"/no/such/folder/rec"}, DeviceError);
}
