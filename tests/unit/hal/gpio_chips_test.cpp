#include "hal/src/gpio_chips.hpp"

#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <unistd.h>

using namespace hal;
using namespace ppsd::app::test;
namespace fs = std::filesystem;

namespace {

/// A folder in place of /dev, with the chips gpiochip0, 2 and 10, and what must not count as one.
struct Dev {
    ScratchDir scratch;
    std::string dir = scratch.folder();
    std::string none; ///< of a chip that was open before

    Dev() {
        for (const char* name : {"gpiochip10", "gpiochip2", "gpiochip0", "gpiomem", "ttyS0"})
            std::ofstream{dir + "/" + name};
        fs::create_symlink(dir + "/gpiochip0", dir + "/gpiochip4");
    }

    [[nodiscard]] std::string chip(int n) const { return dir + "/gpiochip" + std::to_string(n); }
};

int nothing(const std::string&, LineSearch&) {
    return 0;
}

/// The message of the DeviceError of `err` that f throws.
std::string failure(int err, const std::function<void()>& f) {
    const std::string text = refusal_of<DeviceError>(err, f);
    CHECK_FALSE(contains(text, "\n"));
    return text;
}

} // namespace

TEST_CASE_FIXTURE(Dev, "chips are listed once each, by number") {
    CHECK(chip_paths(dir) == std::vector{chip(0), chip(2), chip(10)});
    CHECK(chip_paths(dir + "/nowhere").empty());
}

TEST_CASE_FIXTURE(Dev, "a name is looked up on all chips") {
    const auto scan = [this](const std::string& path, LineSearch& search) {
        search.consider(path, 5, path == chip(10) ? "GPIO18" : "other");
        return 0;
    };
    CHECK(find_gpio_line("gpio:GPIO18", "GPIO18", scan, none, {dir, dir}) ==
          GpioOffset{chip(10), 5});
}

TEST_CASE_FIXTURE(Dev, "a name found on one chip forgives another that can't be asked") {
    const auto scan = [this](const std::string& path, LineSearch& search) {
        if (path == chip(10)) return EACCES;
        if (path == chip(0)) search.consider(path, 1, "PPS");
        return 0;
    };
    CHECK(find_gpio_line("gpio:PPS", "PPS", scan, none, {dir, dir}) == GpioOffset{chip(0), 1});
}

TEST_CASE_FIXTURE(Dev, "chip and offset need no search") {
    const auto scan = [](const std::string&, LineSearch&) -> int {
        FAIL("searched");
        return 0;
    };
    CHECK(find_gpio_line("gpio:gpiochip9/3", "gpiochip9/3", scan, none, {dir, dir}) ==
          GpioOffset{"/dev/gpiochip9", 3});
}

TEST_CASE_FIXTURE(Dev, "no such name: says on which chips") {
    const auto text = failure(ENOENT, [&] {
        [[maybe_unused]] const auto where =
            find_gpio_line("gpio:GPIO99", "GPIO99", nothing, none, {dir, dir});
    });
    CHECK(text.starts_with("gpio:GPIO99: No such file or directory; "));
    CHECK(contains(text, chip(0) + ", " + chip(2) + ", " + chip(10)));
}

TEST_CASE_FIXTURE(Dev, "a name of several lines: says which there are") {
    const auto scan = [](const std::string& path, LineSearch& search) {
        search.consider(path, 7, "PPS");
        return 0;
    };
    const auto text = failure(ENOTUNIQ, [&] {
        [[maybe_unused]] const auto where =
            find_gpio_line("gpio:PPS", "PPS", scan, none, {dir, dir});
    });
    CHECK(contains(text, "gpio:" + chip(0) + "/7, gpio:" + chip(2) + "/7"));
}

TEST_CASE_FIXTURE(Dev, "two lines of that name are one too many") {
    const auto scan = [this](const std::string& path, LineSearch& search) {
        if (path != chip(2)) search.consider(path, 7, "PPS");
        return 0;
    };
    const auto text = failure(ENOTUNIQ, [&] {
        [[maybe_unused]] const auto where =
            find_gpio_line("gpio:PPS", "PPS", scan, none, {dir, dir});
    });
    CHECK(contains(text, "gpio:" + chip(0) + "/7, gpio:" + chip(10) + "/7"));
}

