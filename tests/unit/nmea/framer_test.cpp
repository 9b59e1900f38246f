#include "daemon/nmea/framer.hpp"

#include "tests/unit/nmea/chain.hpp"

#include <doctest/doctest.h>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;

namespace {

struct Got {
    Verdict verdict;
    std::string text;
    hal::Stamp arrival;
    friend bool operator==(const Got&, const Got&) = default;
};

void pull(Framer& framer, std::vector<Got>& got) {
    while (const auto frame = framer.next())
        got.push_back({frame->verdict, std::string{frame->text}, frame->arrival});
}

std::vector<Got> frames(std::string_view bytes) {
    Framer framer;
    std::vector<Got> got;
    framer.push(bytes, {});
    pull(framer, got);
    return got;
}

std::vector<Verdict> verdicts(std::string_view bytes) {
    std::vector<Verdict> all;
    for (const auto& got : frames(bytes))
        all.push_back(got.verdict);
    return all;
}

using Verdicts = std::vector<Verdict>;
const std::string good = seal(gll_text("120000.00"));

} // namespace

TEST_CASE("a sentence is its text, between $ and *") {
    const auto got = frames(good);
    REQUIRE(got.size() == 1);
    CHECK(got[0].verdict == Verdict::used);
    CHECK(got[0].text == gll_text("120000.00"));
}

TEST_CASE("a sentence may be split anywhere, into any number of chunks") {
    const std::string bytes = "\x01\x24" + good + "# $GPXXX,1*00\r\n" + good;
    const auto whole = frames(bytes);
    REQUIRE(whole.size() == 2);
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
        Framer framer;
        std::vector<Got> got;
        for (const auto& part : {bytes.substr(0, first), bytes.substr(first)}) {
            framer.push(part, {});
            pull(framer, got);
        }
        CHECK(got == whole);
    }
    Framer framer;
    std::vector<Got> got;
    for (const char c : bytes) {
        framer.push({&c, 1}, {});
        pull(framer, got);
    }
    CHECK(got == whole);
}

TEST_CASE("the arrival is that of the chunk with the $") {
    Framer framer;
    std::vector<Got> got;
    framer.push("noise", at_ms(1));
    pull(framer, got);
    framer.push("more$", at_ms(2));
    pull(framer, got);
    framer.push(std::string_view{good}.substr(1, 10), at_ms(3));
    pull(framer, got);
    framer.push(std::string_view{good}.substr(11), at_ms(4));
    pull(framer, got);
    framer.push(good, at_ms(5));
    pull(framer, got);
    REQUIRE(got.size() == 2);
    CHECK(got[0].arrival == at_ms(2));
    CHECK(got[1].arrival == at_ms(5));
}

