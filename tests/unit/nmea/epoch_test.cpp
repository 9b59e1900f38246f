#include "daemon/nmea/epoch.hpp"

#include "tests/unit/nmea/sentences.hpp"

#include <doctest/doctest.h>

using namespace ppsd::nmea;
using namespace ppsd::nmea::test;

namespace {

/// What the bursts bring about; "|" is silence.
Words words(const std::vector<std::string>& texts) {
    Chain chain;
    for (const auto& text : texts) {
        if (text == "|")
            chain.silence();
        else
            chain.say(text);
    }
    return chain.words();
}

const std::string noon = "label RMC 43200";
const std::string noon_zda = "label ZDA 43200";

/// RMC of second n after noon; GGA of n + ahead; silence.
void mixed_burst(Chain& chain, int n, int ahead) {
    chain.say(rmc_text(fmt::format("1200{:02}", n)));
    chain.say(gga_text(fmt::format("1200{:02}", n + ahead)));
    chain.silence();
}

} // namespace

TEST_CASE("RMC alone labels its second, once the burst is over") {
    Chain chain;
    CHECK_FALSE(chain.open());
    chain.say(rmc_text("120000.00"));
    CHECK(chain.open());
    CHECK(chain.words().empty());
    chain.silence();
    CHECK_FALSE(chain.open());
    CHECK(chain.words() == Words{noon});
    CHECK(chain.events()[0].label.date == Date{15, 3, 18, true});
    chain.silence();
    CHECK(chain.words() == Words{noon});
}

TEST_CASE("the next burst's first sentence ends a burst, too") {
    CHECK(words({rmc_text("120000"), gga_text("120000")}).empty());
    CHECK(words({rmc_text("120000"), gga_text("120000"), rmc_text("120001")}) == Words{noon});
    CHECK(words({gga_text("120000"), rmc_text("120000"), gga_text("120001")}) == Words{noon});
}

TEST_CASE("ZDA is joined with a fix of the same second, in either order") {
    for (const auto& fix : {gga_text("120000"), gns_text("120000"), gll_text("120000")}) {
        CHECK(words({zda_text("120000"), fix, "|"}) == Words{noon_zda});
        CHECK(words({fix, zda_text("120000"), "|"}) == Words{noon_zda});
    }
    CHECK(words({zda_text("120000"), "|"}) == Words{"fix-unsaid"});
    CHECK(words({gga_text("120000"), "|"}) == Words{"no-date"});
    CHECK(words({zda_text("120000"), gga_text("120000", ""), "|"}) == Words{"fix-unsaid"});
    CHECK(words({zda_text("120000"), "|", gga_text("120000"), "|"}) ==
          Words{"fix-unsaid", "no-date"});
}

TEST_CASE("RMC's label comes before ZDA's") {
    CHECK(words({zda_text("120000"), gga_text("120000"), rmc_text("120000"), "|"}) == Words{noon});
    CHECK(words({zda_text("120000"), rmc_text("120000", ""), gga_text("120000"), "|"}) ==
          Words{noon_zda});
}

TEST_CASE("RMC and ZDA that name two dates make no label") {
    CHECK(words({rmc_text("000000", "180315"), zda_text("000000", "19,03,2015"), "|"}) ==
          Words{"two-dates"});
}

TEST_CASE("a fraction other than zero makes no label") {
    CHECK(words({rmc_text("120000.000"), "|"}) == Words{noon});
    CHECK(words({rmc_text("120000.010"), "|"}) == Words{"fractional"});
    CHECK(words({rmc_text("120000.99"), "|"}) == Words{"fractional"});
    CHECK(words({rmc_text("120000.000000001"), "|"}) == Words{"fractional"});
    CHECK(words({rmc_text("120000.00"), gga_text("120000.05"), "|"}) == Words{noon});
    CHECK(words({zda_text("120000.00"), gga_text("120000.05"), "|"}) == Words{"fix-unsaid"});
}

TEST_CASE("no fix is said at once, once, and takes the burst's label") {
    Chain chain;
    chain.say(gga_text("120000", "0"), 7);
    REQUIRE(chain.words() == Words{"no-fix"});
    CHECK(chain.events()[0].kind == Event::Kind::no_fix);
    CHECK(chain.events()[0].type == Type::gga);
    CHECK(chain.events()[0].arrival == at_ms(7));
    chain.say(rmc_text("120000", "180315", "V", "N"));
    chain.silence();
    CHECK(chain.words() == Words{"no-fix"});
    CHECK(words({rmc_text("120000"), gga_text("120000", "6"), "|"}) == Words{"no-fix"});
    CHECK(words({gll_text("120000", "V"), rmc_text("120000"), "|", rmc_text("120001"), "|"}) ==
          Words{"no-fix", "label RMC 43201"});
}

