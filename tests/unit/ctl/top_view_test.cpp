#include "daemon/ctl/top_view.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;

namespace {

TopStatus locked_status(std::int64_t second) {
    TopStatus status;
    status.version = "1.2.3";
    status.pid = 4711;
    status.state = "locked";
    status.explanation = "each pulse's second is known; samples are published";
    status.since = "2027-01-15T08:00:00Z";
    status.for_s = 7322;
    status.jitter_s = 2e-6;
    const auto n = static_cast<std::uint64_t>(second);
    status.counts = {{"edges used", n}, {"labels used", n}, {"samples used", n}};
    status.last = TopSample{second, static_cast<double>(second) * 1e-6, 0.5};
    return status;
}

/// After `seconds` answers, each with a pulse more, of -3 us, -2 us, … 0 us.
TopHistory history_of(int seconds) {
    TopHistory history;
    for (int i = 0; i < seconds; ++i) {
        TopStatus status = locked_status(100 + i);
        status.last->offset_s = (i - seconds + 1) * 1e-6;
        history.answer(status, i);
    }
    return history;
}

std::vector<std::string> texts(const std::vector<Line>& lines) {
    std::vector<std::string> all;
    for (const Line& line : lines) {
        std::string text;
        for (const Piece& piece : line)
            text += piece.text;
        all.push_back(text.substr(0, text.find_last_not_of(' ') + 1));
    }
    return all;
}

using Texts = std::vector<std::string>;

std::string joined(const Texts& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + '\n';
    return text;
}

/// The first line that begins with it, or "".
std::string line_of(const Texts& lines, std::string_view beginning) {
    for (const std::string& line : lines)
        if (line.starts_with(beginning)) return line;
    return "";
}

} // namespace

TEST_CASE("80 by 24: all of it") {
    const TopHistory history = history_of(4);
    const Texts chrony{"chronyd follows PPS", "* PPS"};
    const auto lines = top_view({history, chrony, false}, {80, 24});
    CHECK(joined(texts(lines)) ==
          joined({"ppsctl top: ppsd 1.2.3, pid 4711" + std::string(42, ' ') + "q ends",
                  "locked: each pulse's second is known; samples are published",
                  "for 2 h 2 min, since 2027-01-15T08:00:00Z",
                  "",
                  "pulses      ||| 3",
                  "labels      ||| 3",
                  "samples     ||| 3",
                  "",
                  "offset     0 ns; in the last minute: mean -1.00 us, spread 816 ns",
                  "   0.00 us" + std::string(69, ' ') + "'",
                  "",
                  std::string(78, ' ') + "'",
                  "  -2.00 us" + std::string(67, ' ') + ".",
                  "jitter     2.00 us",
                  "   2.20 us" + std::string(66, ' ') + "''''",
                  "   0.00 us",
                  "",
                  "verdicts of the last minute",
                  "edges      used 3",
                  "labels     used 3",
                  "samples    used 3",
                  "",
                  "chronyd follows PPS",
                  "* PPS"}));
}

TEST_CASE("40 by 10: the verdict and what comes; no line is longer, in whatever size") {
    const TopHistory history = history_of(100);
    const Texts chrony{"chronyd follows PPS: stratum 1, rms offset 101 ns", "* PPS"};
    const auto small = texts(top_view({history, chrony, true}, {40, 10}));
    CHECK(small.size() <= 10);
    CHECK(line_of(small, "locked:") == "locked: each pulse's second is known;");
    CHECK(line_of(small, "samples are") == "samples are published");
    CHECK(line_of(small, "pulses") == "pulses     |||||||||||||||||||||||| 24");
    CHECK(line_of(small, "offset") == "offset     0 ns");
    CHECK(line_of(small, "chronyd") == "chronyd follows PPS: stratum 1, rms offs");
    for (const bool utf8 : {false, true})
        for (std::size_t columns = 1; columns < 200; columns += 7)
            for (std::size_t rows = 1; rows < 60; ++rows) {
                const auto lines = top_view({history, chrony, utf8}, {columns, rows});
                CHECK(lines.size() <= rows);
                for (const Line& line : lines)
                    CHECK(width(line) <= columns);
                CHECK(line_of(texts(lines), "l") != ""); // of "locked"
            }
    CHECK(top_view({history, chrony, true}, {0, 0}).empty());
}

