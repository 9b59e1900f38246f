#include "daemon/pipeline/edge_timing.hpp"

#include "tests/unit/support/fake_clock.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using ppsd::discipline::Verdict;

namespace {

struct Fixture {
    /// The n-th second's pulse, used.
    MonoTime add(std::int64_t n, Stamping stamping, Nanos bound = 600ns) {
        const bool polled = stamping == Stamping::polled;
        const MonoTime pulse = first_mono + std::chrono::seconds{n};
        PulseEdge edge{pulse + (polled ? 0ns : late), Polarity::rising, {}};
        edge.stamping = stamping;
        if (polled) edge.bound = bound;
        if (polled) CHECK_FALSE(timing.stretched(edge));
        timing.add(edge, OscTime::from_ns(edge.time.ns()), pulse, Verdict::used);
        return pulse;
    }
    EdgeTiming timing{{}, Poll::automatic};
    Nanos late = 12us; ///< interrupts
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "bound of a stamp: an interrupt's isn't known where nothing is polled") {
    CHECK_FALSE(timing.bound_of(add(0, Stamping::interrupt)));
    CHECK(timing.bound_of(add(1, Stamping::polled, 700ns)) == 700ns);
    CHECK_FALSE(timing.bound_of(first_mono));
}

TEST_CASE_FIXTURE(Fixture, "bound of a stamp: an interrupt's is large until three were measured") {
    for (std::int64_t n = 0; n < 7; ++n) {
        const Stamping stamping = n % 2 == 0 ? Stamping::polled : Stamping::awaited;
        const MonoTime pulse = add(n, stamping);
        if (stamping == Stamping::awaited) CHECK(timing.bound_of(pulse) == 600ns + 25us);
    }
    CHECK(timing.irq_lateness().count() == 3);
    for (const Stamping other : {Stamping::awaited, Stamping::stand_in, Stamping::interrupt})
        CHECK(timing.bound_of(add(7, other)) == 600ns); // all were late by the same
}

TEST_CASE_FIXTURE(Fixture, "bound of a stamp: an interrupt's has what interrupts vary by") {
    std::int64_t n = 0;
    for (const Nanos measured : {12us, 14us, 20us}) {
        add(n++, Stamping::polled);
        late = measured;
        add(n++, Stamping::awaited);
    }
    add(n++, Stamping::polled);
    // From their median, 14 us, they are 2, 0 and 6 us away.
    CHECK(timing.bound_of(add(n, Stamping::awaited)) == 600ns + 3 * 2us);
}

TEST_CASE("bound of a stamp: an interrupt's has what the user's irq-delay is off by") {
    for (const auto& [told, off] : {std::pair{12us, 0us}, {0us, 12us}, {13us, 1us}}) {
        Fixture f;
        f.timing = EdgeTiming{{0ns, told}, Poll::automatic};
        std::int64_t n = 0;
        for (int measured = 0; measured < 3; ++measured) {
            f.add(n++, Stamping::polled);
            CHECK(f.timing.bound_of(f.add(n++, Stamping::awaited)) == 600ns + 25us);
        }
        f.add(n++, Stamping::polled);
        CHECK(f.timing.bound_of(f.add(n, Stamping::awaited)) == 600ns + off);
    }
}

TEST_CASE_FIXTURE(Fixture, "usual bound: of pulses as they are stamped now") {
    CHECK_FALSE(timing.usual_bound());
    std::int64_t n = 0;
    for (int measured = 0; measured < 3; ++measured) {
        add(n++, Stamping::polled, 700ns);
        CHECK(timing.usual_bound() == 700ns);
        add(n++, Stamping::stand_in);
        CHECK(timing.usual_bound() == 700ns + 25us);
    }
}

TEST_CASE_FIXTURE(Fixture, "it is polled where the last pulse was") {
    CHECK_FALSE(timing.polled());
    add(0, Stamping::interrupt);
    CHECK_FALSE(timing.polled());
    add(1, Stamping::polled);
    CHECK(timing.polled());
    add(2, Stamping::stand_in);
    CHECK_FALSE(timing.polled());
    add(3, Stamping::polled);
    add(4, Stamping::awaited); // and nothing is being measured
    CHECK_FALSE(timing.polled());
    add(5, Stamping::polled);
    timing.lost_train();
    CHECK_FALSE(timing.polled());
}

TEST_CASE_FIXTURE(Fixture, "it is polled while some pulses measure interrupts") {
    add(0, Stamping::interrupt);
    add(1, Stamping::interrupt);
    std::ignore = timing.await(NextPulse{OscTime::from_ns((first_mono + 2s).ns())});
    REQUIRE(timing.planner().measuring());
    CHECK_FALSE(timing.polled());
    add(2, Stamping::awaited);
    CHECK(timing.polled());
}