TEST_CASE("a burst without the count of leap seconds makes no label") {
    const std::string known = "PUBX,04,120000.00,180315,300000.00,1836,16,0,0,0";
    const std::string unknown = "PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0";
    CHECK(words({rmc_text("120000"), known, "|"}) == Words{noon});
    CHECK(words({rmc_text("120000"), unknown, "|"}) == Words{"no-leap-count"});
    CHECK(words({unknown, rmc_text("120000"), "|"}) == Words{"no-leap-count"});
    Chain chain;
    chain.say(unknown);
    CHECK(chain.events()[0].kind == Event::Kind::no_fix);
}

TEST_CASE("what PUBX,04 says holds for the bursts without it, until it says otherwise") {
    const std::string known = "PUBX,04,120002.00,180315,300000.00,1836,18,0,0,0";
    const std::string unknown = "PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0";
    CHECK(words({unknown, rmc_text("120000"), "|", rmc_text("120001"), "|", rmc_text("120002"),
                 known, "|", rmc_text("120003"), "|"}) ==
          Words{"no-leap-count", "no-leap-count", "label RMC 43202", "label RMC 43203"});
}

TEST_CASE("begun anew it has forgotten the burst, and not what PUBX,04 said") {
    for (const bool known : {false, true}) {
        Chain chain;
        chain.say(known ? "PUBX,04,120000.00,180315,300000.00,1836,18,0,0,0"
                        : "PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0");
        chain.say(rmc_text("120000"));
        chain.begin_anew();
        chain.silence();
        const auto before = chain.words().size();
        chain.say(rmc_text("120001"));
        chain.silence();
        CHECK(before == (known ? 0 : 1));
        CHECK(chain.words().back() == (known ? "label RMC 43201" : "no-leap-count"));
    }
}

TEST_CASE("after 20 minutes without PUBX,04 its receiver is believed again") {
    constexpr std::int64_t limit = 20 * 60 * 1000;
    for (const std::int64_t later : {limit, limit + 1}) {
        Chain chain;
        chain.say("PUBX,04,120000.00,180315,300000.00,1836,16D,0,0,0");
        chain.silence();
        chain.say(rmc_text("122000"), later);
        chain.silence();
        CHECK((chain.words().back() == "no-leap-count") == (later == limit));
    }
}

TEST_CASE("no fix without a time is said at each repetition") {
    const auto lost = rmc_text("", "", "V", "N");
    CHECK(words({lost}) == Words{"no-fix"});
    CHECK(words({lost, lost}) == Words{"no-fix", "no-fix"});
    CHECK(words({rmc_text("120000"), lost}) == Words{noon, "no-fix"});
    CHECK(words({lost, rmc_text("120000"), "|"}) == Words{"no-fix", noon});
}

TEST_CASE("an empty time with a fix is a verdict of the sentence") {
    CHECK(words({gga_text("")}) == Words{"no-time"});
    CHECK(words({gga_text(""), rmc_text("120000"), "|"}) == Words{"no-time", noon});
}

TEST_CASE("a status that is empty says nothing about a fix") {
    CHECK(words({rmc_text("120000", "180315", ""), "|"}) == Words{"fix-unsaid"});
    CHECK(words({rmc_text("120000", ""), "|"}) == Words{"no-date"});
}

TEST_CASE("the same second is labelled once") {
    CHECK(words({rmc_text("120000"), rmc_text("120000"), "|"}) == Words{noon});
    CHECK(words({rmc_text("120000"), "|", rmc_text("120000"), "|"}) == Words{noon, "repeated"});
    CHECK(words({rmc_text("120000"), "|", rmc_text("120001"), "|"}).size() == 2);
    CHECK(words({rmc_text("120000"), "|", rmc_text("120000", "190315"), "|"}) == Words{noon, noon});
}

TEST_CASE("the same second again half a second later is said of another second: a label") {
    for (const std::int64_t ms : {499, 500}) {
        Chain chain;
        chain.say(rmc_text("120000"), 0);
        chain.silence();
        chain.say(rmc_text("120000"), ms);
        chain.silence();
        CHECK(chain.words() == Words{noon, ms < 500 ? "repeated" : noon});
    }
}

