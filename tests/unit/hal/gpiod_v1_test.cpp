// open_gpio() with libgpiod 1.6, which the functions of this file stand for. Each case runs in a
// process with a /dev of its own, where the two chips are.
#include "hal/src/backends.hpp"

#include "hal/error.hpp"
#include "hal/gpio_lines.hpp"
#include "tests/unit/support/emulated.hpp"
#include "tests/unit/support/fake_clock.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <gpiod.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <deque>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hal;
using ppsd::app::test::FakeClock;
using ppsd::app::test::refusal;

struct gpiod_line {
    const char* name;
};
struct gpiod_chip {
    std::array<gpiod_line, 3> lines;
};

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

/// The chips, and what the library says. Each case's process has a copy of its own.
struct World {
    std::array<gpiod_chip, 2> chips{gpiod_chip{{{{"PPS"}, {nullptr}, {"BOTH"}}}},
                                    gpiod_chip{{{{"OTHER"}, {"BOTH"}, {"LAST one"}}}}};
    int opening = 0; ///< the errno of each of these calls
    int getting = 0;
    int requesting = 0;
    int reading = 0;
    const char* consumer = nullptr;
    int open = 0; ///< chips that are
    std::string said;
    std::array<int, 2> ends{};
    std::deque<gpiod_line_event> events;

    void happens(int type, std::int64_t ns) {
        events.push_back(
            {{static_cast<std::time_t>(ns / second_ns), static_cast<long>(ns % second_ns)}, type});
        REQUIRE(::write(ends[1], "x", 1) == 1);
    }
    int request(const char* edges, const char* who) {
        said += fmt::format("{} for {}\n", edges, who);
        errno = requesting;
        return requesting == 0 ? 0 : -1;
    }
} world;

} // namespace

extern "C" {
gpiod_chip* gpiod_chip_open(const char* path) {
    errno = world.opening;
    if (world.opening != 0) return nullptr;
    ++world.open;
    return &world.chips.at(std::string_view{path} == "/dev/gpiochip0" ? 0 : 1);
}
void gpiod_chip_close(gpiod_chip*) {
    --world.open;
}
unsigned gpiod_chip_num_lines(gpiod_chip* chip) {
    return static_cast<unsigned>(chip->lines.size());
}
gpiod_line* gpiod_chip_get_line(gpiod_chip* chip, unsigned offset) {
    errno = world.getting;
    return world.getting == 0 ? &chip->lines.at(offset) : nullptr;
}
const char* gpiod_line_name(gpiod_line* line) {
    return line->name;
}
const char* gpiod_line_consumer(gpiod_line*) {
    return world.consumer;
}
const char* gpiod_chip_label(gpiod_chip* chip) {
    return chip == &world.chips[0] ? "pinctrl-bcm2711" : nullptr;
}
bool gpiod_line_is_used(gpiod_line*) {
    return world.consumer != nullptr;
}
int gpiod_line_direction(gpiod_line* line) {
    return line == &world.chips[0].lines[2] ? GPIOD_LINE_DIRECTION_OUTPUT
                                            : GPIOD_LINE_DIRECTION_INPUT;
}
const char* gpiod_version_string() {
    return "1.6.3";
}
int gpiod_line_request_rising_edge_events(gpiod_line*, const char* who) {
    return world.request("rising", who);
}
int gpiod_line_request_falling_edge_events(gpiod_line*, const char* who) {
    return world.request("falling", who);
}
int gpiod_line_request_both_edges_events(gpiod_line*, const char* who) {
    return world.request("both", who);
}
int gpiod_line_event_get_fd(gpiod_line*) {
    return world.ends[0];
}
int gpiod_line_event_read_multiple(gpiod_line*, gpiod_line_event* events, unsigned most) {
    errno = world.reading;
    if (world.reading != 0) return -1;
    int count = 0;
    for (char byte = 0; static_cast<unsigned>(count) < most && !world.events.empty(); ++count) {
        events[count] = world.events.front();
        world.events.pop_front();
        REQUIRE(::read(world.ends[0], &byte, 1) == 1);
    }
    return count;
}
}

