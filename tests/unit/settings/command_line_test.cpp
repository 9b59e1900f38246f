#include "daemon/settings/command_line.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

namespace po = boost::program_options;
using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

using Arguments = std::vector<std::string>;

po::variables_map parsed(const Arguments& arguments, const char* positional) {
    po::options_description known;
    known.add_options()("count", po::value<long>())("verbose,v", "");
    return parse_arguments(arguments, known, positional);
}
std::string refused(const Arguments& arguments, const char* positional = nullptr) {
    return refusal<hal::UsageError>([&] { return parsed(arguments, positional); });
}

} // namespace

TEST_CASE("options, and what stands alone between them") {
    const auto values = parsed({"a", "--count=3", "-v", "b"}, "file");
    CHECK(values["count"].as<long>() == 3);
    CHECK(values.contains("verbose"));
    CHECK(values["file"].as<Arguments>() == Arguments{"a", "b"});
}

TEST_CASE("where nothing may stand alone, the first that does is named") {
    CHECK(parsed({"--count", "3"}, nullptr)["count"].as<long>() == 3);
    CHECK(refused({"-v", "word", "other"}) ==
          "'word' is no option, and nothing else is taken here");
    CHECK(refused({""}) == "'' is no option, and nothing else is taken here");
}

TEST_CASE("unknown options, with the nearest one; no abbreviations") {
    CHECK(refused({"--coutn", "3"}) == "unknown option --coutn; did you mean 'count'?");
    CHECK(refused({"--xyzzyplugh"}) == "unknown option --xyzzyplugh");
    CHECK(contains(refused({"--verb"}), "unknown option --verb"));
}

TEST_CASE("values that are missing, twice there, or no numbers") {
    CHECK(contains(refused({"--count"}), "count"));
    CHECK(contains(refused({"--count", "3", "--count", "4"}), "count"));
    CHECK(contains(refused({"--count", "x"}), "count"));
}
