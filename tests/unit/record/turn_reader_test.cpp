#include "daemon/record/turn_reader.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

namespace {

const std::string head = "ppsd-recording 2 5 0\nprogram 0.1\noption edge rising\noption nmea a b\n"
                         "leap #@ 9\nleap 1 10\noffset 7 0 0\nsync 1 0\n";

std::string refusal(const std::string& text) {
    const ScratchPath file{text};
    const std::string why = ppsd::app::test::refusal<UsageError>([&] {
        TurnReader reader{file.path()};
        while (reader.next()) {
        }
    });
    return why.empty() ? why : why.substr(file.path().size());
}

} // namespace

TEST_CASE("a head is a turn of its own") {
    const ScratchPath file{head + "tick 1\n"};
    TurnReader reader{file.path()};
    const Turn* turn = reader.next();
    REQUIRE(turn);
    CHECK(turn->place == file.path() + ":1");
    CHECK(turn->begin == recording::Begin{5, 0});
    CHECK(turn->program == "0.1");
    REQUIRE(turn->options.size() == 2);
    CHECK(turn->options[1] == std::pair<std::string, std::string>{"nmea", "a b"});
    CHECK(turn->leap_list == "#@ 9\n1 10\n");
    REQUIRE(turn->offsets.size() == 1);
    CHECK(turn->syncs.size() == 1);
    CHECK_FALSE(turn->input);
    CHECK_FALSE(turn->last);
    REQUIRE(reader.next());
    CHECK_FALSE(reader.next());
}

TEST_CASE("what belongs to an input: what the clock said, and what went out") {
    const ScratchPath file{head + "bytes 1 ab\ntick 2\noffset 8 1 1\nsync 0 0\n"
                                  "sample pps 1 2 0 0\ntaken-back pps\nedge 3 f 4\nstep 5\n"};
    TurnReader reader{file.path()};
    REQUIRE(reader.next());
    const Turn* turn = reader.next();
    REQUIRE(turn);
    CHECK_FALSE(turn->begin);
    CHECK(std::get<ByteChunk>(*turn->input).bytes == "ab");
    CHECK(turn->offsets.empty());
    REQUIRE(reader.next());
    CHECK(turn->place == file.path() + ":10");
    CHECK(std::get<Tick>(*turn->input).time == MonoTime::from_ns(2));
    REQUIRE(turn->offsets.size() == 1);
    CHECK(turn->offsets[0].call == 1);
    CHECK_FALSE(turn->syncs.at(0).synchronised);
    REQUIRE(turn->out.size() == 2);
    CHECK(std::holds_alternative<recording::TakenBack>(turn->out[1]));
    CHECK_FALSE(turn->last);
    REQUIRE(reader.next());
    CHECK(turn->out.empty());
    CHECK(std::get<PulseEdge>(*turn->input).generation == 4);
    REQUIRE(reader.next());
    CHECK(time_of(*turn->input) == MonoTime::from_ns(5));
    CHECK(turn->last);
    CHECK_FALSE(reader.next());
}

TEST_CASE("a newer list of leap seconds is one input, with its lines") {
    const ScratchPath file{head + "leap-list 1\nleap #@ 9\nleap 1 10\ntick 2\n"};
    TurnReader reader{file.path()};
    REQUIRE(reader.next());
    const Turn* turn = reader.next();
    REQUIRE(turn);
    CHECK(std::get<NewLeapList>(*turn->input) == NewLeapList{MonoTime::from_ns(1), "#@ 9\n1 10\n"});
    REQUIRE(reader.next());
    CHECK(std::get<Tick>(*turn->input).time == MonoTime::from_ns(2));
}

TEST_CASE("the last turn of a part is known for it") {
    const ScratchPath file{head + "tick 1\nppsd-recording 2 6 0\n"};
    TurnReader reader{file.path()};
    const Turn* turn = reader.next();
    CHECK_FALSE(turn->last);
    REQUIRE(reader.next());
    CHECK(turn->last);
    REQUIRE(reader.next());
    CHECK(turn->begin == recording::Begin{6, 0});
    CHECK(turn->last);
}

TEST_CASE("an empty file has no turns") {
    const ScratchPath file{""};
    CHECK_FALSE(TurnReader{file.path()}.next());
}

TEST_CASE("a head's line elsewhere, and no head") {
    CHECK(refusal(head + "tick 1\noption edge rising\n")
              .starts_with(":10: this belongs to the head"));
    CHECK(refusal(head + "tick 1\nleap 1 2\n").starts_with(":10: "));
    CHECK(refusal(head + "tick 1\nprogram x\n").starts_with(":10: "));
    CHECK(refusal(head + "tick 1\nx\n").starts_with(":10: "));
    CHECK(refusal("tick 1\n").starts_with(":1: "));
    CHECK(refusal(head).empty());
}
