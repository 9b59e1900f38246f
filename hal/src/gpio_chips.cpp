#include "gpio_chips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <poll.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <system_error>
#include <unistd.h>

namespace hal {
namespace {

constexpr const char* no_chips =
    "this machine has no GPIO chip that the kernel knows (CONFIG_GPIO_CDEV, the board's pin "
    "controller driver); `gpiodetect` shows them";
constexpr const char* no_permission =
    "run as root, or as a member of the group that owns the chips (on Raspberry Pi OS gpio; "
    "elsewhere a udev rule gives them to one)";
constexpr KernelRelease gpio_v2{5, 10};

std::string listed(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words)
        all += (all.empty() ? "" : ", ") + word;
    return all;
}

DeviceError not_found(const std::string& name, const std::vector<std::string>& chips) {
    return {name, ENOENT,
            fmt::format("no line of {} has that name; `gpioinfo` lists the names, or give chip "
                        "and offset",
                        listed(chips))};
}

std::string running_release() {
    utsname name{};
    return ::uname(&name) == 0 ? name.release : "";
}

DeviceError several(const std::string& name, const std::vector<GpioOffset>& found) {
    std::vector<std::string> places;
    for (const GpioOffset& place : found)
        places.push_back(fmt::format("gpio:{}/{}", place.chip, place.offset));
    return {name, ENOTUNIQ, "the name means several lines: choose " + listed(places)};
}

DeviceError another_chip(const std::string& name, const std::string& chip,
                         const std::string& identity) {
    return {name, ENODEV,
            fmt::format("{} is another chip now, and the one it was ({}) is gone; plug that in "
                        "where it was, or restart ppsd",
                        chip, identity)};
}

std::string follow(const std::string& name, const std::string& chip, const std::string& identity,
                   const std::vector<std::string>& chips, const GpioFolders& folders) {
    if (identity.empty()) return chip;
    for (const std::string& other : chips)
        if (chip_identity(other, folders) == identity) return other;
    if (chip_identity(chip, folders).empty()) return chip; // there is none: to open it will tell
    throw another_chip(name, chip, identity);
}

// "" for what is no chip.
std::filesystem::path device_of(const std::filesystem::path& chip, const GpioFolders& folders) {
    std::error_code unknown;
    const auto node = std::filesystem::canonical(chip, unknown);
    if (unknown) return {};
    const auto place = std::filesystem::canonical(folders.sysfs / node.filename(), unknown);
    return unknown ? std::filesystem::path{} : place.parent_path();
}

} // namespace

std::string chip_identity(const std::string& chip, const GpioFolders& folders) {
    const auto device = device_of(chip, folders);
    if (device.empty()) return {};
    std::error_code unknown;
    const auto node = std::filesystem::canonical(chip, unknown);
    int rank = 0, count = 0;
    for (const std::string& other : chip_paths(folders.dev)) {
        if (device_of(other, folders) != device) continue;
        ++count;
        if (std::filesystem::path{other}.filename() == node.filename()) rank = count;
    }
    return fmt::format("{} {}/{}", device.string(), rank, count);
}

void keep_identity(const std::string& name, const std::string& chip, std::string& identity,
                   const GpioFolders& folders) {
    const std::string now = chip_identity(chip, folders);
    if (!identity.empty() && now != identity) throw another_chip(name, chip, identity);
    identity = now;
}

std::string unknown_request_advice(const std::string& release) {
    if (kernel_release(release) < gpio_v2)
        return fmt::format(
            "this kernel is {}, and libgpiod 2 needs Linux 5.10 or newer: boot a newer "
            "kernel, or install a ppsd that was built with libgpiod 1.6 (Debian 12's)",
            release);
    return fmt::format("the kernel ({}) doesn't know the request: libgpiod 1.6 needs "
                       "CONFIG_GPIO_CDEV_V1, and the line has to be one that gives interrupts",
                       release);
}

KernelRelease kernel_release(const std::string& text) {
    KernelRelease release{};
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, release.major);
    if (major.ec == std::errc{} && major.ptr != end && *major.ptr == '.')
        std::from_chars(major.ptr + 1, end, release.minor);
    return release;
}

std::vector<std::string> chip_paths(const std::string& dir) {
    namespace fs = std::filesystem;
    std::vector<std::string> paths;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{dir, ignored})
        if (entry.path().filename().string().starts_with("gpiochip") && !entry.is_symlink(ignored))
            paths.push_back(entry.path().string());
    // gpiochip10 after gpiochip9.
    std::ranges::sort(paths, [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    return paths;
}

GpioOffset find_gpio_line(const std::string& name, std::string_view line, const ScanChip& scan,
                          std::string& identity, const GpioFolders& folders) {
    const GpioName parsed = parse_gpio_name(name, line);
    const auto chips = chip_paths(folders.dev);
    if (chips.empty()) throw DeviceError(name, ENODEV, no_chips);
    if (const auto* place = std::get_if<GpioOffset>(&parsed))
        return {follow(name, place->chip, identity, chips, folders), place->offset};
    identity.clear();

    LineSearch search{std::get<GpioLineName>(parsed).line};
    int worst = 0;
    std::string worst_chip;
    for (const std::string& chip : chips)
        if (const int err = scan(chip, search); err != 0) {
            worst = err;
            worst_chip = chip;
        }
    if (search.found().size() == 1) return search.found().front();
    if (search.found().size() > 1) throw several(name, search.found());
    if (worst != 0) throw chip_failed(name, worst_chip, worst);
    throw not_found(name, chips);
}

DeviceError chip_failed(const std::string& name, const std::string& chip, int err) {
    const std::string file = chip.substr(chip.rfind('/') + 1);
    const bool named = name.find(file) != std::string::npos;
    const std::string thing = named ? name : fmt::format("{} ({})", name, chip);
    switch (err) {
    case EACCES:
    case EPERM:
        return {thing, err, no_permission};
    case EINVAL:
        return {thing, err, unknown_request_advice(running_release())};
    case ENOTTY:
        return {thing, err, fmt::format("{} is no GPIO chip; `gpiodetect` lists them", chip)};
    default:
        return {thing, err, "the chips here: " + listed(chip_paths())};
    }
}

DeviceError offset_too_high(const std::string& name, const GpioOffset& where,
                            std::size_t num_lines) {
    return {name, EINVAL,
            fmt::format("{} has {} lines: its offsets are 0 to {}", where.chip, num_lines,
                        num_lines - 1)};
}

DeviceError request_failed(const std::string& name, int err, const std::string& consumer) {
    switch (err) {
    case EBUSY:
        return {name, err,
                fmt::format("taken by {}: stop that program, or take the line away from that "
                            "driver in the device tree",
                            consumer.empty() ? "someone who doesn't say" : consumer)};
    case EACCES:
    case EPERM:
        return {name, err, no_permission};
    case EINVAL:
        return {name, err, unknown_request_advice(running_release())};
    default:
        return {name, err, "the line can't give interrupts; put the pulse on another one"};
    }
}

ChipNode::Id ChipNode::identify() const noexcept {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return {};
    return {status.st_dev, status.st_ino};
}

Readiness readiness(int fd) noexcept {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, 0) <= 0) return Readiness::nothing;
    if ((waiting.revents & POLLIN) != 0) return Readiness::readable;
    return Readiness::gone;
}

} // namespace hal