namespace {

FakeClock time_of_day{MonoTime::from_ns(100 * second_ns), {Nanos{1'700'000'000 * second_ns}, 7}};

std::unique_ptr<PulseSource> open(std::string_view line, EdgeChoice edge = EdgeChoice::automatic) {
    std::string identity;
    return open_gpio("gpio:" + std::string{line}, line, edge, time_of_day, identity);
}

void say_refusal(std::string_view line) {
    world.said += refusal<DeviceError>([&] { return open(line); }) + "\n";
}

/// All edges that there are now, and what is wrong then.
void say_edges(PulseSource& source) {
    while (const auto edge = source.read())
        world.said +=
            fmt::format("{} {} {}\n", edge->polarity == Polarity::rising ? "rising" : "falling",
                        edge->time.ns(), edge->generation ? "real" : "mono");
    if (source.error()) world.said += source.error().message() + "\n";
}

bool has_own_dev() {
    const bool own = ::unshare(CLONE_NEWNS) == 0 &&
                     ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                     ::mount("tmpfs", "/dev", "tmpfs", 0, nullptr) == 0;
    if (!own) return false;
    for (const char* chip : {"/dev/gpiochip0", "/dev/gpiochip1"})
        std::ofstream{chip}.put('\n');
    return true;
}

/// What `action` adds to world.said; nothing where there can be no such process.
template <class Action>
std::optional<std::string> said_by(const Action& action) {
    if (ppsd::app::test::emulated()) {
        MESSAGE("SKIPPED: this processor is emulated, and qemu-user has no /dev but the machine's");
        return std::nullopt;
    }
    std::array<int, 2> answer{};
    REQUIRE(::pipe(answer.data()) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!has_own_dev()) ::_exit(77);
        // Here, so that nobody else has an end of it when one is closed.
        if (::pipe(world.ends.data()) != 0) ::_exit(1);
        try {
            action();
        } catch (...) { // not on into the tests that follow
            ::_exit(1);
        }
        const auto size = static_cast<ssize_t>(world.said.size());
        ::_exit(::write(answer[1], world.said.data(), world.said.size()) == size ? 0 : 1);
    }
    ::close(answer[1]);
    std::string text(4096, '\0');
    const auto size = ::read(answer[0], text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    ::close(answer[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        MESSAGE("SKIPPED: no /dev of its own can be mounted; run as root");
        return std::nullopt;
    }
    CHECK(WEXITSTATUS(status) == 0);
    return text;
}

} // namespace

TEST_CASE("a line is requested for the edges that are wanted, and released at the end") {
    const auto said = said_by([] {
        for (const EdgeChoice edge :
             {EdgeChoice::automatic, EdgeChoice::rising, EdgeChoice::falling})
            (void)open("gpiochip1/2", edge);
        world.said += fmt::format("{} chips are open\n", world.open);
        const auto source = open("PPS");
        world.said += fmt::format("{} is, as {}", world.open, source->name());
    });
    if (said)
        CHECK(*said == "both for ppsd\nrising for ppsd\nfalling for ppsd\n0 chips are open\n"
                       "both for ppsd\n1 is, as gpio:PPS");
}

TEST_CASE("edges in their order, of either clock; more than the kernel's queue holds") {
    const auto said = said_by([] {
        const auto source = open("PPS");
        say_edges(*source);
        world.happens(GPIOD_LINE_EVENT_RISING_EDGE, 99 * second_ns + 5);
        world.happens(GPIOD_LINE_EVENT_FALLING_EDGE, 1'700'000'099 * second_ns + 6);
        say_edges(*source);
        for (int n = 0; n < 17; ++n)
            world.happens(GPIOD_LINE_EVENT_RISING_EDGE, n);
        int count = 0;
        while (source->read())
            ++count;
        world.said += fmt::format("{} edges", count);
    });
    if (said)
        CHECK(*said ==
              "both for ppsd\nrising 99000000005 mono\nfalling 99000000006 real\n17 edges");
}

TEST_CASE("a line that goes away is an error; an interruption is none") {
    const auto said = said_by([] {
        auto source = open("PPS");
        world.happens(GPIOD_LINE_EVENT_RISING_EDGE, 1);
        for (const int error : {EINTR, EAGAIN, EIO}) {
            world.reading = error;
            say_edges(*source);
        }
        world.reading = 0;
        say_edges(*source); // and it stays so
        source = open("PPS");
        say_edges(*source);
        ::close(world.ends[1]);
        say_edges(*source);
        source = open("PPS");
        source->probe();
        world.said += source->error() ? "gone\n" : "there\n";
        std::filesystem::remove("/dev/gpiochip0");
        source->probe();
        world.said += source->error().message();
    });
    if (said)
        CHECK(*said == "both for ppsd\nInput/output error\nInput/output error\n"
                       "both for ppsd\nrising 1 mono\nNo such device\n"
                       "both for ppsd\nthere\nNo such device");
}

TEST_CASE("all lines of all chips, as the kernel has them") {
    const auto said = said_by([] {
        const auto say = [] {
            for (const GpioChipInfo& chip : gpio_chips()) {
                world.said += fmt::format("{} {} {}:", chip.path, chip.label, chip.error);
                for (const GpioLineInfo& line : chip.lines)
                    world.said += fmt::format(" {}={}{}{}{}", line.offset, line.name, line.consumer,
                                              line.used ? " used" : "", line.output ? " out" : "");
                world.said += "\n";
            }
        };
        say();
        world.consumer = "x";
        world.getting = EACCES;
        say();
        world.said += fmt::format("{} chips are open, {}", world.open, libgpiod_version());
    });
    if (said)
        CHECK(*said == "/dev/gpiochip0 pinctrl-bcm2711 0: 0=PPS 1= 2=BOTH out\n"
                       "/dev/gpiochip1  0: 0=OTHER 1=BOTH 2=LAST one\n"
                       "/dev/gpiochip0 pinctrl-bcm2711 13:\n/dev/gpiochip1  13:\n"
                       "0 chips are open, 1.6.3");
}

TEST_CASE("what is refused, and what to do about it") {
    const auto said = said_by([] {
        say_refusal("gpiochip1/3");
        say_refusal("BOTH");
        world.requesting = EBUSY;
        world.consumer = "gpio-keys";
        say_refusal("PPS");
        world.consumer = nullptr;
        say_refusal("LAST");
        world.getting = EACCES;
        say_refusal("gpiochip1/0");
        say_refusal("PPS");
        world.getting = 0;
        world.opening = ENOTTY;
        say_refusal("/dev/gpiochip1/0");
    });
    if (!said) return;
    const auto says = [&](const char* part) { return said->find(part) != std::string::npos; };
    CHECK(says("gpio:gpiochip1/3: Invalid argument; /dev/gpiochip1 has 3 lines: its offsets are 0 "
               "to 2\n"));
    CHECK(says("gpio:BOTH: Name not unique on network; the name means several lines: choose "
               "gpio:/dev/gpiochip0/2, gpio:/dev/gpiochip1/1\n"));
    CHECK(says("gpio:PPS: Device or resource busy; taken by gpio-keys: "));
    CHECK(says("gpio:LAST: Device or resource busy; taken by someone who doesn't say: "));
    CHECK(says("gpio:gpiochip1/0: Permission denied; run as root, "));
    CHECK(says("gpio:PPS (/dev/gpiochip1): Permission denied; run as root, "));
    CHECK(says("gpio:/dev/gpiochip1/0: Inappropriate ioctl for device; /dev/gpiochip1 is no GPIO "
               "chip"));
}