TEST_CASE("the longest text, and one more") {
    const std::string longest = "GP" + std::string(max_text - 2, 'x');
    CHECK(verdicts(seal(longest)) == Verdicts{Verdict::used});
    CHECK(verdicts(seal(longest + "x")) == Verdicts{Verdict::too_long});
    CHECK(verdicts(seal("GP" + std::string(10'000, 'x')) + good) ==
          Verdicts{Verdict::too_long, Verdict::used});
}

TEST_CASE("the longest text ends at other characters than *, too") {
    const std::string longest = "$GP" + std::string(max_text - 2, 'x');
    CHECK(verdicts(longest + "\r\n") == Verdicts{Verdict::no_checksum});
    CHECK(verdicts(longest + good) == Verdicts{Verdict::cut_short, Verdict::used});
    CHECK(verdicts(longest + "\x7f") == Verdicts{Verdict::bad_character});
}

TEST_CASE("checksums: either case, either line end, and nothing less") {
    CHECK(verdicts("$GPTXT*4F\r\n") == Verdicts{Verdict::used});
    CHECK(verdicts("$GPTXT*4f\n") == Verdicts{Verdict::used});
    CHECK(verdicts("$GPTXT*4E\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT*5F\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT*4\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT*4F0\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT*4F,1\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT*4G\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT*4@\r\n") == Verdicts{Verdict::bad_checksum});
    CHECK(verdicts("$GPTXT\r\n") == Verdicts{Verdict::no_checksum});
    CHECK(verdicts("$GPTXT\n") == Verdicts{Verdict::no_checksum});
    CHECK(verdicts("$GPTXT*4F").empty()); // not complete
}

TEST_CASE("where checksums are optional, a line without one is a sentence, if it looks like one") {
    Framer framer{Checksum::optional};
    std::vector<Got> got;
    const auto bytes = "$GPTXT\r\n$GPTXT*4E\r\n$GPTXT*4F\r\n$G\n$gp\n$GPCUT" + good;
    framer.push(bytes, {});
    pull(framer, got);
    REQUIRE(got.size() == 5);
    CHECK(got[0].verdict == Verdict::used);
    CHECK(got[0].text == "GPTXT");
    CHECK(got[1].verdict == Verdict::bad_checksum);
    CHECK(got[2].verdict == Verdict::used);
    CHECK(got[3].verdict == Verdict::cut_short);
    CHECK(got[4].verdict == Verdict::used);
}

TEST_CASE("begun anew, it has forgotten the sentence that was under way") {
    Framer framer;
    std::vector<Got> got;
    framer.push("$GPT", {});
    pull(framer, got);
    framer.begin_anew();
    const auto rest = "XT*4F\r\n" + good;
    framer.push(rest, {});
    pull(framer, got);
    REQUIRE(got.size() == 1);
    CHECK(got[0].text == gll_text("120000.00"));
}

TEST_CASE("every digit of a checksum counts, in both cases") {
    for (char c = 'A'; c <= 'Z'; ++c)
        for (char d = '!'; d <= '#'; ++d) {
            const std::string text{'G', 'P', c, d};
            CHECK(verdicts(seal(text)) == Verdicts{Verdict::used});
            CHECK(verdicts(fmt::format("${}*{:02x}\n", text, sum_of(text))) ==
                  Verdicts{Verdict::used});
            CHECK(verdicts(fmt::format("${}*{:02x}\n", text, sum_of(text) ^ 1U)) ==
                  Verdicts{Verdict::bad_checksum});
        }
}

TEST_CASE("no character of a sentence may be other than text, wherever it stands") {
    for (int c = 0; c < 256; ++c) {
        for (std::size_t place = 2; place < 20; ++place) {
            std::string text = "GPTXT,01,01,02,abcdefgh";
            text[place] = static_cast<char>(c);
            const auto got = verdicts(seal(text));
            REQUIRE_FALSE(got.empty());
            const bool fine = c >= 0x20 && c <= 0x7e && c != '$' && c != '*';
            CHECK((got.front() == Verdict::used) == fine);
        }
    }
    CHECK(verdicts("$GPT\x1f") == Verdicts{Verdict::bad_character});
    CHECK(verdicts("$GPT\x7f") == Verdicts{Verdict::bad_character});
    CHECK(verdicts("$GPT\x80") == Verdicts{Verdict::bad_character});
}

TEST_CASE("a $ begins another sentence") {
    CHECK(verdicts("$GPGSV,1" + good) == Verdicts{Verdict::cut_short, Verdict::used});
    CHECK(verdicts("$GPGSV*" + good) == Verdicts{Verdict::bad_checksum, Verdict::used});
    CHECK(verdicts("$GPGSV*5" + good) == Verdicts{Verdict::bad_checksum, Verdict::used});
    CHECK(verdicts("$GPGSV*55" + good) == Verdicts{Verdict::bad_checksum, Verdict::used});
    CHECK(verdicts("$$" + good) == Verdicts{Verdict::used});
}

TEST_CASE("binary packets are passed over without a word") {
    const std::string ubx{"\xb5\x62\x01\x07$D\0k\x00*12\n#\x02\r$9\xff", 20};
    CHECK(verdicts(ubx + good + ubx + good) == Verdicts{Verdict::used, Verdict::used});
}

TEST_CASE("binary packets between sentences are counted") {
    Framer framer;
    std::vector<Got> got;
    const std::string ubx{"\xb5\x62\x01\x07\x01\0x\x02\x03", 8};
    const auto bytes = ubx + good + ubx;
    framer.push(bytes, {});
    pull(framer, got);
    CHECK(got.size() == 1);
    CHECK(framer.other_protocols().count(Protocol::ubx) == 2);
    CHECK(framer.other_protocols().count(Protocol::sirf) == 0);
}

TEST_CASE("two capital letters make a $ the beginning of a sentence") {
    CHECK(verdicts("$GP\n") == Verdicts{Verdict::no_checksum});
    CHECK(verdicts("$G\n").empty());
    CHECK(verdicts("$Gp\n").empty());
    CHECK(verdicts("$gP\n").empty());
    CHECK(verdicts("$G[\n").empty());
    CHECK(verdicts("$@P\n").empty());
}

TEST_CASE("lines that begin with # are passed over, whatever they hold") {
    CHECK(frames("# like " + good).empty());
    CHECK(frames("\n#" + good).empty());
    CHECK(verdicts("# comment\r\n" + good) == Verdicts{Verdict::used});
    CHECK(verdicts("#\n#\tx\n" + good) == Verdicts{Verdict::used});
    CHECK(verdicts(good + "#BESTPOSA,COM1;SOL$GPRMC*1234abcd\r\n" + good) ==
          Verdicts{Verdict::used, Verdict::used});
}

TEST_CASE("a # elsewhere, or before binary, hides nothing") {
    CHECK(verdicts(" #" + good) == Verdicts{Verdict::used});
    CHECK(verdicts("\r#" + good) == Verdicts{Verdict::used});
    CHECK(verdicts("\n#\x01" + good) == Verdicts{Verdict::used});
    CHECK(verdicts("\n#\x80" + good) == Verdicts{Verdict::used});
    CHECK(verdicts("$GPTXT,#1\r\n" + good) == Verdicts{Verdict::no_checksum, Verdict::used});
}