TEST_CASE("midnight, and the leap second before it") {
    CHECK(words({rmc_text("235959"), rmc_text("235960"), rmc_text("000000", "190315"), "|"}) ==
          Words{"label RMC 86399", "label RMC 86400", "label RMC 0"});
}

TEST_CASE("a label's arrival is that of the first sentence of its second, after silence") {
    Chain chain;
    chain.silence();
    chain.say(gga_text("120000"), 100);
    chain.say(gsv_text, 150);
    chain.say(rmc_text("120000"), 200);
    chain.silence();
    chain.say(rmc_text("120001"), 1200); // reordered
    chain.say(gga_text("120001"), 1300);
    chain.silence();
    chain.say(gsv_text, 2100);
    chain.say(gll_text("120001.99"), 2110);
    chain.say(zda_text("120002"), 2120);
    chain.say(gga_text("120002"), 2130);
    chain.silence();
    REQUIRE(chain.labels().size() == 3);
    CHECK(chain.events()[0].label.arrival == at_ms(100));
    CHECK(chain.events()[1].label.arrival == at_ms(1200));
    CHECK(chain.events()[2].label.arrival == at_ms(2120));
}

TEST_CASE("without silence the arrival is that of RMC or ZDA") {
    Chain chain;
    chain.say(gga_text("120000"), 100);
    chain.say(rmc_text("120000"), 200);
    chain.say(gga_text("120001"), 1100);
    chain.say(zda_text("120001"), 1150);
    chain.say(gga_text("120002"), 2100);
    REQUIRE(chain.words() == Words{noon, "label ZDA 43201"});
    CHECK(chain.events()[0].label.arrival == at_ms(200));
    CHECK(chain.events()[1].label.arrival == at_ms(1150));
}

TEST_CASE("the type that began a burst after silence is as good as silence") {
    Chain chain;
    chain.silence();
    for (int n = 0; n < 3; ++n) {
        chain.say(gga_text(fmt::format("12000{}", n)), 1000 * n + 100);
        chain.say(rmc_text(fmt::format("12000{}", n)), 1000 * n + 200);
    }
    REQUIRE(chain.labels().size() == 2);
    CHECK(chain.events()[0].label.arrival == at_ms(100));
    CHECK(chain.events()[1].label.arrival == at_ms(1100));
}

TEST_CASE("a type that began a burst without silence before it proves nothing") {
    Chain chain;
    chain.silence();
    chain.say(rmc_text("120000"), 100);
    chain.say(gga_text("120000"), 200);
    chain.say(gga_text("120001"), 300);
    chain.say(rmc_text("120001"), 400);
    chain.say(rmc_text("120001"), 500);
    chain.silence();
    REQUIRE(chain.labels().size() == 2);
    CHECK(chain.events()[0].label.arrival == at_ms(100));
    CHECK(chain.events()[1].label.arrival == at_ms(400));
}

TEST_CASE("a receiver that runs ahead with GGA never makes a label early") {
    Chain chain; // RMC n and GGA n + 1 are one burst, but no silence shows it
    for (int n = 0; n < 20; ++n) {
        chain.say(rmc_text(fmt::format("1200{:02}", n)), 1000 * n + 100);
        chain.say(gga_text(fmt::format("1200{:02}", n + 1)), 1000 * n + 200);
    }
    CHECK(chain.labels().size() >= 18);
    for (const auto& event : chain.events())
        if (event.kind == Event::Kind::label)
            CHECK(event.label.arrival == at_ms(1000 * (event.label.second_of_day - 43200) + 100));
}

TEST_CASE("sentences in front of the one that ends a burst belong to the next, if they name it") {
    CHECK(words({rmc_text("120000"), gga_text("120001"), rmc_text("120001"), "|"}) ==
          Words{noon, "label RMC 43201"});
    CHECK(words({gga_text("115959"), zda_text("120000"), gga_text("120000"), "|"}) ==
          Words{"no-date", noon_zda});
    CHECK(words({rmc_text("120000"), gga_text("120001"), rmc_text("120002"), "|"}) ==
          Words{"two-seconds", "label RMC 43202"});
}

TEST_CASE("no fix that is carried over takes the next label, and this one") {
    CHECK(words({rmc_text("120000"), gga_text("120001", "0"), rmc_text("120001"), "|"}) ==
          Words{"no-fix"});
}

