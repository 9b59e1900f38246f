#include "hal/recording.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace hal;
using namespace hal::recording;

namespace {

std::string text_of(const Line& line) {
    std::string text;
    append(text, line);
    return text;
}

/// What is written, read and written again.
std::string again(const std::string& text) {
    REQUIRE(text.ends_with('\n'));
    std::string storage;
    return text_of(parse(std::string_view{text}.substr(0, text.size() - 1), storage));
}

std::string_view why_not(std::string_view line) {
    std::string storage;
    const Line parsed = parse(line, storage);
    const auto* bad = std::get_if<Malformed>(&parsed);
    return bad ? bad->why : "";
}

} // namespace

TEST_CASE("each kind of line, as it stands in the file, and there and back") {
    struct Row {
        Line line;
        std::string text;
    };
    const std::vector<Row> rows{
        {Begin{1'795'345'226'197'322'183, 3}, "ppsd-recording 2 1795345226197322183 3\n"},
        {Begin{5, 0, 1}, "ppsd-recording 1 5 0\n"},
        {Program{"0.1.0"}, "program 0.1.0\n"},
        {Option{"nmea", "uart:/dev/my port"}, "option nmea uart:/dev/my port\n"},
        {Option{"nmea", ""}, "option nmea \n"},
        {LeapLine{"#@ 3976300800"}, "leap #@ 3976300800\n"},
        {LeapLine{"2272060800\t10"}, "leap 2272060800\\x0910\n"},
        {PulseEdge{MonoTime::from_ns(12), Polarity::rising, {}}, "edge 12 r\n"},
        {PulseEdge{MonoTime::from_ns(-4'000'000'000'000'000'000), Polarity::falling, 7},
         "edge -4000000000000000000 f 7\n"},
        {PulseEdge{MonoTime::from_ns(12), Polarity::rising, {}, Stamping::awaited},
         "awaited 12 r\n"},
        {PulseEdge{MonoTime::from_ns(12), Polarity::falling, 7, Stamping::awaited},
         "awaited 12 f 7\n"},
        {PulseEdge{MonoTime::from_ns(12), Polarity::rising, {}, Stamping::stand_in},
         "stand-in 12 r\n"},
        {PulseEdge{MonoTime::from_ns(12), Polarity::rising, {}, Stamping::polled, Nanos{550}},
         "polled 12 r 550\n"},
        {PulseEdge{MonoTime::from_ns(12),
                   Polarity::falling,
                   {},
                   Stamping::polled,
                   Nanos{550},
                   MonoTime::from_ns(40)},
         "polled 12 f 550 40\n"},
        {ByteChunk{"$GP,*00\r\n", MonoTime::from_ns(5)}, "bytes 5 $GP,*00\\r\\n\n"},
        {ByteChunk{std::string_view{" \\\0\x1f\x7f\x80\xff~", 8}, MonoTime::from_ns(5)},
         "bytes 5  \\\\\\x00\\x1f\\x7f\\x80\\xff~\n"},
        {ClockStep{MonoTime::from_ns(1'000'000'000'000'000'000)}, "step 1000000000000000000\n"},
        {NewLeapList{MonoTime::from_ns(3), {}}, "leap-list 3\n"},
        {Tick{MonoTime::from_ns(0)}, "tick 0\n"},
        {OffsetRead{{Nanos{-3}, 4}, 5}, "offset -3 4 5\n"},
        {Slept{MonoTime::from_ns(12), Nanos{5}}, "slept 12 5\n"},
        {LineRate{MonoTime::from_ns(12), 9600}, "rate 12 9600\n"},
        {OscillatorNote{MonoTime::from_ns(12), Nanos{-5}}, "raw 12 -5\n"},
        {SyncRead{true, 2}, "sync 1 2\n"},
        {SyncRead{false, 0}, "sync 0 0\n"},
        {Published{Feed::pps, UtcSecond::from_posix(8), RealTime::from_ns(9), 1, -20, true},
         "sample pps 8 9 1 -20\n"},
        {Published{Feed::nmea, UtcSecond::from_posix(8'000'000'000), RealTime::from_ns(9), 0, 0,
                   false},
         "refused nmea 8000000000 9 0 0\n"},
        {TakenBack{Feed::pps}, "taken-back pps\n"},
        {TakenBack{Feed::nmea}, "taken-back nmea\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(text_of(row.line) == row.text);
        CHECK(again(row.text) == row.text);
    }
    CHECK(text_of(Malformed{"why"}).empty());
}

TEST_CASE("a line's values") {
    std::string storage;
    const Line edge = parse("edge 12 f 4294967295", storage);
    CHECK(came_in<PulseEdge>(edge)->time == MonoTime::from_ns(12));
    CHECK(came_in<PulseEdge>(edge)->polarity == Polarity::falling);
    CHECK(came_in<PulseEdge>(edge)->generation == 4'294'967'295);
    const Line ungenerated = parse("edge 12 r", storage);
    CHECK_FALSE(came_in<PulseEdge>(ungenerated)->generation);
    const Line bytes = parse("bytes 7 a\\x00\\\\ ", storage);
    CHECK(came_in<ByteChunk>(bytes)->bytes == std::string_view{"a\0\\ ", 4});
    CHECK(came_in<ByteChunk>(bytes)->arrival == MonoTime::from_ns(7));
    CHECK(std::get<Begin>(parse("ppsd-recording 2 -5 18446744073709551615", storage)) ==
          Begin{-5, UINT64_MAX});
    CHECK(std::get<OffsetRead>(parse("offset 1 2 3", storage)) == OffsetRead{{Nanos{1}, 2}, 3});
    CHECK(std::get<Published>(parse("sample nmea 1 2 3 -128", storage)) ==
          Published{Feed::nmea, UtcSecond::from_posix(1), RealTime::from_ns(2), 3, -128, true});
}

TEST_CASE("malformed lines, and why") {
    struct Row {
        std::string_view line, why;
    };
    const std::vector<Row> rows{
        {"", "begins like that"},
        {" tick 1", "begins like that"},
        {"Tick 1", "begins like that"},
        {"tock 1", "begins like that"},
        {"tick", "a field is missing"},
        {"tick ", "a number is wanted"},
        {"tick  1", "a number is wanted"},
        {"tick +1", "a number is wanted"},
        {"tick 0x1", "a number is wanted"},
        {"tick 1.5", "a number is wanted"},
        {"tick 1\r", "a number is wanted"},
        {"tick 9223372036854775808", "out of its range"},
        {"tick 1000000000000000001", "out of its range"},
        {"tick -1", "out of its range"},
        {"bytes -1 a", "out of its range"},
        {"edge -4000000000000000001 r", "out of its range"},
        {"edge 1000000000000000001 r", "out of its range"},
        {"offset 7000000000000000001 0 0", "out of its range"},
        {"offset -1000000000000000001 0 0", "out of its range"},
        {"sample pps -1 0 0 0", "out of its range"},
        {"sample pps 8000000001 0 0 0", "out of its range"},
        {"sample pps 0 8000000000000000001 0 0", "out of its range"},
        {"sample pps 0 -1000000000000000001 0 0", "out of its range"},
        {"tick 1 ", "more than belongs"},
        {"tick 1 2", "more than belongs"},
        {"step", "a field is missing"},
        {"step x", "a number is wanted"},
        {"edge 1", "a field is missing"},
        {"edge r 1", "a number is wanted"},
        {"edge 1 x", "r or f"},
        {"edge 1 ", "r or f"},
        {"edge 1 R", "r or f"},
        {"edge 1 r ", "a number is wanted"},
        {"edge 1 r -1", "a number is wanted"},
        {"edge 1 r 4294967296", "out of its range"},
        {"edge 1 r 1 1", "more than belongs"},
        {"awaited 1 r 1 1", "more than belongs"},
        {"polled 1 r", "a field is missing"},
        {"polled 1 r -1", "out of its range"},
        {"polled 1 r 1000000001", "out of its range"},
        {"polled 1 r 1 1000000000000000001", "out of its range"},
        {"polled 1 r 1 1 1", "more than belongs"},
        {"bytes 1", "text is missing"},
        {"bytes 1 ", "at least one byte"},
        {"bytes x a", "a number is wanted"},
        {"bytes 1 a\tb", "printable ASCII"},
        {"bytes 1 \x7f", "printable ASCII"},
        {"bytes 1 \xc3\xa4", "printable ASCII"},
        {"bytes 1 \\", "after a \\"},
        {"bytes 1 \\t", "after a \\"},
        {"bytes 1 \\x", "after a \\"},
        {"bytes 1 \\x0", "after a \\"},
        {"bytes 1 \\x0g", "after a \\"},
        {"bytes 1 \\xg0", "after a \\"},
        {"bytes 1 \\x0A", "after a \\"},
        {"offset 1 2", "a field is missing"},
        {"offset 1 -2 3", "a number is wanted"},
        {"offset 1 2 x", "a number is wanted"},
        {"offset 1 2 3 4", "more than belongs"},
        {"slept 1 0", "out of its range"},
        {"slept 1", "a field is missing"},
        {"rate 1 0", "out of its range"},
        {"rate 1 100000001", "out of its range"},
        {"rate 1", "a field is missing"},
        {"raw 1", "a field is missing"},
        {"raw 1 x", "a number is wanted"},
        {"raw 1 1000000000000000001", "out of its range"},
        {"raw 1 -1000000000000000001", "out of its range"},
        {"sync 2 0", "out of its range"},
        {"sync -1 0", "out of its range"},
        {"sync 1", "a field is missing"},
        {"sync yes 0", "a number is wanted"},
        {"sample 1 2 3 4", "pps or nmea"},
        {"sample PPS 1 2 3 4", "pps or nmea"},
        {"sample pps x 2 0 0", "a number is wanted"},
        {"sample pps 1 x 0 0", "a number is wanted"},
        {"sample pps 1 2 4 0", "out of its range"},
        {"sample pps 1 2 -1 0", "out of its range"},
        {"sample pps 1 2 3 128", "out of its range"},
        {"sample pps 1 2 3 -129", "out of its range"},
        {"sample pps 1 2 3", "a field is missing"},
        {"sample pps 1 2 3 4 5", "more than belongs"},
        {"refused pps 1 2 3", "a field is missing"},
        {"taken-back", "a field is missing"},
        {"taken-back gps", "pps or nmea"},
        {"taken-back pps 1", "more than belongs"},
        {"program", "text is missing"},
        {"option pps", "text is missing"},
        {"option  x", "option's name"},
        {"leap", "text is missing"},
        {"ppsd-recording", "a field is missing"},
        {"ppsd-recording 0 1 0", "not version 1 or 2"},
        {"ppsd-recording 3 1 0 and what it may have", "not version 1 or 2"},
        {"ppsd-recording 1 1", "a field is missing"},
        {"ppsd-recording 1 1 -1", "a number is wanted"},
        {"ppsd-recording 1 1 0 0", "more than belongs"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        if (row.line == "ppsd-recording")
            CHECK(why_not(row.line) != "");
        else
            CHECK(why_not(row.line).find(row.why) != std::string_view::npos);
    }
    std::string storage;
    CHECK(std::get<Malformed>(parse("ppsd-recording 3 1 0", storage)).advice ==
          "use the ppsctl that belongs to the ppsd which wrote it");
    CHECK(std::get<Malformed>(parse("tick x", storage)).advice ==
          "if nothing good follows, cut the file off before this line");
}

TEST_CASE("what came in has a time, and what didn't isn't any") {
    std::string storage;
    for (const char* text :
         {"edge 7 r", "bytes 7 a", "step 7", "tick 7", "slept 7 1", "raw 7 1", "rate 7 1"}) {
        const Line line = parse(text, storage);
        REQUIRE(std::holds_alternative<Input>(line));
        CHECK(time_of(std::get<Input>(line)) == MonoTime::from_ns(7));
    }
    for (const char* text : {"offset 7 0 0", "sync 1 0", "sample pps 7 7 0 0", "taken-back pps",
                             "ppsd-recording 1 7 0", "program 7", "option a 7", "leap 7", "x"})
        CHECK_FALSE(std::holds_alternative<Input>(parse(text, storage)));
    CHECK(time_of(SimulatedLabel{MonoTime::from_ns(7), true, {}, false, {}}) ==
          MonoTime::from_ns(7));
}

TEST_CASE("a list of leap seconds, without its comments") {
    std::string text;
    append_leap_lines(text, "");
    CHECK(text.empty());
    append_leap_lines(text, "# a comment\n#$ 1\n#@ 2\n\n3 4 # 1 Jan 1972\n#h 5\n6 7");
    CHECK(text == "leap #@ 2\nleap 3 4 # 1 Jan 1972\nleap 6 7\n");
    CHECK(text_of(NewLeapList{MonoTime::from_ns(3), "#@ 9\n1 10"}) ==
          "leap-list 3\nleap #@ 9\nleap 1 10\n");
    CHECK(text_of(SimulatedLabel{}).empty());
}

TEST_CASE("any bytes come back as they were") {
    std::mt19937 random{4};
    std::string storage;
    for (int n = 0; n < 2000; ++n) {
        std::string bytes(1 + random() % 40, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random());
        const std::string text = text_of(ByteChunk{bytes, MonoTime::from_ns(n)});
        CHECK(text.find('\n') == text.size() - 1);
        const Line line = parse(std::string_view{text}.substr(0, text.size() - 1), storage);
        REQUIRE(came_in<ByteChunk>(line));
        CHECK(came_in<ByteChunk>(line)->bytes == bytes);
    }
}

TEST_CASE("whatever can be read is written as it stood, or shorter") {
    const std::string letters = "tickedgbysofnmpra-0123456789 \\xf";
    std::mt19937 random{5};
    std::string storage;
    int read = 0;
    for (int n = 0; n < 200'000; ++n) {
        static constexpr std::string_view starts[]{"tick ",   "edge 1",  "bytes 1 ",   "offset 1 ",
                                                   "sync 1 ", "option ", "taken-back "};
        std::string line{starts[random() % std::size(starts)]};
        for (auto left = random() % 6; left > 0; --left)
            line += letters[random() % letters.size()];
        const Line parsed = parse(line, storage);
        if (std::holds_alternative<Malformed>(parsed)) continue;
        ++read;
        const std::string text = text_of(parsed);
        CHECK(text.size() <= line.size() + 1); // "007" is 7, "\x41" is A
        CHECK(again(text) == text);
    }
    CHECK(read > 1000);
}
