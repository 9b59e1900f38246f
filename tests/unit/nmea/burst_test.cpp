#include "daemon/nmea/burst.hpp"

#include "tests/unit/nmea/sentences.hpp"

#include <doctest/doctest.h>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;

namespace {

constexpr TimeOfDay noon{43200, 0};
constexpr TimeOfDay after_noon{43201, 0};
constexpr Date today{15, 3, 18, true};

Sentence rmc(std::optional<TimeOfDay> time, std::optional<Date> date = today) {
    return {Type::rmc, time, date, Fix::yes};
}
Sentence gga(std::optional<TimeOfDay> time, Fix fix = Fix::yes) {
    return {Type::gga, time, std::nullopt, fix};
}
Sentence zda(TimeOfDay time, Date date) {
    return {Type::zda, time, date, Fix::unsaid};
}

} // namespace

TEST_CASE("a burst is over when a type comes again with another time, or with none") {
    Burst burst;
    CHECK(burst.empty());
    CHECK_FALSE(burst.is_over_at(rmc(noon)));
    burst.add(rmc(noon), {});
    CHECK_FALSE(burst.empty());
    CHECK_FALSE(burst.is_over_at(rmc(noon)));
    CHECK(burst.is_over_at(rmc(after_noon)));
    CHECK(burst.is_over_at(rmc(TimeOfDay{43200, 1})));
    CHECK(burst.is_over_at(rmc(std::nullopt)));
    CHECK_FALSE(burst.is_over_at(gga(after_noon)));
    burst.add(gga(std::nullopt), {});
    CHECK(burst.is_over_at(gga(std::nullopt)));
    CHECK(burst.is_over_at(gga(noon)));
}

TEST_CASE("sentences are sorted by the time they name") {
    Burst burst;
    burst.add(gga(noon), at_ms(1));
    burst.add(zda(after_noon, {2015, 3, 18, false}), at_ms(2));
    burst.add(rmc(noon), at_ms(3));
    REQUIRE(burst.seconds().size() == 2);
    const Second& first = burst.seconds()[0];
    CHECK(first.time == noon);
    CHECK(first.arrival == at_ms(1));
    CHECK(first.rmc_arrival == at_ms(3));
    CHECK(first.rmc_fix);
    CHECK(first.other_fix);
    CHECK(first.named_by(Type::rmc));
    CHECK_FALSE(first.named_by(Type::zda));
    CHECK(burst.seconds()[1].zda_arrival == at_ms(2));
    CHECK_FALSE(burst.seconds()[1].other_fix);
}

TEST_CASE("all five types may name five times") {
    Burst burst;
    for (std::size_t i = 0; i < timed_types; ++i) {
        const Sentence sentence{static_cast<Type>(i), TimeOfDay{static_cast<int>(i), 0}, {}, {}};
        CHECK_FALSE(burst.is_over_at(sentence));
        burst.add(sentence, {});
    }
    CHECK(burst.seconds().size() == timed_types);
}

TEST_CASE("RMC and ZDA of one second agree on its date, or not") {
    const auto two_dates = [](Date a, Date b) {
        Burst burst;
        burst.add(rmc(noon, a), {});
        burst.add(zda(noon, b), {});
        return burst.seconds()[0].two_dates;
    };
    CHECK_FALSE(two_dates(today, {2015, 3, 18, false}));
    CHECK_FALSE(two_dates({99, 3, 18, true}, {1999, 3, 18, false}));
    CHECK(two_dates(today, {2016, 3, 18, false}));
    CHECK(two_dates(today, {2015, 4, 18, false}));
    CHECK(two_dates(today, {2015, 3, 19, false}));
    CHECK(two_dates({2015, 3, 18, false}, {2115, 3, 18, false}));
}

TEST_CASE("no fix is remembered for the burst and for its second") {
    Burst burst;
    burst.add(rmc(noon), {});
    CHECK_FALSE(burst.no_fix());
    burst.add(gga(after_noon, Fix::no), {});
    CHECK(burst.no_fix());
    CHECK_FALSE(burst.seconds()[0].no_fix);
    CHECK(burst.seconds()[1].no_fix);
    burst.clear();
    CHECK_FALSE(burst.no_fix());
    CHECK(burst.empty());
    CHECK(burst.seconds().empty());
}

TEST_CASE("the last second can be carried over, if it isn't the only one") {
    Burst burst;
    burst.add(gga(noon), at_ms(1));
    CHECK_FALSE(burst.take_last(noon));
    burst.add(rmc(after_noon), at_ms(2));
    CHECK_FALSE(burst.take_last(noon));
    const auto carried = burst.take_last(after_noon);
    REQUIRE(carried);
    CHECK(burst.seconds().size() == 1);
    burst.carry(*carried, at_ms(3));
    REQUIRE(burst.seconds().size() == 1);
    CHECK(burst.seconds()[0].time == after_noon);
    CHECK(burst.seconds()[0].arrival == at_ms(3));
    CHECK(burst.seconds()[0].rmc_arrival == at_ms(2));
    CHECK_FALSE(burst.is_over_at(gga(after_noon)));
    CHECK_FALSE(burst.is_over_at(rmc(after_noon)));
    CHECK(burst.is_over_at(rmc(noon)));
}
