#include "hal/cpu_latency.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

TEST_CASE("cpu latency: each number is written as the kernel reads it, once") {
    const ppsd::app::test::ScratchDir dir;
    const std::string device = dir.file("latency", "");
    hal::CpuLatency latency{50, device.c_str()};
    for (const bool wanted : {false, true, true, false, false, true})
        latency.hold(wanted);
    const std::string bytes = ppsd::app::test::file_text(device);
    std::vector<std::int32_t> us(bytes.size() / sizeof(std::int32_t));
    std::memcpy(us.data(), bytes.data(), us.size() * sizeof(std::int32_t));
    constexpr std::int32_t no_limit = 2'000'000'000;
    CHECK(us == std::vector<std::int32_t>{no_limit, 50, no_limit, 50});
}

TEST_CASE("cpu latency: a machine that has no such device is told apart from one that denies it") {
    for (const auto& [device, advice] :
         {std::pair{"/nowhere", "this machine can't be told: set cpu-latency = none"},
          {"/", "run it as root, or give the device to the group gpio"}}) {
        std::string what;
        try {
            const hal::CpuLatency held{50, device};
        } catch (const hal::DeviceError& error) {
            what = error.what();
        }
        CHECK(what.starts_with(std::string{"cpu-latency = 50: "} + device + ": "));
        CHECK_MESSAGE(what.find(advice) != std::string::npos, what);
    }
}
