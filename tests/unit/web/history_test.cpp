#include "daemon/web/history.hpp"

#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::web;

namespace {

Point point(std::int64_t time, double offset) {
    Point one;
    one.time = time;
    one.values[Series::offset] = offset;
    return one;
}

constexpr std::int64_t begin = 1'800'000'000; // a multiple of 21600 s less 8 h

} // namespace

TEST_CASE("what was added is read, before it is written, after, and by the next one") {
    const ppsd::app::test::ScratchDir dir;
    const std::string path = dir.path("history.db");
    {
        History history{path};
        CHECK(history.problem().empty());
        for (int i = 0; i < 100; ++i)
            history.add(point(begin + i, i * 1e-6));
        history.add(Event{begin + 5, "state", "good", "locked: it's \"so\""});
        for (const bool written : {false, true}) {
            if (written) REQUIRE(history.flush());
            const Curve curve = history.curve(begin, begin + 100, 1000);
            CHECK(curve.step == 1);
            REQUIRE(curve.rows.size() == 100);
            CHECK(curve.rows[7].time == begin + 7);
            CHECK(curve.rows[7].values[Series::offset].mean == doctest::Approx(7e-6));
            CHECK(curve.rows[7].values[Series::jitter].n == 0);
            REQUIRE(history.events(begin, begin + 100, 10).size() == 1);
        }
    }
    const History again{path};
    CHECK(again.curve(begin, begin + 100, 1000).rows.size() == 100);
    REQUIRE(again.events(begin, begin + 100, 10).size() == 1);
    CHECK(again.events(begin, begin + 100, 10)[0].text == "locked: it's \"so\"");
    CHECK(again.events(begin, begin + 5, 10).empty());
    CHECK(again.events(begin + 5, begin + 6, 10).size() == 1);
}

TEST_CASE("steps that several batches make are as those of one") {
    const ppsd::app::test::ScratchDir dir;
    History history{dir.path("history.db")};
    // 100 s of steps of 10 s; a batch each 7 s.
    for (int i = 0; i < 100; ++i) {
        history.add(point(begin + i, (i % 10) * 1e-6));
        if (i % 7 == 0) REQUIRE(history.flush());
    }
    const Curve curve = history.curve(begin, begin + 100, 10);
    CHECK(curve.step == 10);
    REQUIRE(curve.rows.size() == 10);
    for (const Row& row : curve.rows) {
        const Summary& offset = row.values[Series::offset];
        CHECK(offset.n == 10);
        CHECK(offset.mean == doctest::Approx(4.5e-6));
        CHECK(offset.low == doctest::Approx(0));
        CHECK(offset.high == doctest::Approx(9e-6));
        CHECK(offset.sd == doctest::Approx(2.872e-6).epsilon(0.001));
    }
}

TEST_CASE("a day is kept by the second, older is there in steps of 10 s") {
    const ppsd::app::test::ScratchDir dir;
    History history{dir.path("history.db")};
    constexpr std::int64_t rows = levels[0].rows;
    for (std::int64_t i = 0; i < rows + 2000; ++i) {
        history.add(point(begin + i, 1e-6));
        if (i % 20000 == 19999) REQUIRE(history.flush());
    }
    REQUIRE(history.flush());
    CHECK(history.curve(begin + rows, begin + rows + 600, 600).step == 1);
    const Curve old = history.curve(begin, begin + 600, 600);
    CHECK(old.step == 10);
    CHECK(old.rows.size() == 60);
    // All of it in few steps, and right.
    const Curve all = history.curve(begin, begin + rows + 2000, 100);
    CHECK(all.rows.size() <= 101);
    for (const Row& row : all.rows)
        CHECK(row.values[Series::offset].mean == doctest::Approx(1e-6));
}

TEST_CASE("where nothing can be written it goes on in memory, and says why") {
    const ppsd::app::test::ScratchDir dir;
    History history{dir.path("missing/history.db")};
    CHECK(history.problem().find("missing/history.db") != std::string::npos);
    history.add(point(begin, 1e-6));
    history.add(Event{begin, "state", "good", "locked"});
    CHECK_FALSE(history.flush());
    CHECK(history.curve(begin, begin + 10, 10).rows.size() == 1);
    CHECK(history.events(begin, begin + 10, 10).size() == 1);
}

TEST_CASE("seconds that come again after a step back of the clock do no harm") {
    const ppsd::app::test::ScratchDir dir;
    History history{dir.path("history.db")};
    for (const std::int64_t time : {begin + 5, begin + 6, begin + 5, begin - 1000, begin + 7})
        history.add(point(time, 1e-6));
    REQUIRE(history.flush());
    CHECK(history.curve(begin, begin + 10, 10).rows.size() == 3);
    CHECK(history.curve(begin - 1000, begin, 1000).rows.size() == 1);
}
