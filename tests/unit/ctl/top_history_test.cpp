#include "daemon/ctl/top_history.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace ppsd::app;

namespace {

/// A ppsd that has counted so many pulses, with a sample of that second.
TopStatus status(std::uint64_t used, std::int64_t second = 0, double offset = 0) {
    TopStatus status;
    status.pid = 1;
    status.state = "locked";
    status.jitter_s = 1e-6;
    status.counts = {{"edges used", used}, {"edges glitch", 3}, {"edgesx used", used}};
    status.last = TopSample{second, offset, 0.5};
    return status;
}

} // namespace

TEST_CASE("of the first answer nothing is new; of the next what it has more") {
    TopHistory history;
    CHECK_FALSE(history.status());
    history.answer(status(10, 100, 1e-6), 50);
    REQUIRE(history.seconds().size() == 1);
    CHECK_FALSE(history.seconds()[0].more);
    CHECK_FALSE(history.seconds()[0].offset);
    CHECK(history.seconds()[0].jitter == 1e-6);
    history.answer(status(11, 101, 2e-6), 51);
    history.answer(status(11, 101, 2e-6), 52);
    REQUIRE(history.seconds().size() == 3);
    CHECK(history.seconds()[1].more == TopCounts{{"edges used", 1}, {"edgesx used", 1}});
    CHECK(history.seconds()[1].offset == 2e-6);
    CHECK(history.seconds()[2].more == TopCounts{});
    CHECK_FALSE(history.seconds()[2].offset); // the same sample
    CHECK(history.moved("edges", 60) == TopCounts{{"used", 1}});
    CHECK(history.moved("edges", 1).empty());
    CHECK(history.moved("labels", 60).empty());
}

TEST_CASE("a ppsd that was started anew counts from nothing") {
    TopHistory history;
    history.answer(status(10), 0);
    TopStatus anew = status(2);
    anew.pid = 2;
    history.answer(anew, 1);
    CHECK(history.seconds().back().more->at("edges used") == 2);
    CHECK(history.seconds().back().more->at("edges glitch") == 3);
    // As before by its number, but with less: nothing is known to be more.
    anew.counts["edges used"] = 1;
    history.answer(anew, 2);
    CHECK(history.seconds().back().more->empty());
}

TEST_CASE("each second is one, also those in which nobody asked") {
    TopHistory history;
    history.answer(status(0), 0);
    history.answer(status(1), 0.5);
    history.answer(status(2), 2.0); // 1.5 s
    CHECK(history.seconds().size() == 3);
    history.answer(status(3), 3.61); // more than 1.6 s
    CHECK(history.seconds().size() == 5);
    CHECK_FALSE(history.seconds()[3].more);
    CHECK(history.seconds()[4].more->at("edges used") == 1);
    history.answer(status(3), 1e9);
    CHECK(history.seconds().size() == TopHistory::longest);
}

TEST_CASE("what was counted in more than a minute is not of the last one") {
    TopHistory history;
    history.answer(status(0, 100), 0);
    history.answer(status(60, 160), 60);
    CHECK(history.moved("edges", 60).at("used") == 60);
    history.answer(status(90, 190), 120.5);
    CHECK_FALSE(history.seconds().back().more);
    CHECK_FALSE(history.seconds().back().offset);
    CHECK(history.moved("edges", 60).empty());
}

TEST_CASE("no answer: why, and what was known before") {
    TopHistory history;
    history.silence("gone", 0);
    CHECK(history.problem() == "gone");
    CHECK(history.seconds().size() == 1);
    history.answer(status(1), 1);
    CHECK(history.problem().empty());
    history.silence("gone again", 2);
    CHECK(history.status()->state == "locked");
    CHECK(history.problem() == "gone again");
    CHECK_FALSE(history.seconds().back().jitter);
}

TEST_CASE("mean and spread of the offsets that came in a span") {
    TopHistory history;
    CHECK_FALSE(history.offsets(60));
    history.answer(status(0, 1, 7e-6), 0);
    CHECK_FALSE(history.offsets(60));
    history.answer(status(0, 2, 9e-6), 1);
    history.answer(status(0, 3, 1e-6), 2);
    history.answer(status(0, 4, 3e-6), 3);
    REQUIRE(history.offsets(2));
    CHECK(history.offsets(2)->mean == doctest::Approx(2e-6));
    CHECK(history.offsets(2)->spread == doctest::Approx(1e-6));
    CHECK(history.offsets(3)->mean == doctest::Approx(13e-6 / 3));
}
