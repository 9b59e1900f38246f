#include "hal/recording_reader.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace hal;
using ppsd::app::test::ScratchDir;

namespace {

const std::string head = "ppsd-recording 1 5 0\n";

std::string all_of(const std::string& path) {
    RecordingReader reader{path};
    std::string text;
    while (const auto line = reader.next())
        recording::append(text, *line);
    return text;
}

template <class Error>
std::string refusal(const std::string& path) {
    return ppsd::app::test::refusal<Error>([&] { return all_of(path); });
}

} // namespace

TEST_CASE("lines, one after the other, with their place") {
    const ScratchDir dir;
    RecordingReader reader{dir.file("rec", head + "tick 1\ntick 2\n")};
    REQUIRE(reader.next());
    CHECK(reader.place() == dir.path("rec") + ":1");
    REQUIRE(reader.next());
    REQUIRE(reader.next());
    CHECK(reader.place() == dir.path("rec") + ":3");
    CHECK_FALSE(reader.next());
    CHECK_FALSE(reader.next());
}

TEST_CASE("a torn last line is left out, whatever is in it") {
    const ScratchDir dir;
    for (const std::string& torn : {std::string{"tick 2"}, std::string{"bytes 3 \\x"},
                                    std::string{"t"}, std::string(4096, '\0')})
        CHECK(all_of(dir.file("rec", head + "tick 1\n" + torn)) == head + "tick 1\n");
    CHECK(all_of(dir.file("rec", "")).empty());
    CHECK(all_of(dir.file("rec", "ppsd-recor")).empty());
}

TEST_CASE("any other line that can't be read: file, number, why and what to do") {
    const ScratchDir dir;
    const std::string path = dir.file("rec", head + "tick 1\ntick x\ntick 3\n");
    const std::string why = refusal<UsageError>(path);
    CHECK(why.starts_with(path + ":3: "));
    CHECK(why.ends_with("; " + std::string{recording::Malformed{}.advice}));
    CHECK(refusal<UsageError>(dir.file("rec", head + "\n")).starts_with(path + ":2: "));
    CHECK(refusal<UsageError>(dir.file("rec", "ppsd-recording 3 5 0\n"))
              .starts_with(path + ":1: not version "));
    CHECK(refusal<UsageError>(dir.file("rec", "$GPRMC,1\n")).starts_with(path + ":1: "));
    CHECK(refusal<UsageError>(dir.file("rec", "tick 1\n")).find("head is missing") !=
          std::string::npos);
}

TEST_CASE("what can't be opened or read") {
    const ScratchDir dir;
    CHECK(refusal<DeviceError>(dir.path("none")).starts_with(dir.path("none") + ": No such file"));
    CHECK(refusal<DeviceError>(dir.path("")).starts_with(dir.path("") + ": "));
}

TEST_CASE("FILE.1 comes first where FILE begins in the middle of a run") {
    const ScratchDir dir;
    const std::string first = head + "tick 1\n";
    const std::string second = "ppsd-recording 1 5 1\ntick 2\n";
    SUBCASE("both are there") {
        (void)dir.file("rec.1", first);
        CHECK(all_of(dir.file("rec", second)) == first + second);
    }
    SUBCASE("with a torn line between") {
        (void)dir.file("rec.1", first + "tick 1");
        CHECK(all_of(dir.file("rec", second)) == first + second);
    }
    SUBCASE("FILE.1 is gone") {
        CHECK(all_of(dir.file("rec", second)) == second);
    }
    SUBCASE("FILE begins with a run") {
        (void)dir.file("rec.1", first);
        CHECK(all_of(dir.file("rec", first)) == first);
    }
    SUBCASE("what is wrong in FILE.1 has its name") {
        (void)dir.file("rec.1", head + "tick 1\nx\n");
        CHECK(refusal<UsageError>(dir.file("rec", second)).starts_with(dir.path("rec.1") + ":3: "));
    }
    SUBCASE("FILE.1 has no head") {
        (void)dir.file("rec.1", "tick 1\n");
        CHECK(all_of(dir.file("rec", second)) == second);
    }
    SUBCASE("FILE's own head is damaged") {
        (void)dir.file("rec.1", first);
        CHECK(all_of(dir.file("rec", "tick 9\n" + second)) == first + second);
    }
}

TEST_CASE("what stands before the first sound head is left out, and said once") {
    const ScratchDir dir;
    const std::string sound = head + "option edge auto\ntick 5\n";
    for (const std::string& damaged :
         {std::string{"tick 1\n"}, std::string(5000, '\0') + "\ntick 1\n",
          std::string{"ppsd-recordinx 1 5 0\ntick 1\n"},
          std::string{"ppsd-recording 3 5 0\ntick 1\n"}, head + "optiox edge auto\ntick 1\n",
          head + "tick x\n" + head + "x\n"}) {
        RecordingReader reader{dir.file("rec", damaged + sound)};
        const auto first = reader.next();
        REQUIRE(first);
        CHECK(std::holds_alternative<recording::Begin>(*first));
        const std::string said = reader.take_left_out();
        CHECK(said.starts_with(dir.path("rec") + ":"));
        CHECK(said.ends_with("left out up to the next head, " + reader.place()));
        CHECK(reader.take_left_out().empty());
        CHECK(all_of(dir.path("rec")) == sound);
    }
}

TEST_CASE("a damaged head between sound parts: its part is left out") {
    const ScratchDir dir;
    const std::string first = head + "tick 1\n";
    const std::string last = "ppsd-recording 1 5 2\ntick 3\n";
    const std::string damaged = "ppsd-recording 1 5 1\nprogram\ntick 2\n";
    CHECK(all_of(dir.file("rec", first + damaged + last)) == first + last);
    CHECK(refusal<UsageError>(dir.file("rec", first + damaged))
              .starts_with(dir.path("rec") + ":4: "));
}

TEST_CASE("a line that can't be read below a sound head is an error, heads after it or not") {
    const ScratchDir dir;
    const std::string path = dir.file("rec", head + "tick 1\ntick x\n" + head + "tick 3\n");
    CHECK(refusal<UsageError>(path).starts_with(path + ":3: "));
}