TEST_CASE("two whole seconds make no label") {
    CHECK(words({rmc_text("120000"), gga_text("120001"), "|"}) == Words{"two-seconds"});
    CHECK(words({gga_text("120001"), rmc_text("120000"), "|"}) == Words{"two-seconds"});
    CHECK(words({zda_text("120000"), gga_text("120001"), "|"}) == Words{"two-seconds"});
    CHECK(words({rmc_text("120000"), gga_text("120000.99"), "|"}) == Words{noon});
}

TEST_CASE("two whole seconds in every burst: RMC's counts from the sixth on") {
    for (const int ahead : {1, 2, -1}) {
        Chain chain;
        for (int n = 10; n < 15; ++n)
            mixed_burst(chain, n, ahead);
        CHECK(chain.labels().empty());
        mixed_burst(chain, 15, ahead);
        CHECK(chain.labels() == Words{"label RMC 43215"});
        CHECK(chain.events()[0].other == TimeOfDay{43210 + ahead, 0});
    }
}

TEST_CASE("two whole seconds in every burst: RMC need not be first, nor every burst be whole") {
    Chain chain;
    for (int n = 10; n < 17; ++n) {
        chain.say(gga_text(fmt::format("1200{:02}", n + 1)));
        chain.say(rmc_text(fmt::format("1200{:02}", n)));
        chain.silence();
        chain.say(rmc_text(fmt::format("1200{:02}.5", n)));
        chain.silence();
    }
    CHECK(chain.labels() == Words{"label RMC 43215", "label RMC 43216"});
}

TEST_CASE("one burst that is different starts the count anew") {
    for (const int different : {0, 2, -1}) {
        Chain chain;
        for (int n = 10; n < 16; ++n)
            mixed_burst(chain, n, 1);
        mixed_burst(chain, 16, different);
        const auto before = chain.labels().size();
        for (int n = 17; n < 21; ++n)
            mixed_burst(chain, n, 1);
        CHECK(chain.labels().size() == before);
        mixed_burst(chain, 21, 1);
        mixed_burst(chain, 22, 1);
        CHECK(chain.labels().back() == "label RMC 43222");
    }
}

TEST_CASE("two whole seconds in every burst, over midnight") {
    Chain chain;
    for (int n = 53; n < 60; ++n) {
        chain.say(rmc_text(fmt::format("2359{:02}", n)));
        chain.say(n < 59 ? gga_text(fmt::format("2359{:02}", n + 1)) : gga_text("000000"));
        chain.silence();
    }
    CHECK(chain.labels() == Words{"label RMC 86398", "label RMC 86399"});
}

TEST_CASE("three whole seconds, or two without RMC, never make a label") {
    Chain three;
    Chain no_rmc;
    for (int n = 10; n < 20; ++n) {
        three.say(rmc_text(fmt::format("1200{:02}", n)));
        three.say(gga_text(fmt::format("1200{:02}", n + 1)));
        three.say(zda_text(fmt::format("1200{:02}", n + 2)));
        three.silence();
        no_rmc.say(zda_text(fmt::format("1200{:02}", n)));
        no_rmc.say(gga_text(fmt::format("1200{:02}", n + 1)));
        no_rmc.silence();
    }
    CHECK(three.words() == Words(10, "two-seconds"));
    CHECK(no_rmc.words() == Words(10, "two-seconds"));
}

TEST_CASE("five and ten fixes a second: only whole seconds make labels") {
    for (const int rate : {5, 10}) {
        Chain chain;
        for (int i = 0; i < 3 * rate; ++i) {
            const auto time = fmt::format("12000{}.{:03}", i / rate, 1000 / rate * (i % rate));
            chain.say(gga_text(time));
            chain.say(rmc_text(time));
        }
        CHECK(chain.labels() == Words{noon, "label RMC 43201", "label RMC 43202"});
        CHECK(chain.words().size() == static_cast<std::size_t>(3 * rate - 1));
    }
}

TEST_CASE("events that nobody pulls are lost oldest first") {
    Epoch epoch;
    for (int n = 0; n < 7; ++n)
        epoch.push({Type::rmc, TimeOfDay{n, 0}, Date{15, 3, 18, true}, Fix::yes}, {});
    std::vector<int> seconds;
    while (const auto event = epoch.next())
        seconds.push_back(event->label.second_of_day);
    CHECK(seconds == std::vector{2, 3, 4, 5});
}

TEST_CASE("sentences that tell no time open no burst") {
    Epoch epoch;
    epoch.push({}, {});
    CHECK_FALSE(epoch.open());
}
