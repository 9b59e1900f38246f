#include "daemon/pipeline/trust.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;

TEST_CASE("a name that is read is the same again, and others are none") {
    for (const Trust trust : {Trust::receiver, Trust::clock, Trust::neither})
        CHECK(parse_trust(name(trust)) == trust);
    for (const auto* word : {"", "Clock", "both", "clock "})
        CHECK_FALSE(parse_trust(word));
}
