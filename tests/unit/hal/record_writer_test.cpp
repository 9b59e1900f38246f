#include "record_writer.hpp"

#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace hal;
using ppsd::app::test::ScratchDir;

namespace {

/// Writes when it is asked to.
struct Station {
    explicit Station(const std::string& path) : writer{path, 1h, {}} {
        opened = writer.open();
        REQUIRE(writer.start() == 0);
    }

    /// The outcomes of a batch of that text, begun by who knew of so many failures.
    std::vector<RecordOutcome> write(const std::string& text, unsigned failures = 0) {
        {
            const auto batch = writer.add();
            batch->text += text;
            batch->failures = failures;
        }
        writer.settle();
        auto* const outcomes = writer.outcomes();
        REQUIRE(outcomes);
        return std::exchange(*outcomes, {});
    }

    RecordWriter writer;
    RecordOutcome opened;
};

} // namespace

TEST_CASE("writer: each batch has an outcome, an empty one has none") {
    const ScratchDir dir;
    Station station{dir.path("rec")};
    CHECK(station.opened.error == 0);
    CHECK(station.write("").empty());
    const auto outcomes = station.write("ppsd-recording 2 5 0\n");
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].error == 0);
    CHECK(outcomes[0].size == 21);
    CHECK(outcomes[0].failures == 0);
    CHECK(dir.text("rec") == "ppsd-recording 2 5 0\n");
}

TEST_CASE("writer: after a failure nothing is written by who doesn't know of it") {
    const ScratchDir dir;
    Station station{dir.path("no/rec")};
    CHECK(station.opened.error == ENOENT);
    CHECK(station.opened.failures == 0); // no batch was lost yet
    const auto failed = station.write("ppsd-recording 2 5 0\n");
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].error == ENOENT);
    CHECK_FALSE(failed[0].advice.empty());
    CHECK(failed[0].failures == 1);
    std::filesystem::create_directory(dir.path("no"));
    CHECK(station.write("the middle\n").empty());
    CHECK_FALSE(dir.has("no/rec"));
    const auto outcomes = station.write("ppsd-recording 2 5 2\n", 1);
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].error == 0);
    CHECK(dir.text("no/rec") == "ppsd-recording 2 5 2\n");
}

TEST_CASE("writer: what a file held that somebody else has put there") {
    const ScratchDir dir;
    Station station{dir.path("rec")};
    CHECK(station.write("ppsd-recording 2 5 0\n").size() == 1);
    std::filesystem::rename(dir.path("rec"), dir.path("rec.old"));
    REQUIRE(dir.file("rec", "ppsd-recording 2 5 7\nother\n") == dir.path("rec"));
    station.writer.add()->changes.push_back({0, false});
    const auto outcomes = station.write("ppsd-recording 2 5 1\n");
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].found == 27);
    CHECK(outcomes[0].size == 27 + 21);
}
