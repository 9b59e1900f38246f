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
    options.checksum = ppsd::nmea::Checksum::optional;
    options.trust = Trust::neither;
    options.published_before = true;
    const PipelineSettings settings = pipeline_settings(options);
    CHECK_FALSE(settings.pulses);
    CHECK(settings.edge == ppsd::discipline::EdgeRule::falling);
    CHECK(settings.delays.line == 50ns);
    CHECK_FALSE(settings.delays.irq);
    CHECK(settings.poll == Poll::no);
    CHECK(settings.keeper.lock_count == 7);
    CHECK(settings.keeper.holdover == 20s);
    CHECK(settings.keeper.nmea_delay == 300ms);
    CHECK(settings.checksum == ppsd::nmea::Checksum::optional);
    CHECK(settings.not_before == UtcSecond::from_posix(86400));
    CHECK(settings.trust == Trust::neither);
    CHECK(settings.published_before);
}

TEST_CASE("a UART has a rate that limits it; so has a simulated one; what is replayed has none") {
    Options options;
    options.baud = 38400;
    options.nmea = "uart:/dev/serial0";
    CHECK(pipeline_settings(options).baud == 38400);
    options.nmea = "sim:";
    CHECK(pipeline_settings(options).baud == 38400);
    options.nmea = "replay:FILE";
    CHECK_FALSE(pipeline_settings(options).baud);
}

TEST_CASE("distrust is in pulses that must come elsewhere: one a second, and at least 3") {
    Options options;
    CHECK(pipeline_settings(options).keeper.pulses_to_move == 60);
    options.distrust = 0ns;
    CHECK(pipeline_settings(options).keeper.pulses_to_move == 3);
    options.distrust = 3s + 1ns;
    CHECK(pipeline_settings(options).keeper.pulses_to_move == 4);
}

TEST_CASE("pulses, and which edge") {
    Options options;
    options.pps = "gpio:GPIO18";
    CHECK(pipeline_settings(options).pulses);
    CHECK(pipeline_settings(options).edge == ppsd::discipline::EdgeRule::automatic);
    options.edge = EdgeChoice::rising;
    CHECK(pipeline_settings(options).edge == ppsd::discipline::EdgeRule::rising);
}