TEST_CASE_FIXTURE(Dev, "no permission: names the chip and the group") {
    const auto scan = [](const std::string&, LineSearch&) { return EACCES; };
    const auto text = failure(EACCES, [&] {
        [[maybe_unused]] const auto where =
            find_gpio_line("gpio:GPIO18", "GPIO18", scan, none, {dir, dir});
    });
    CHECK(contains(text, "gpiochip"));
    CHECK(contains(text, "Permission denied; "));
    CHECK(contains(text, "group"));
}

TEST_CASE_FIXTURE(Dev, "no chips at all, whether a name or a chip was asked for") {
    const std::string empty = dir + "/nowhere";
    for (const std::string line : {"GPIO18", "gpiochip0/18"}) {
        const auto text = failure(ENODEV, [&] {
            [[maybe_unused]] const auto where =
                find_gpio_line("gpio:" + line, line, nothing, none, {empty, empty});
        });
        CHECK(text.starts_with("gpio:" + line + ": No such device; "));
        CHECK(contains(text, "no GPIO chip"));
    }
}

TEST_CASE("what the kernel refuses is told with what to do") {
    const std::string name = "gpio:gpiochip0/18";
    CHECK(contains(chip_failed(name, "gpiochip0", EINVAL).what(), "kernel"));
    CHECK(contains(chip_failed(name, "gpiochip0", ENOTTY).what(), "no GPIO chip"));
    CHECK(contains(offset_too_high(name, {"gpiochip0", 54}, 54).what(), "0 to 53"));
    CHECK(contains(request_failed(name, EBUSY, "gpio-keys").what(), "busy; taken by gpio-keys"));
    CHECK(contains(request_failed(name, EBUSY, "").what(), "taken by someone"));
    CHECK(contains(request_failed(name, EPERM, "").what(), "group"));
    CHECK(contains(request_failed(name, ENXIO, "").what(), "interrupts"));
    CHECK(contains(request_failed(name, EINVAL, "").what(), "kernel"));
}

TEST_CASE("a kernel's release is its first two numbers") {
    CHECK(kernel_release("5.10.0-28-armmp") == KernelRelease{5, 10});
    CHECK(kernel_release("6.12.107+deb13-arm64") == KernelRelease{6, 12});
    CHECK(kernel_release("4.19.94-ti-r42") == KernelRelease{4, 19});
    CHECK(kernel_release("7.0") == KernelRelease{7, 0});
    CHECK(kernel_release("6") == KernelRelease{6, 0});
    CHECK(kernel_release("next") == KernelRelease{0, 0});
    CHECK(kernel_release("") == KernelRelease{0, 0});
}

TEST_CASE("a kernel before 5.10 is named, with what to do; a newer one isn't blamed for its age") {
    for (const char* old : {"5.9.16", "4.19.94-ti-r42", "3.8.13-bone86"}) {
        const std::string advice = unknown_request_advice(old);
        CHECK(contains(advice, "this kernel is " + std::string{old}));
        CHECK(contains(advice, "libgpiod 2 needs Linux 5.10 or newer: boot a newer kernel"));
    }
    for (const char* recent : {"5.10.0-28-armmp", "5.15.32-v7+", "6.1.0"}) {
        const std::string advice = unknown_request_advice(recent);
        CHECK_FALSE(contains(advice, "5.10 or newer"));
        CHECK(contains(advice, "CONFIG_GPIO_CDEV_V1"));
    }
}

TEST_CASE("readiness: nothing, something, something before the end, the end") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    CHECK(readiness(ends[0]) == Readiness::nothing);
    REQUIRE(::write(ends[1], "x", 1) == 1);
    CHECK(readiness(ends[0]) == Readiness::readable);
    ::close(ends[1]);
    CHECK(readiness(ends[0]) == Readiness::readable);
    char c = 0;
    REQUIRE(::read(ends[0], &c, 1) == 1);
    CHECK(readiness(ends[0]) == Readiness::gone);
    ::close(ends[0]);
}

