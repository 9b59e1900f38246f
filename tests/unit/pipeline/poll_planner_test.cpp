#include "daemon/pipeline/poll_planner.hpp"

#include "hal/src/edge_poll.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;
using ppsd::discipline::Verdict;

namespace {

constexpr OscTime start = OscTime::from_ns(100'000'000'000);

/// A train that is right on time, and what the planner makes of it.
struct Train {
    explicit Train(Poll poll = Poll::automatic) : planner{poll} {}

    /// The next pulse as it is awaited, off by so much; what is awaited after it.
    std::optional<AwaitedEdge> pulse(Nanos off = 0ns, Verdict verdict = Verdict::used) {
        PulseEdge edge;
        edge.bound = 500ns;
        edge.stamping = !awaited            ? Stamping::interrupt
                        : awaited->polled() ? Stamping::polled
                                            : Stamping::awaited;
        planner.add(edge, due() + off, verdict);
        return after();
    }
    std::optional<AwaitedEdge> miss() {
        planner.missed();
        return after();
    }
    /// The same, and an interrupt's stamp stands in for the polled edge.
    std::optional<AwaitedEdge> stood_in() {
        PulseEdge edge;
        edge.stamping = Stamping::stand_in;
        planner.add(edge, due(), Verdict::used);
        return miss();
    }
    std::optional<AwaitedEdge> pulses(int count) {
        for (int n = 0; n < count; ++n)
            pulse();
        return awaited;
    }
    /// So many, until the interrupts are measured.
    void measured() { pulses(PollPlanner::followed_after + 61); }

    [[nodiscard]] OscTime due() const { return start + std::chrono::seconds{second}; }
    std::optional<AwaitedEdge> after() {
        ++second;
        return awaited = planner.next(NextPulse{due(), bound, Polarity::falling});
    }

    PollPlanner planner;
    Nanos bound = 10us;
    std::int64_t second = 0;
    std::optional<AwaitedEdge> awaited;
};

} // namespace

TEST_CASE("planner: the second pulse, a second after the first, begins it") {
    Train train;
    CHECK_FALSE(train.pulses(1));
    const auto first = train.pulse();
    REQUIRE(first);
    CHECK(first->due == train.due());
    CHECK(first->polled());
    CHECK(first->polarity == Polarity::falling);
    CHECK(first->window == PollPlanner::first_window);
}

TEST_CASE("planner: pulses that are not a second apart don't count") {
    for (const auto& [off, begins] : {std::pair{Nanos{99'999'999}, true},
                                      {Nanos{100'000'000}, false},
                                      {Nanos{-99'999'999}, true},
                                      {Nanos{-100'000'000}, false}}) {
        Train train;
        train.pulse();
        CHECK(train.pulse(off).has_value() == begins);
    }
    Train other;
    other.pulse();
    other.pulse(0ns, Verdict::off_beat);
    CHECK_FALSE(other.pulse());
}

TEST_CASE("planner: with no, and without a flywheel, interrupts do it") {
    Train no{Poll::no};
    CHECK_FALSE(no.pulses(20));
    Train train;
    train.pulses(20);
    CHECK_FALSE(train.planner.next(std::nullopt));
}

TEST_CASE("planner: the first window is the flywheel's bound, if that is larger") {
    Train train;
    train.bound = 400us;
    CHECK(train.pulses(2)->window == 400us);
    CHECK(train.pulse()->window < PollPlanner::first_window); // and no longer, once one was found
    Train unsure;
    unsure.bound = PollPlanner::most_window + 1ns;
    CHECK(unsure.pulses(2)->window == PollPlanner::most_window);
}

TEST_CASE("planner: for a minute one in eight is an interrupt's, and once an hour") {
    Train train;
    train.pulses(2);
    for (int n = 0; n < 3600; ++n) {
        CHECK(train.awaited->polled() == (n >= 60 || n % 8 != 7));
        train.pulse();
    }
    CHECK(train.pulses(6)->polled());
    CHECK_FALSE(train.pulse()->polled());
    CHECK(train.pulse()->polled());
}

TEST_CASE("planner: calibrate does no more than that, for two minutes") {
    Train train{Poll::calibrate};
    train.pulses(2);
    for (int n = 0; n < 120; ++n) {
        REQUIRE(train.awaited);
        CHECK(train.awaited->polled() == (n % 8 != 7));
        train.pulse();
    }
    CHECK_FALSE(train.awaited);
    CHECK_FALSE(train.pulses(3479));
    CHECK(train.pulse());
}

TEST_CASE("planner: three in a row that don't come, and interrupts hunt; two don't matter") {
    Train train;
    train.measured();
    CHECK(train.miss());
    CHECK(train.miss());
    CHECK(train.pulse());
    CHECK(train.miss());
    CHECK(train.pulse(0ns, Verdict::stretched));
    CHECK_FALSE(train.miss());
    CHECK(train.planner.lost() == 5);
    CHECK_FALSE(train.planner.polls());
}

TEST_CASE("planner: an interrupt's stamp may stand in until sixteen in a row were found") {
    Train train;
    train.pulses(2);
    for (int found = 0; found < 30; train.pulse()) {
        if (!train.awaited->polled()) continue; // it says nothing of polling
        CHECK(train.awaited->by == (found++ < 16 ? AwaitedBy::either : AwaitedBy::polling));
    }
    train.measured();
    CHECK(train.miss()->by == AwaitedBy::either);
    CHECK(train.stood_in()->by == AwaitedBy::either);
    for (int n = 0; n < 16; ++n)
        CHECK(train.pulse()->by == (n < 15 ? AwaitedBy::either : AwaitedBy::polling));
}

TEST_CASE("planner: what stands in for an edge doesn't say that polling found it") {
    Train train;
    train.pulses(2);
    const Nanos first = train.awaited->window;
    CHECK(train.stood_in()->window == 2 * first);
    CHECK(train.stood_in());
    CHECK_FALSE(train.stood_in());
    CHECK(train.planner.polled() == 0);
    CHECK(train.planner.lost() == 3);
    CHECK_FALSE(train.pulse());
    CHECK(train.pulse()->by == AwaitedBy::either);
}

TEST_CASE("planner: a stretched edge that an interrupt's stamp stands in for was not found") {
    Train train;
    train.measured();
    PulseEdge edge;
    edge.stamping = Stamping::stand_in;
    train.planner.add(edge, train.due(), Verdict::used);
    CHECK(train.after()->by == AwaitedBy::either);
    CHECK(train.planner.lost() == 0);
}

TEST_CASE("planner: a train that was lost while interrupts were measured is measured anew") {
    for (const bool within : {true, false}) {
        Train train;
        train.pulses(2);
        const OscTime begin = train.due();
        train.pulses(within ? 50 : 61);
        for (int n = 0; n < 3; ++n)
            train.miss();
        while (train.due() - begin < 70s)
            train.pulse();
        CHECK(train.planner.measuring() == within);
    }
}

TEST_CASE("planner: a calibration ends after two minutes, whatever comes of it") {
    Train train{Poll::calibrate};
    train.pulses(2);
    const OscTime begin = train.due();
    while (train.due() - begin < 120s)
        if (train.awaited)
            train.stood_in();
        else
            train.pulse();
    CHECK_FALSE(train.awaited);
    CHECK_FALSE(train.pulses(100));
}

TEST_CASE("planner: the largest window and the poller's early start are a 500th of a second") {
    CHECK(2 * PollPlanner::most_window + EdgePoll::most_early <= 2ms);
}

TEST_CASE("planner: late edges among interrupts don't begin it, nor keep used ones from it") {
    Train train;
    for (int n = 0; n < 8; ++n)
        CHECK_FALSE(train.pulse(Nanos{3'000'000}, Verdict::late_edge));
    CHECK_FALSE(train.pulse());
    CHECK_FALSE(train.pulse(Nanos{3'000'000}, Verdict::late_edge));
    CHECK(train.pulse());
}

TEST_CASE("planner: the next calibration begins as the first did") {
    Train train{Poll::calibrate};
    train.pulses(2 + 3599);
    train.bound = 400us;
    CHECK(train.pulse()->window == 400us);
}

TEST_CASE("planner: the window shrinks to its least on a train that is on time") {
    Train train;
    train.measured();
    const Nanos after_some = train.planner.window();
    CHECK(after_some < PollPlanner::first_window);
    train.pulses(200);
    CHECK(train.planner.window() < PollPlanner::least_window + 10ns); // by eighths
    CHECK(train.planner.window() >= PollPlanner::least_window);
}

TEST_CASE("planner: it is at least four times what edges were off by, and four half intervals") {
    Train train;
    train.measured();
    train.pulses(200);
    train.pulse(Nanos{30'000});
    CHECK(train.planner.window() == 4 * 30us + 4 * 500ns);
    train.pulse(Nanos{-400'000}); // the most that there is
    CHECK(train.planner.window() == PollPlanner::most_window);
    train.miss();
    CHECK(train.planner.window() == PollPlanner::most_window);
}

TEST_CASE("planner: a miss doubles it; one that an interrupt should have stamped doesn't") {
    Train train;
    train.measured();
    train.pulses(200);
    const Nanos before = train.planner.window();
    REQUIRE(train.awaited->polled());
    train.miss();
    CHECK(train.planner.window() == 2 * before);
    Train measuring;
    measuring.pulses(9);
    REQUIRE_FALSE(measuring.awaited->polled());
    const Nanos first = measuring.planner.window();
    measuring.miss();
    CHECK(measuring.planner.window() == first);
}
