#include "daemon/discipline/verdict.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::discipline;

TEST_CASE("every verdict has a name, and its own") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < verdict_count; ++i) {
        const auto its_name = name(static_cast<Verdict>(i));
        CHECK_FALSE(its_name.empty());
        CHECK(its_name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == its_name.npos);
        names.insert(its_name);
    }
    CHECK(names.size() == verdict_count);
}

TEST_CASE("the names are the enumerators', in their order") {
    CHECK(name(Verdict::used) == "used");
    CHECK(name(Verdict::trailing) == "trailing");
    CHECK(name(Verdict::undecided) == "undecided");
    CHECK(name(Verdict::one_polarity) == "one-polarity");
    CHECK(name(Verdict::square) == "square");
    CHECK(name(Verdict::glitch) == "glitch");
    CHECK(name(Verdict::off_beat) == "off-beat");
    CHECK(name(Verdict::late_edge) == "late-edge");
    CHECK(name(Verdict::noisy) == "noisy");
    CHECK(name(Verdict::out_of_order) == "out-of-order");
    CHECK(name(Verdict::stale_generation) == "stale-generation");
    CHECK(name(Verdict::read_late) == "read-late");
    CHECK(name(Verdict::locking) == "locking");
    CHECK(name(Verdict::straddling) == "straddling");
    CHECK(name(Verdict::no_pulse) == "no-pulse");
    CHECK(name(Verdict::mismatch) == "mismatch");
    CHECK(name(Verdict::leap_second) == "leap-second");
    CHECK(name(Verdict::contradicted) == "contradicted");
    CHECK(name(Verdict::too_late) == "too-late");
    CHECK(name(Verdict::clock_stepped) == "clock-stepped");
    CHECK(name(Verdict::not_taken) == "not-taken");
}