TEST_CASE_FIXTURE(Dev, "a chip's node is gone when it is away, or is another one by now") {
    const ChipNode node{chip(0)};
    CHECK_FALSE(node.gone());
    fs::permissions(chip(0), fs::perms::owner_all); // as udev does
    CHECK_FALSE(node.gone());
    std::ofstream{dir + "/another"};
    fs::rename(dir + "/another", chip(0));
    CHECK(node.gone());
    const ChipNode removed{chip(2)};
    fs::remove(chip(2));
    CHECK(removed.gone());
}

namespace {

/// The same with a folder in place of sysfs: which device is behind which chip.
struct Sysfs : Dev {
    std::string links = dir + "/sysfs";

    Sysfs() { fs::create_directory(links); }

    void plug(int n, const std::string& device) const {
        const std::string name = "gpiochip" + std::to_string(n);
        fs::create_directories(dir + "/" + device + "/" + name);
        fs::create_symlink(dir + "/" + device + "/" + name, links + "/" + name);
        std::ofstream{chip(n)};
    }
    void unplug(int n) const {
        fs::remove(links + "/gpiochip" + std::to_string(n));
        fs::remove(chip(n));
    }
    [[nodiscard]] std::string identity(int n) const { return chip_identity(chip(n), {dir, links}); }
    [[nodiscard]] GpioOffset find(std::string identity) const {
        return find_gpio_line("gpio:x", chip(0) + "/3", nothing, identity, {dir, links});
    }
};

} // namespace

TEST_CASE_FIXTURE(Sysfs,
                  "a chip that came back under another number is known by what is behind it") {
    plug(0, "pl061");
    const std::string before = identity(0);
    CHECK(before.ends_with("/pl061 1/1"));
    CHECK(identity(2).empty());
    CHECK(find(before) == GpioOffset{chip(0), 3});
    unplug(0);
    CHECK(find(before) == GpioOffset{chip(0), 3}); // which isn't there, as opening it will tell
    plug(1, "pl061");
    CHECK(find(before) == GpioOffset{chip(1), 3});
    CHECK(find("") == GpioOffset{chip(0), 3}); // nobody has had it yet
}

TEST_CASE_FIXTURE(Sysfs, "the number is another chip's now: its own is looked for, or refused") {
    plug(0, "pl061");
    const std::string before = identity(0);
    unplug(0);
    plug(0, "usb-expander");
    const auto text = failure(ENODEV, [&] { [[maybe_unused]] const auto where = find(before); });
    CHECK(contains(text, "another chip now"));
    CHECK(contains(text, before));
    plug(1, "pl061");
    CHECK(find(before) == GpioOffset{chip(1), 3});
}

TEST_CASE_FIXTURE(Sysfs,
                  "one of a device's chips is known by its place among them, once all are back") {
    plug(0, "pinctrl");
    plug(1, "pinctrl");
    const std::string before = identity(0);
    CHECK(before.ends_with("/pinctrl 1/2"));
    unplug(0);
    unplug(1);
    plug(1, "pinctrl");
    CHECK(find(before) == GpioOffset{chip(0), 3}); // which isn't there
    plug(3, "pinctrl");
    CHECK(find(before) == GpioOffset{chip(1), 3});
    CHECK(identity(3).ends_with("/pinctrl 2/2"));
}

TEST_CASE_FIXTURE(Sysfs, "a link to a chip is that chip; a line by its name forgets the chip") {
    plug(0, "pl061");
    plug(1, "other");
    fs::create_directory(dir + "/by-me");
    fs::create_symlink(chip(1), dir + "/by-me/gpiochip0");
    CHECK(chip_identity(dir + "/by-me/gpiochip0", {dir, links}) == identity(1));
    const auto scan = [this](const std::string& path, LineSearch& search) {
        if (path == chip(1)) search.consider(path, 5, "PPS");
        return 0;
    };
    std::string kept = identity(0);
    CHECK(find_gpio_line("gpio:PPS", "PPS", scan, kept, {dir, links}) == GpioOffset{chip(1), 5});
    keep_identity("gpio:PPS", chip(1), kept, {dir, links});
    CHECK(kept == identity(1));
    const auto text = failure(ENODEV, [&] {
        keep_identity("gpio:PPS", chip(0), kept, {dir, links});
    });
    CHECK(contains(text, "another chip now"));
    CHECK(kept == identity(1));
}
