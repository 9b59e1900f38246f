#include "gpio_name.hpp"

#include "backends.hpp"
#include "hal/error.hpp"

#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <tuple>

namespace hal {
namespace {

std::optional<unsigned> parse_offset(std::string_view digits) {
    unsigned offset = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, offset);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return offset;
}

/// Nothing if it can't be one: empty, or a path of several parts that isn't absolute.
std::optional<std::string> chip_path(std::string_view chip) {
    const auto slash = chip.find('/');
    if (chip.empty() || chip.back() == '/') return std::nullopt;
    if (slash == std::string_view::npos) return fmt::format("/dev/{}", chip);
    if (slash == 0) return std::string{chip};
    return std::nullopt;
}

[[noreturn]] void refuse(const std::string& name, std::string_view why) {
    throw UsageError(fmt::format("{}: {}; name a line as in gpio:GPIO18, gpio:gpiochip0/18 or "
                                 "gpio:/dev/gpiochip0/18",
                                 name, why));
}

bool names_a_chip_only(std::string_view text) {
    return text.starts_with("/dev/") || text.starts_with("gpiochip");
}

} // namespace

GpioName parse_gpio_name(const std::string& name, std::string_view line) {
    if (line.empty()) refuse(name, "no line");
    const auto slash = line.rfind('/');
    const bool has_offset = slash != std::string_view::npos && slash + 1 < line.size() &&
                            !line.substr(slash + 1).starts_with("gpiochip");
    if (!has_offset) {
        if (names_a_chip_only(line)) refuse(name, "a chip without the offset of a line");
        if (slash != std::string_view::npos) refuse(name, "no offset after the slash");
        return GpioLineName{std::string{line}};
    }
    const auto chip = chip_path(line.substr(0, slash));
    const auto offset = parse_offset(line.substr(slash + 1));
    if (!chip) refuse(name, "no chip before the offset");
    if (!offset) refuse(name, fmt::format("\"{}\" is no offset", line.substr(slash + 1)));
    return GpioOffset{*chip, *offset};
}

void check_gpio(const std::string& name, std::string_view line) {
    std::ignore = parse_gpio_name(name, line);
}

void LineSearch::consider(const std::string& chip, unsigned offset, std::string_view line) {
    if (!line.starts_with(wanted_)) return;
    if (line.size() == wanted_.size())
        exact_.push_back({chip, offset});
    else if (line[wanted_.size()] == ' ')
        first_word_.push_back({chip, offset});
}

} // namespace hal
