// What both libgpiod backends have in common: which chips there are, and how they fail.
#pragma once

#include "gpio_name.hpp"
#include "hal/error.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hal {

/// The kernel's name for whoever holds a line of ours.
inline constexpr const char* gpio_consumer = "ppsd";

/// The GPIO chips in dir, each once, in order of their numbers; without symbolic links to them.
[[nodiscard]] std::vector<std::string> chip_paths(const std::string& dir = "/dev");

/// Shows all lines of one chip to the search. Returns 0, or the errno that kept it from doing so.
using ScanChip = std::function<int(const std::string& chip, LineSearch& search)>;

/// Where chips are found; tests have folders of their own.
struct GpioFolders {
    std::string dev = "/dev";
    std::string sysfs = "/sys/bus/gpio/devices"; ///< links to what is behind each chip
};

/// What is behind a chip, whichever number it has: its device, and which of that device's chips it
/// is
/// ("/sys/devices/platform/9030000.pl061 1/1"); "" if sysfs doesn't tell.
[[nodiscard]] std::string chip_identity(const std::string& chip, const GpioFolders& folders = {});

/// Where the line is. name: what the user wrote in full. identity: of the chip when it was open
/// before, or ""; cleared where the line is sought by its own name. The kernel may give a chip
/// another number when its driver is bound again (Linux 6.1 does if somebody had a line), so one
/// that the user named by its number is then sought by its identity. Throws UsageError if the name
/// can't be read, and DeviceError if there is no such line or chip, the name means several, a chip
/// can't be asked, or the number is another chip's now.
[[nodiscard]] GpioOffset find_gpio_line(const std::string& name, std::string_view line,
                                        const ScanChip& scan, std::string& identity,
                                        const GpioFolders& folders = {});

/// The line is ours: keeps its chip's identity. Throws DeviceError if it is not that one, as when
/// chips come and go at this very moment.
void keep_identity(const std::string& name, const std::string& chip, std::string& identity,
                   const GpioFolders& folders = {});

/// The first two numbers of `uname -r`; zeros where it has none.
struct KernelRelease {
    unsigned major = 0;
    unsigned minor = 0;
    friend constexpr auto operator<=>(const KernelRelease&, const KernelRelease&) = default;
};
[[nodiscard]] KernelRelease kernel_release(const std::string& text);

/// What to do where the kernel of this release (`uname -r`) calls a GPIO request invalid. The v2
/// uAPI, which libgpiod 2 speaks, is in Linux since 5.10 (include/uapi/linux/gpio.h there).
[[nodiscard]] std::string unknown_request_advice(const std::string& release);

/// Opening the chip, or asking it about a line, ended with err.
[[nodiscard]] DeviceError chip_failed(const std::string& name, const std::string& chip, int err);
/// The chip has only num_lines.
[[nodiscard]] DeviceError offset_too_high(const std::string& name, const GpioOffset& where,
                                          std::size_t num_lines);
/// The line wasn't given to us. consumer: who the kernel says has it, or "".
[[nodiscard]] DeviceError request_failed(const std::string& name, int err,
                                         const std::string& consumer);

/// Whether a chip's device node is the one that it was: a driver that is unbound takes it away, and
/// bound again makes another.
class ChipNode {
  public:
    explicit ChipNode(std::string path) : path_{std::move(path)}, id_{identify()} {}
    [[nodiscard]] bool gone() const noexcept { return id_ != identify(); }

  private:
    /// Device and inode of the node; zeros if there is none.
    using Id = std::pair<std::uint64_t, std::uint64_t>;
    [[nodiscard]] Id identify() const noexcept;

    std::string path_;
    Id id_;
};

/// What a line's descriptor has, without waiting.
enum class Readiness : std::uint8_t { nothing, readable, gone };
[[nodiscard]] Readiness readiness(int fd) noexcept;

} // namespace hal
