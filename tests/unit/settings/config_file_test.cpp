#include "daemon/settings/config_file.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
namespace po = boost::program_options;

namespace {

const po::options_description& known() {
    static const po::options_description options = [] {
        po::options_description all;
        for (const auto* key : {"baud", "holdover", "nmea", "nmea-unit"})
            all.add_options()(key, po::value<std::string>());
        return all;
    }();
    return options;
}

std::vector<std::string> read(const std::string& text) {
    const ScratchPath file{text};
    std::vector<std::string> pairs;
    Problems problems;
    for (const auto& option : read_config_file(file.path(), known(), problems).options.options)
        pairs.push_back(option.string_key + "=" + option.value.at(0));
    return pairs;
}

/// What it says about the text, without the file's path.
std::string refused(const std::string& text) {
    const ScratchPath file{text};
    Problems problems;
    const auto what =
        refusal<hal::UsageError>([&] { return read_config_file(file.path(), known(), problems); });
    if (what.empty()) return {};
    REQUIRE(what.starts_with(file.path()));
    return what.substr(file.path().size());
}

using Pairs = std::vector<std::string>;

} // namespace

TEST_CASE("KEY = VALUE, comments and empty lines") {
    CHECK(read("") == Pairs{});
    CHECK(read("\n  \n# nothing\n") == Pairs{});
    CHECK(read("baud = 9600\n\tnmea=uart:/dev/ttyS0  # the first one\n") ==
          Pairs{"baud=9600", "nmea=uart:/dev/ttyS0"});
    CHECK(read("baud = 9600") == Pairs{"baud=9600"}); // no line end
    CHECK(read("nmea = sim:drift=20,delay=0.3\n") == Pairs{"nmea=sim:drift=20,delay=0.3"});
}

TEST_CASE("what the file holds can't steer a terminal, nor fill the log") {
    CHECK(refused("hold\x1b[2Jer\n") == ":1: 'hold?[2Jer' is not KEY = VALUE");
    CHECK(refused(std::string(3000, 'x') + "\n").size() < 1010);
}

TEST_CASE("an unknown key: the file, the line and the nearest known key") {
    CHECK(refused("# one\nbaud = 9600\n\nholdower = 3\n") ==
          ":4: unknown key 'holdower'; did you mean 'holdover'?");
    CHECK(refused("xyzzyplugh = 3\n") == ":1: unknown key 'xyzzyplugh'");
    CHECK(refused("Baud = 3\n") == ":1: unknown key 'Baud'; did you mean 'baud'?");
}

TEST_CASE("what is not KEY = VALUE, with its line") {
    CHECK(refused("baud = 9600\nhello\n") == ":2: 'hello' is not KEY = VALUE");
    CHECK(refused("= 9600\n").starts_with(":1: "));
}

TEST_CASE("sections") {
    CHECK(refused("[ppsd]\nbaud = 9600\n") == ":1: there are no sections, only KEY = VALUE");
    CHECK(refused("baud = 9600\n  [ppsd]\n") == ":2: there are no sections, only KEY = VALUE");
}

TEST_CASE("a key that is set twice") {
    CHECK(refused("baud = 9600\nnmea = a\nbaud = 9600\n") == ":3: baud is set twice");
}

TEST_CASE("/dev/null is no file at all; another device is refused") {
    Problems problems;
    CHECK(read_config_file("/dev/null", known(), problems).options.options.empty());
    CHECK_THROWS_AS((void)read_config_file("/dev/zero", known(), problems), hal::DeviceError);
}

TEST_CASE("a file that can't be read") {
    Problems problems;
    const auto missing = refusal<hal::DeviceError>(
        [&] { return read_config_file("/nonexistent/ppsd.conf", known(), problems); });
    CHECK(missing.starts_with("/nonexistent/ppsd.conf: No such file or directory; "));
    const auto folder =
        refusal<hal::DeviceError>([&] { return read_config_file("/", known(), problems); });
    CHECK(folder.starts_with("/: Is a directory; "));
}

TEST_CASE("a byte order mark is no part of the first key") {
    CHECK(read("\xef\xbb\xbf"
               "baud = 9600\n") == Pairs{"baud=9600"});
}

TEST_CASE("problems that are gathered: every line that has one, and the good lines") {
    const ScratchPath file{"[ppsd]\nbaud = 9600\nholdower = 3\nbaud = 1\nnmea = sim:\nhello\n"};
    Problems problems{Problems::Kind::gathered};
    const ConfigFile all = read_config_file(file.path(), known(), problems);
    CHECK(all.places.size() == 2);
    CHECK(all.places.at("nmea") == file.path() + ":5");
    REQUIRE(problems.found().size() == 4);
    for (const auto& [at, line] : {std::pair{0U, ":1: "}, {1U, ":3: "}, {2U, ":4: "}, {3U, ":6: "}})
        CHECK(problems.found()[at].starts_with(file.path() + line));
}

TEST_CASE("lines of any length, and bytes that are no text") {
    CHECK(contains(refused(std::string(100'000, 'x') + "\n"), ":1: "));
    CHECK(contains(refused(std::string("baud\0 = 1\n", 10)), ":1: "));
}

TEST_CASE("the nearest word, if it is near enough to be meant") {
    const std::vector<std::string> words{"watch", "labels", "feed"};
    CHECK(nearest_word("watch", words) == "watch");
    CHECK(nearest_word("wach", words) == "watch");
    CHECK(nearest_word("label", words) == "labels");
    CHECK(nearest_word("lables", words) == "labels");
    // Half of its letters may be wrong, not more.
    CHECK(nearest_word("fexy", words) == "feed");
    CHECK(nearest_word("fxyz", words).empty());
    CHECK(nearest_word("", words).empty());
    CHECK(nearest_word("watch", {}).empty());
    CHECK(did_you_mean("wach", words) == "; did you mean 'watch'?");
    CHECK(did_you_mean("xyzzy", words).empty());
}

TEST_CASE("the names of the options") {
    CHECK(names_of(known()) == Pairs{"baud", "holdover", "nmea", "nmea-unit"});
}
