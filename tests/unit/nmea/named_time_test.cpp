#include "daemon/nmea/named_time.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace ppsd::nmea;

namespace {

constexpr TimeOfDay noon{43200, 0};
constexpr Date today{15, 3, 18, true};

Sentence said(Type type, Fix fix, std::optional<Date> date = std::nullopt,
              std::array<char, 2> talker = {'G', 'N'}) {
    return {type, noon, date, fix, talker};
}
Sentence rmc(Fix fix = Fix::yes, std::array<char, 2> talker = {'G', 'N'}) {
    return said(Type::rmc, fix, today, talker);
}
Sentence zda(Date date = {2015, 3, 18, false}) {
    return said(Type::zda, Fix::unsaid, date);
}
Sentence gga(Fix fix = Fix::yes, std::array<char, 2> talker = {'G', 'N'}) {
    return said(Type::gga, fix, std::nullopt, talker);
}

NamedTime of(std::initializer_list<Sentence> sentences) {
    NamedTime time;
    time.time = noon;
    for (const auto& sentence : sentences)
        time.add(sentence);
    return time;
}

constexpr std::array gp{'G', 'P'};
constexpr std::array gl{'G', 'L'};
constexpr std::array ga{'G', 'A'};

} // namespace

TEST_CASE("a date and a fix, of whichever sentences") {
    CHECK(of({rmc()}).verdict() == Verdict::used);
    CHECK(of({zda(), gga()}).verdict() == Verdict::used);
    CHECK(of({gga(), zda()}).verdict() == Verdict::used);
    CHECK(of({rmc(Fix::unsaid), gga()}).verdict() == Verdict::used);
    CHECK(of({gga()}).verdict() == Verdict::no_date);
    CHECK(of({zda()}).verdict() == Verdict::fix_unsaid);
    CHECK(of({rmc(Fix::unsaid)}).verdict() == Verdict::fix_unsaid);
    CHECK(of({zda(), gga(Fix::unsaid)}).verdict() == Verdict::fix_unsaid);
}

TEST_CASE("who names and who dates it") {
    CHECK(of({gga(), zda()}).dated_by == Type::zda);
    CHECK(of({zda(), rmc()}).dated_by == Type::rmc);
    CHECK(of({rmc(), zda()}).dated_by == Type::rmc);
    CHECK(of({gga()}).dating_type() == Type::other);
    CHECK(of({said(Type::rmc, Fix::yes)}).dating_type() == Type::rmc);
    CHECK(of({said(Type::zda, Fix::unsaid)}).dating_type() == Type::zda);
    CHECK(of({gga()}).named_by(Type::gga));
    CHECK_FALSE(of({gga()}).named_by(Type::rmc));
}

TEST_CASE("two dates make none") {
    const auto two = [](Date a, Date b) {
        return of({said(Type::rmc, Fix::yes, a), zda(b)}).verdict() == Verdict::two_dates;
    };
    CHECK_FALSE(two(today, {2015, 3, 18, false}));
    CHECK(two(today, {2016, 3, 18, false}));
    CHECK(two(today, {2015, 4, 18, false}));
    CHECK(two(today, {2015, 3, 19, false}));
    CHECK(two({2015, 3, 18, false}, {2115, 3, 18, false}));
}

TEST_CASE("a sentence that says no fix denies it, and dates nothing") {
    CHECK(of({rmc(), gga(Fix::no)}).verdict() == Verdict::no_fix);
    CHECK(of({gga(Fix::no), rmc()}).verdict() == Verdict::no_fix);
    CHECK(of({rmc(Fix::no)}).verdict() == Verdict::no_fix);
    CHECK_FALSE(of({rmc(Fix::no)}).date);
    const auto time = of({gga(), gga(Fix::no), rmc(Fix::no)});
    REQUIRE(time.first_no);
    CHECK(time.first_no->type == Type::gga);
}

TEST_CASE("a sentence without a time counts only if it says no fix") {
    auto time = of({zda()});
    Sentence timeless = gga();
    timeless.time.reset();
    time.add(timeless);
    CHECK(time.verdict() == Verdict::fix_unsaid);
    CHECK_FALSE(time.named_by(Type::gga));
    time.add(gga());
    CHECK(time.verdict() == Verdict::used);
    timeless.fix = Fix::no;
    time.add(timeless);
    CHECK(time.verdict() == Verdict::no_fix);
}

TEST_CASE("one constellation's no fix doesn't deny another's") {
    CHECK(of({rmc(Fix::yes, gp), rmc(Fix::no, gl)}).verdict() == Verdict::used);
    CHECK(of({rmc(Fix::no, gl), rmc(Fix::yes, gp)}).verdict() == Verdict::used);
    CHECK(of({rmc(Fix::yes, gp), gga(Fix::no, gl), gga(Fix::no, ga)}).verdict() == Verdict::used);
    CHECK(of({rmc(Fix::no, gl), rmc(Fix::no, ga)}).verdict() == Verdict::no_fix);
    // Its own does, and so does anything that is said of all of them.
    CHECK(of({rmc(Fix::yes, gp), gga(Fix::no, gp)}).verdict() == Verdict::no_fix);
    CHECK(of({rmc(Fix::yes, gp), gga(Fix::no)}).verdict() == Verdict::no_fix);
    CHECK(of({rmc(), gga(Fix::no, gl)}).verdict() == Verdict::no_fix);
    CHECK(of({rmc(Fix::yes, gp), rmc(Fix::yes, gl), gga(Fix::no, gl)}).denied());
}

TEST_CASE("who usually has a fix may be counted as if it had said so") {
    const auto time = of({rmc(Fix::no, gl)});
    CHECK(time.denied());
    CHECK(time.denied(talker_bit("GL")));
    CHECK_FALSE(time.denied(talker_bit("GP")));
    CHECK(time.denied(combined));
    CHECK_FALSE(of({}).denied());
}

TEST_CASE("PUBX,04 says nothing of a fix") {
    CHECK(of({rmc(), said(Type::pubx04, Fix::no)}).verdict() == Verdict::used);
    CHECK(of({said(Type::pubx04, Fix::no)}).named_by(Type::pubx04));
}
