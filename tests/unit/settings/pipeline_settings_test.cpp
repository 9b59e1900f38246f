#include "daemon/settings/pipeline_settings.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace hal;

TEST_CASE("each option that the pipeline is made with") {
    Options options;
    options.edge = EdgeChoice::falling;
    options.pps_delay = 50ns;
    options.lock_count = 7;
    options.holdover = 20s;
    options.nmea_delay = 300ms;
    options.not_before = UtcSecond::from_posix(86400);
    const PipelineSettings settings = pipeline_settings(options);
    CHECK_FALSE(settings.pulses);
    CHECK(settings.edge == ppsd::discipline::EdgeRule::falling);
    CHECK(settings.pps_delay == 50ns);
    CHECK(settings.labeller.lock_count == 7);
    CHECK(settings.labeller.holdover == 20s);
    CHECK(settings.labeller.nmea_delay == 300ms);
    CHECK(settings.not_before == UtcSecond::from_posix(86400));
}

TEST_CASE("pulses, and which edge") {
    Options options;
    options.pps = "gpio:GPIO18";
    CHECK(pipeline_settings(options).pulses);
    CHECK(pipeline_settings(options).edge == ppsd::discipline::EdgeRule::automatic);
    options.edge = EdgeChoice::rising;
    CHECK(pipeline_settings(options).edge == ppsd::discipline::EdgeRule::rising);
}
