// What is thrown while opening; nothing throws afterwards.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace hal {

/// The machine said no. what(): "gpio:GPIO18: Device or resource busy; taken by gpio-keys: …".
/// Programs exit with 1 on it.
class DeviceError : public std::system_error {
  public:
    /// thing: what the user named; err: an errno; advice: what to do about it, no full stop.
    DeviceError(const std::string& thing, int err, const std::string& advice)
        : std::system_error{err, std::generic_category()}, text_{thing + ": " + code().message() +
                                                                 "; " + advice} {}

    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

  private:
    std::string text_;
};

/// What the user wrote makes no sense. what() names it and says what would, in one line: what it
/// quotes may come from a file of anybody's, so control characters are shown as '?', and what is
/// longer than a line is cut. Programs exit with 2.
class UsageError : public std::invalid_argument {
  public:
    explicit UsageError(std::string text) : std::invalid_argument{one_line(std::move(text))} {}

  private:
    static std::string one_line(std::string text) {
        constexpr std::size_t longest = 1000;
        if (text.size() > longest) text.replace(longest, text.npos, "…");
        const auto control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
        std::replace_if(text.begin(), text.end(), control, '?');
        return text;
    }
};

} // namespace hal
