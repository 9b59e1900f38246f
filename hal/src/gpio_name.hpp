// How a user says which GPIO line. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hal {

/// A line by its place. The chip is a path: "/dev/gpiochip0".
struct GpioOffset {
    std::string chip;
    unsigned offset = 0;
    friend bool operator==(const GpioOffset&, const GpioOffset&) = default;
};

/// A line by its name, on whichever chip has it: "GPIO18".
struct GpioLineName {
    std::string line;
    friend bool operator==(const GpioLineName&, const GpioLineName&) = default;
};

using GpioName = std::variant<GpioLineName, GpioOffset>;

/// "GPIO18", "gpiochip0/18" or "/dev/gpiochip0/18". name is the whole of what the user wrote, for
/// the message of the UsageError that anything else throws.
[[nodiscard]] GpioName parse_gpio_name(const std::string& name, std::string_view line);

/// Looks for one name among the lines of all chips. A line whose name is that very one beats those
/// that have it as their first word, as in "P8_27 [hdmi]" (Linux, am335x-boneblack.dts).
class LineSearch {
  public:
    explicit LineSearch(std::string_view wanted) : wanted_{wanted} {}

    void consider(const std::string& chip, unsigned offset, std::string_view line);

    /// One if all is well; more if the name means several lines.
    [[nodiscard]] const std::vector<GpioOffset>& found() const {
        return exact_.empty() ? first_word_ : exact_;
    }

  private:
    std::string_view wanted_;
    std::vector<GpioOffset> exact_;
    std::vector<GpioOffset> first_word_;
};

} // namespace hal
