#include "daemon/pipeline/edge_rule_words.hpp"

#include "tests/unit/support/capture.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;
using ppsd::discipline::Verdict;

namespace {

struct Fixture {
    Capture err;
    Log log{LogLevel::info, true};
    EdgeRuleWords words{log};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "why it can't tell: a warning, when that begins") {
    for (int i = 0; i < 3; ++i)
        words.judged(Verdict::one_polarity, Polarity::rising, {});
    CHECK(err.count("<4>pulses: only one polarity arrives") == 1);
    for (int i = 0; i < 3; ++i)
        words.judged(Verdict::square, Polarity::rising, 500ms);
    CHECK(err.count("<4>pulses: as long high as low") == 1);
    words.judged(Verdict::one_polarity, Polarity::rising, {});
    CHECK(err.count("only one polarity arrives") == 2);
}

TEST_CASE_FIXTURE(Fixture,
                  "what it took: the width, and once that the falling edge may be the wrong one") {
    words.judged(Verdict::used, Polarity::rising, 100ms);
    words.judged(Verdict::trailing, Polarity::falling, 100ms); // nothing new
    words.judged(Verdict::used, Polarity::rising, 100ms);
    CHECK(err.count("<6>pulses: 0.100000 s wide") == 1);
    CHECK_FALSE(err.has("falling edge"));
    for (int i = 0; i < 2; ++i) {
        words.judged(Verdict::undecided, Polarity::rising, {});
        words.judged(Verdict::used, Polarity::falling, 100ms);
    }
    CHECK(err.count("s wide") == 3);
    CHECK(err.count("<5>pulses: low for 0.100 s of each second") == 1);
}

TEST_CASE_FIXTURE(Fixture, "an edge rule that the user has set has no width, and no line") {
    words.judged(Verdict::used, Polarity::rising, {});
    CHECK(err.text().empty());
}
