// What is thrown while opening; nothing throws afterwards.
#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

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

/// What the user wrote makes no sense. what() names it and says what would. Programs exit with 2.
class UsageError : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

} // namespace hal
