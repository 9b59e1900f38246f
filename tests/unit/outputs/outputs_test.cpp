#include "daemon/outputs/outputs.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/chronyd_socket.hpp"
#include "tests/unit/support/private_unit.hpp"
#include "tests/unit/support/sample.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using hal::MonoTime;

namespace {

OutputList list(const std::string& text) {
    return parse_outputs(text).outputs;
}

std::string shm(const PrivateUnit& unit) {
    return shm_output(unit.number()).text();
}

struct Quiet {
    Log log{LogLevel::error, true};
    OutputSettings settings{ntpdshm::LayoutChoice::time64, log};
};

} // namespace

TEST_CASE("each output of a feed gets each sample, whatever became of it in the others") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    ChronydSocket chronyd;
    const Quiet quiet;
    // The one that fails first, and last.
    for (const bool sock_first : {true, false}) {
        const std::string sock = "sock:" + chronyd.path();
        Outputs outputs{{{list(sock_first ? sock + "," + shm(unit) : shm(unit) + "," + sock), {}}},
                        quiet.settings};
        const PipelineOutputs feeds = outputs.feeds();
        REQUIRE(feeds[Feed::pps]);
        CHECK_FALSE(feeds[Feed::nmea]);
        CHECK(feeds[Feed::pps]->publish(sample(1'800'000'000)));
        CHECK(unit.peek().clock_sec == 1'800'000'000);
        chronyd.start();
        CHECK(feeds[Feed::pps]->publish(sample(1'800'000'001)));
        CHECK(unit.peek().clock_sec == 1'800'000'001);
        CHECK(chronyd.read_all() == 1);
        chronyd.stop();
        feeds[Feed::pps]->invalidate();
        CHECK(unit.peek().valid == 0);
        const auto status = outputs.status(Feed::pps);
        REQUIRE(status.size() == 2);
        CHECK(status[0].name == sock); // can't be taken back, so it is the first that is served
        CHECK(status[0].taken == 1);
        CHECK(status[0].dropped == 1);
        CHECK(status[1].taken == 2);
        CHECK(status[1].dropped == 0);
        CHECK(outputs.status(Feed::nmea).empty());
    }
}

TEST_CASE("a sample that no output takes was not published") {
    ChronydSocket chronyd;
    const Quiet quiet;
    Outputs outputs{{{OutputList{}, list("sock:" + chronyd.path())}}, quiet.settings};
    CHECK_FALSE(outputs.feeds()[Feed::nmea]->publish(sample(1)));
    CHECK(outputs.status(Feed::nmea).at(0).problem.find("No such file") != std::string::npos);
}

TEST_CASE("a full queue for a minute: the unit beside it gets every sample") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    ChronydSocket chronyd;
    chronyd.start();
    const Quiet quiet;
    Outputs outputs{{{list("sock:" + chronyd.path() + "," + shm(unit)), {}}}, quiet.settings};
    for (int i = 0; i < 60; ++i) {
        CHECK(outputs.feeds()[Feed::pps]->publish(sample(1'800'000'000 + i)));
        CHECK(unit.peek().clock_sec == 1'800'000'000 + i);
    }
    const auto status = outputs.status(Feed::pps);
    CHECK(status[0].full > 40);
    CHECK(status[0].full == status[0].dropped);
    CHECK(status[1].full == 0);
}

TEST_CASE("take_back is for both feeds") {
    const PrivateUnit first;
    if (!first.usable()) return;
    const Quiet quiet;
    Outputs outputs{{{list(shm(first)), {}}}, quiet.settings};
    const PrivateUnit second{first.number() + 1};
    Outputs others{{{OutputList{}, list(shm(second))}}, quiet.settings};
    for (auto* both : {&outputs, &others})
        for (auto* feed : {both->feeds()[Feed::pps], both->feeds()[Feed::nmea]})
            if (feed) REQUIRE(feed->publish(sample(1'800'000'000)));
    outputs.take_back();
    others.take_back();
    CHECK(first.peek().valid == 0);
    CHECK(second.peek().valid == 0);
}

TEST_CASE("unread samples are all taken back where no output is a socket") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const ChronydSocket chronyd;
    const Quiet quiet;
    const auto all_back = [&](const std::string& text) {
        Outputs outputs{{{list(text), {}}}, quiet.settings};
        return outputs.feeds()[Feed::pps]->takes_back();
    };
    const std::string sock = "sock:" + chronyd.path();
    CHECK(all_back(shm(unit)));
    CHECK_FALSE(all_back(sock));
    CHECK_FALSE(all_back(shm(unit) + "," + sock));
}

TEST_CASE("if one can't be opened, nothing is left of the others") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const PrivateUnit wrong{unit.number() + 1};
    wrong.make(50);
    const Quiet quiet;
    CHECK_THROWS_AS((Outputs{{{list(shm(unit) + "," + shm(wrong)), {}}}, quiet.settings}),
                    ntpdshm::SegmentError);
    CHECK_THROWS_AS((void)unit.peek(), ntpdshm::SegmentError);
    CHECK_THROWS_AS((Outputs{{{list(shm(unit)), list(shm(wrong))}}, quiet.settings}),
                    ntpdshm::SegmentError);
    CHECK_THROWS_AS((void)unit.peek(), ntpdshm::SegmentError);
}

TEST_CASE("a segment that was removed and can't be made again, and since when") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Quiet quiet;
    Outputs outputs{{{list(shm(unit)), {}}}, quiet.settings};
    const auto publish = [&] { (void)outputs.feeds()[Feed::pps]->publish(sample(1'800'000'000)); };
    publish();
    outputs.look(MonoTime::from_ns(1));
    CHECK(outputs.removed().empty());
    unit.remove();
    unit.make(50);
    publish();
    outputs.look(MonoTime::from_ns(2));
    outputs.look(MonoTime::from_ns(3));
    CHECK(outputs.removed().find("50 bytes") != std::string::npos);
    CHECK(outputs.removed_since() == MonoTime::from_ns(2));
    CHECK_FALSE(outputs.must_be_prepared()); // whoever runs it can make this one
    unit.remove();
    for (int i = 0; i < 10; ++i)
        publish();
    outputs.look(MonoTime::from_ns(4));
    CHECK(outputs.removed().empty());
}
