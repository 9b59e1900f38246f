#include "daemon/simulate/sim_limits.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

namespace {

/// Whether that limit holds, all others being met.
bool holds(std::string_view limit, double value, const SimFigures& figures) {
    SimLimits limits;
    for (const char* other :
         {"wrong", "invisible", "invisible-anew", "missed", "leap-wrong", "nmea-wrong"})
        CHECK(limits.set(other, 1e9));
    CHECK(limits.set(limit, value));
    return limits.broken(figures, true).empty();
}

} // namespace

TEST_CASE("nothing wrong is no limit broken; a wrong label always is") {
    SimFigures figures;
    CHECK(SimLimits{}.broken(figures, true).empty());
    figures.wrong = 1;
    const auto broken = SimLimits{}.broken(figures, true);
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].starts_with("wrong is 1, and the limit 0: "));
}

TEST_CASE("each limit, from both sides") {
    SimFigures figures;
    figures.seconds = 100;
    figures.samples = 90;
    figures.within_precision = 72;
    figures.missed = 3;
    figures.leap_wrong = 2;
    figures.invisible_anew = 4;
    figures.slowest_lock = 12;
    for (int i = 0; i < 100; ++i)
        figures.error.add(Nanos{20});
    CHECK(holds("coverage", 0.9, figures));
    CHECK_FALSE(holds("coverage", 0.91, figures));
    CHECK(holds("within-precision", 0.8, figures));
    CHECK_FALSE(holds("within-precision", 0.81, figures));
    CHECK(holds("samples", 90, figures));
    CHECK_FALSE(holds("samples", 89, figures));
    CHECK(holds("missed", 3, figures));
    CHECK_FALSE(holds("missed", 2, figures));
    CHECK(holds("invisible-anew", 4, figures));
    CHECK_FALSE(holds("invisible-anew", 3, figures));
    CHECK(holds("leap-wrong", 2, figures));
    CHECK_FALSE(holds("leap-wrong", 1, figures));
    CHECK(holds("lock-within", 12, figures));
    CHECK_FALSE(holds("lock-within", 11, figures));
    for (const char* limit : {"error-median-ns", "error-p99-ns", "error-max-ns"}) {
        CHECK(holds(limit, 20, figures));
        CHECK_FALSE(holds(limit, 19, figures));
    }
}

TEST_CASE("a run that never locks locks within no time") {
    SimFigures figures;
    figures.never_locked = 1;
    CHECK_FALSE(holds("lock-within", 1e9, figures));
}

TEST_CASE("limits of the sentences' time don't hold where there is none") {
    SimFigures figures;
    figures.nmea_wrong = 1;
    CHECK(SimLimits{}.broken(figures, false).empty());
    CHECK(SimLimits{}.broken(figures, true).size() == 1);
}

TEST_CASE("there is no such limit") {
    SimLimits limits;
    CHECK_FALSE(limits.set("wrongs", 0));
}
