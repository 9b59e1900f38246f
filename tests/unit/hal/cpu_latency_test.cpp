#include "hal/cpu_latency.hpp"

#include "hal/error.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("cpu latency: held, or one line says why not") {
    try {
        CHECK(hal::hold_cpu_latency(50));
    } catch (const hal::DeviceError& error) {
        CHECK(std::string{error.what()}.starts_with("cpu-latency = 50: /dev/cpu_dma_latency: "));
    }
}
