// What every source of input has in common: a descriptor to wait on, a name, and a way to fail.
#pragma once

#include <string>
#include <system_error>

namespace hal {

/// Owned by whoever opened it; closes its descriptor when destroyed. Not thread-safe.
class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    /// Readable when there is something to read(). Stays owned by the source.
    [[nodiscard]] virtual int fd() const noexcept = 0;

    /// What the user called it, for messages: "gpio:GPIO18".
    [[nodiscard]] virtual const std::string& name() const noexcept = 0;

    /// Set once the device is gone (unplugged, hung up) and will give nothing more: close it.
    [[nodiscard]] virtual std::error_code error() const noexcept = 0;
};

} // namespace hal