TEST_CASE("a large terminal: curves of the last minutes, as high as they are of use") {
    const TopHistory history = history_of(200);
    const auto lines = texts(top_view({history, {}, true}, {120, 60}));
    CHECK(line_of(lines, "pulses") == "pulses     " + std::string(60, '|') + " 60");
    CHECK(line_of(lines, "the NTP") == "the NTP daemon is being asked");
    std::size_t braille = 0;
    for (const std::string& line : lines)
        if (line.find("\xe2\xa0") != line.npos || line.find("\xe2\xa1") != line.npos ||
            line.find("\xe2\xa2") != line.npos || line.find("\xe2\xa3") != line.npos)
            ++braille;
    CHECK(braille == 9); // 8 of the offset, 1 of a jitter that stays the same
    CHECK(line_of(lines, "   -199 us").empty());
    CHECK_FALSE(line_of(lines, "   -198 us").empty());
}

TEST_CASE("a clock that is far off: the curve's ends are still told apart, and the newest is seen") {
    TopHistory history;
    for (int i = 0; i < 4; ++i) {
        TopStatus status = locked_status(100 + i);
        status.last->offset_s = 27 + i * 1e-6;
        history.answer(status, i);
    }
    const auto lines = texts(top_view({history, {}, false}, {80, 24}));
    const std::string high = line_of(lines, "+27.00000300 s ");
    CHECK(high.size() == 80);
    CHECK(high.back() == '\'');
    CHECK(line_of(lines, "+27.00000100 s ").size() == 78);
}

TEST_CASE("colours: the state's; a second without a pulse is red") {
    TopHistory history = history_of(2);
    TopStatus status = locked_status(101);
    status.state = "holdover";
    history.answer(status, 2);
    history.answer(locked_status(114), 3);
    const auto lines = top_view({history, {}, false}, {80, 24});
    CHECK(lines[1].front().text == "locked:");
    CHECK(lines[1].front().colour == Colour::green);
    const Line& pulses = lines[4];
    CHECK(texts({pulses}).front() == "pulses      |.+ 14");
    REQUIRE(pulses.size() == 4);
    CHECK(pulses[1].text == ".");
    CHECK(pulses[1].colour == Colour::red);
    CHECK(pulses[2].colour == Colour::none);
}

TEST_CASE("a ppsd that doesn't answer: one line at once, and what was known") {
    TopHistory history;
    CHECK(texts(top_view({history, {}, false}, {80, 24}))[1] == "asking ppsd");
    history.silence("/run/ppsd/status: no ppsd is running there", 0);
    const auto before = top_view({history, {}, false}, {80, 24});
    CHECK(texts(before)[1] ==
          "no answer: /run/ppsd/status: no ppsd is running there; asking again");
    CHECK(before[1].front().colour == Colour::red);
    history = history_of(3);
    history.silence("gone", 3);
    const auto after = texts(top_view({history, {}, false}, {80, 24}));
    CHECK(after[1] == "no answer: gone; asking again");
    CHECK(after[2] == "before: locked");
    CHECK(line_of(after, "pulses") == "pulses      ||  2");
}

TEST_CASE("what is not known, and a long explanation in few rows") {
    TopHistory history;
    TopStatus status;
    status.state = "no-labels";
    status.since = "x";
    status.explanation = "one two three four five six seven eight nine ten eleven";
    history.answer(status, 0);
    const auto lines = texts(top_view({history, {}, false}, {20, 9}));
    CHECK(lines[0] == "no-labels: one two");
    CHECK(lines[1] == "three four five six");
    CHECK(lines[2] == "seven eight nine ...");
    CHECK(lines[3] == "since x");
    CHECK(line_of(lines, "offset") == "offset     no sample");
    CHECK(line_of(lines, "jitter") == "jitter     unknown");
    // Words longer than a line are cut.
    CHECK(texts(top_view({history, {}, false}, {5, 9}))[0] == "no-la");
}

TEST_CASE("how long something lasts, for people") {
    CHECK(duration_text(-1) == "0 s");
    CHECK(duration_text(119.9) == "119 s");
    CHECK(duration_text(120) == "2 min");
    CHECK(duration_text(7199) == "119 min");
    CHECK(duration_text(7200) == "2 h 0 min");
    CHECK(duration_text(48 * 3600 - 1) == "47 h 59 min");
    CHECK(duration_text(48 * 3600) == "2 d 0 h");
    CHECK(duration_text(1e300) == "11574074 d 1 h");
}
