#include "daemon/discipline/agreeing_labels.hpp"

#include <doctest/doctest.h>

using namespace ppsd::discipline;
using namespace std::chrono_literals;

TEST_CASE("agreeing labels: least, middle and largest of those there are") {
    AgreeingLabels labels;
    CHECK(labels.empty());
    labels.add(300ms);
    CHECK(labels.least() == 300ms);
    CHECK(labels.median() == 300ms);
    CHECK(labels.spread() == 0ms);
    labels.add(100ms);
    labels.add(500ms);
    CHECK(labels.least() == 100ms);
    CHECK(labels.median() == 300ms);
    CHECK(labels.largest() == 500ms);
    CHECK(labels.spread() == 400ms);
    labels.add(400ms);
    CHECK(labels.median() == 400ms); // 100 300 400 500
    CHECK(labels.count() == 4);
}

TEST_CASE("agreeing labels: those before the last 16 are counted, and nothing else") {
    AgreeingLabels labels;
    labels.add(900ms);
    for (int n = 1; n < AgreeingLabels::window; ++n)
        labels.add(200ms);
    CHECK(labels.largest() == 900ms); // the 16th from the end
    labels.add(200ms);
    CHECK(labels.largest() == 200ms);
    CHECK(labels.count() == 17);
}

TEST_CASE("agreeing labels: none is left when they are cleared") {
    AgreeingLabels labels;
    labels.add(900ms);
    labels.add(800ms);
    labels.clear();
    CHECK(labels.empty());
    labels.add(200ms);
    CHECK(labels.largest() == 200ms);
    CHECK(labels.median() == 200ms);
}
