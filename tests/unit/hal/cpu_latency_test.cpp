#include "hal/cpu_latency.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <tuple>
#include <utility>

TEST_CASE("cpu latency: the number is written as the kernel reads it, and the file stays open") {
    const ppsd::app::test::ScratchDir dir;
    const std::string device = dir.file("latency", "");
    const hal::UniqueFd held = hal::hold_cpu_latency(50, device.c_str());
    CHECK(held);
    const std::string bytes = ppsd::app::test::file_text(device);
    std::int32_t us = 0;
    REQUIRE(bytes.size() == sizeof us);
    std::memcpy(&us, bytes.data(), sizeof us);
    CHECK(us == 50);
}

TEST_CASE("cpu latency: a machine that has no such device is told apart from one that denies it") {
    for (const auto& [device, advice] :
         {std::pair{"/nowhere", "this machine can't be told: set cpu-latency = none"},
          {"/", "run it as root, or give the device to the group gpio"}}) {
        std::string what;
        try {
            std::ignore = hal::hold_cpu_latency(50, device);
        } catch (const hal::DeviceError& error) {
            what = error.what();
        }
        CHECK(what.starts_with(std::string{"cpu-latency = 50: "} + device + ": "));
        CHECK_MESSAGE(what.find(advice) != std::string::npos, what);
    }
}
