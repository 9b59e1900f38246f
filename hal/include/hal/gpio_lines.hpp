// Which GPIO lines there are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hal {

struct GpioLineInfo {
    unsigned offset = 0;
    std::string name;     ///< "GPIO18"; "" if it has none
    std::string consumer; ///< who has it, if somebody has and says who
    bool used = false;
    bool output = false;
};

struct GpioChipInfo {
    std::string path;  ///< "/dev/gpiochip0"
    std::string label; ///< "pinctrl-bcm2711"
    std::vector<GpioLineInfo> lines;
    int error = 0; ///< an errno that kept it from being asked
};

/// All chips with all their lines. Asks, and requests nothing.
[[nodiscard]] std::vector<GpioChipInfo> gpio_chips();

/// Of the libgpiod that this program has: "2.2.1".
[[nodiscard]] std::string_view libgpiod_version() noexcept;

} // namespace hal
