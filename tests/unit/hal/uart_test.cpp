#include "hal/src/backends.hpp"

#include "hal/error.hpp"
#include "hal/unique_fd.hpp"
#include "tests/unit/hal/ioctls.hpp"
#include "tests/unit/support/emulated.hpp"
#include "tests/unit/support/pty.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <linux/serial.h>
#include <optional>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

using namespace hal;
using namespace ppsd::app::test;

namespace {

struct Folder {
    ScratchDir scratch;
    std::string path = scratch.folder();
};

/// While it lives, root is nobody in this process, and `folder` may be entered by everybody.
struct Unprivileged {
    uid_t before = ::geteuid();

    explicit Unprivileged(const Folder& folder) {
        REQUIRE(::chmod(folder.path.c_str(), 0755) == 0);
        if (before == 0) REQUIRE(::seteuid(65534) == 0);
    }
    ~Unprivileged() { REQUIRE(::seteuid(before) == 0); }
};

std::unique_ptr<ByteSource> open(const std::string& path, unsigned baud = 9600) {
    return open_uart("uart:" + path, path, baud);
}

bool readable(const ByteSource& source) {
    pollfd p{source.fd(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
}

/// All that is there now.
std::string drain(ByteSource& source) {
    std::string all;
    while (const auto chunk = source.read())
        all += chunk->bytes;
    return all;
}

std::int64_t mono_ns() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

/// The message of the DeviceError of err that opening throws.
std::string failure(const std::string& path, int err) {
    return refusal_of<DeviceError>(err, [&] { return open(path); });
}

} // namespace

TEST_CASE_FIXTURE(Pty, "bytes come through a tty as they are, with their time of arrival") {
    const auto uart = open(path);
    CHECK(uart->name() == "uart:" + path);
    CHECK_FALSE(readable(*uart));
    CHECK_FALSE(uart->read());
    CHECK_FALSE(uart->error());

    const std::string text{"$GP\r\n\0\x11\x13\xff\x03\x04\x1a\n", 13};
    send(text);
    CHECK(readable(*uart));
    const std::int64_t before = mono_ns();
    const auto chunk = uart->read();
    const std::int64_t after = mono_ns();
    REQUIRE(chunk);
    CHECK(chunk->bytes == text);
    CHECK(chunk->arrival.ns() >= before);
    CHECK(chunk->arrival.ns() <= after);
    CHECK_FALSE(uart->read());
}

TEST_CASE_FIXTURE(Pty, "nothing is echoed back to the receiver") {
    const auto uart = open(path);
    send("$GPRMC\r\n");
    CHECK(drain(*uart) == "$GPRMC\r\n");
    pollfd p{master.get(), POLLIN, 0};
    CHECK(::poll(&p, 1, 0) == 0);
}

TEST_CASE_FIXTURE(Pty, "what came before opening is thrown away") {
    send("old");
    const auto uart = open(path);
    CHECK(drain(*uart).empty());
    send("new");
    CHECK(drain(*uart) == "new");
}

TEST_CASE_FIXTURE(Pty, "what came before reading begins is thrown away") {
    const auto uart = open(path);
    send("old");
    uart->forget_unread();
    CHECK(drain(*uart).empty());
    send("new");
    CHECK(drain(*uart) == "new");
}

TEST_CASE_FIXTURE(Pty, "every standard rate opens") {
    for (const unsigned baud : {4800u, 9600u, 19200u, 38400u, 57600u, 115200u, 230400u, 460800u})
        CHECK(open(path, baud) != nullptr);
    if (emulated()) {
        MESSAGE("SKIPPED: 500000 baud and above: this processor is emulated, and qemu-user knows "
                "rates up to 460800");
        return;
    }
    for (const unsigned baud : {500000u, 576000u, 921600u})
        CHECK(open(path, baud) != nullptr);
}

TEST_CASE_FIXTURE(Pty, "a driver that can is asked for low latency, and keeps its other flags") {
    class Driver final : public hal::test::Ioctls {
      public:
        std::optional<int> answer(unsigned long request, void* argument) override {
            if (request != TIOCGSERIAL && request != TIOCSSERIAL) return std::nullopt;
            auto& settings = *static_cast<serial_struct*>(argument);
            if (request == TIOCGSERIAL) settings.flags = ASYNC_SKIP_TEST;
            if (request == TIOCSSERIAL) asked = settings.flags;
            return request == TIOCGSERIAL ? can : 0;
        }
        int can = 0;
        std::optional<int> asked;
    } driver;
    (void)open(path);
    CHECK(driver.asked == (ASYNC_SKIP_TEST | ASYNC_LOW_LATENCY));
    driver.asked.reset();
    driver.can = ENOTTY;
    CHECK(open(path) != nullptr);
    CHECK_FALSE(driver.asked);
}

TEST_CASE_FIXTURE(Pty, "other rates are usage errors that name them") {
    for (const unsigned baud : {0u, 2400u, 4799u, 4801u, 10000u, 921599u, 921601u, 1000000u}) {
        CAPTURE(baud);
        CHECK_THROWS_WITH_AS(open(path, baud),
                             ("uart:" + path + ": " + std::to_string(baud) +
                              " is no baud rate; there are 4800, 9600, 19200, 38400, 57600, "
                              "115200, 230400, 460800, 500000, 576000, 921600")
                                 .c_str(),
                             UsageError);
    }
}

TEST_CASE_FIXTURE(Pty, "a second one on the same device is refused, even as root") {
    {
        const auto first = open(path);
        CHECK(contains(failure(path, EBUSY), "Device or resource busy; "));
        send("x");
        CHECK(drain(*first) == "x");
    }
    CHECK(open(path) != nullptr);
}

TEST_CASE_FIXTURE(Pty,
                  "a pty is not made exclusive: that would outlast a process that was killed") {
    if (emulated()) {
        MESSAGE("SKIPPED: this processor is emulated, and qemu-user doesn't know TIOCGEXCL");
        return;
    }
    const auto source = open(path);
    int alone = 1;
    REQUIRE(::ioctl(source->fd(), TIOCGEXCL, &alone) == 0);
    CHECK(alone == 0);
}

TEST_CASE_FIXTURE(Pty, "closing gives the exclusiveness back while the pty lives on") {
    open(path).reset();
    CHECK(UniqueFd{::open(path.c_str(), O_RDWR | O_NOCTTY)});
}

TEST_CASE("a single byte wakes, and is read at once") {
    const Pty pty;
    const auto source = open(pty.path);
    termios settings{};
    REQUIRE(::tcgetattr(source->fd(), &settings) == 0);
    CHECK(settings.c_cc[VMIN] == 1);
    CHECK(settings.c_cc[VTIME] == 0);
    CHECK((settings.c_cflag & CSIZE) == CS8);
    CHECK((settings.c_cflag & (CSTOPB | CRTSCTS | PARENB)) == 0);
    pty.send("$");
    CHECK(readable(*source));
    CHECK(drain(*source) == "$");
}

TEST_CASE("after a read that left room there is nothing, without asking; then what came since") {
    Pty pty;
    const auto source = open(pty.path);
    CHECK(source->may_wait());
    pty.send("$GPRMC");
    REQUIRE(readable(*source));
    CHECK(source->read().value().bytes == "$GPRMC");
    pty.send(",1");
    REQUIRE(readable(*source));
    CHECK_FALSE(source->read());
    REQUIRE(readable(*source)); // so nothing is lost
    CHECK(source->read().value().bytes == ",1");
    CHECK_FALSE(source->read());
    CHECK_FALSE(source->read());
    CHECK_FALSE(source->error());
}

TEST_CASE("a tty that hangs up gives what is left, then an error") {
    Pty pty;
    const auto uart = open(pty.path);
    pty.send("last");
    pty.master = UniqueFd{};
    CHECK(readable(*uart));
    drain(*uart);
    CHECK_FALSE(uart->read());
    const int err = uart->error().value();
    CHECK((err == EIO || err == ENODEV));
    CHECK_FALSE(uart->read());
}

TEST_CASE_FIXTURE(Folder, "a FIFO works, and outlives its writers without spinning") {
    const std::string fifo = path + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const auto uart = open(fifo);
    for (const std::string text : {"one", "two"}) {
        const UniqueFd writer{::open(fifo.c_str(), O_WRONLY | O_NONBLOCK)};
        REQUIRE(writer);
        REQUIRE(::write(writer.get(), text.data(), text.size()) == 3);
        CHECK(drain(*uart) == text);
    }
    CHECK_FALSE(readable(*uart));
    CHECK_FALSE(uart->read());
    CHECK_FALSE(uart->error());
    CHECK(contains(failure(fifo, EBUSY), "busy"));
}

TEST_CASE_FIXTURE(Folder, "more than one buffer of bytes comes in several chunks") {
    const std::string fifo = path + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const auto uart = open(fifo);
    const UniqueFd writer{::open(fifo.c_str(), O_WRONLY | O_NONBLOCK)};
    const std::string text(4097, 'x');
    REQUIRE(::write(writer.get(), text.data(), text.size()) == 4097);
    CHECK(uart->read()->bytes.size() == 4096);
    CHECK(uart->read()->bytes.size() == 1);
    CHECK_FALSE(uart->read());
}

TEST_CASE_FIXTURE(Folder, "what is no serial device is refused, with what to do") {
    const std::string file = path + "/file";
    std::ofstream{file} << "$GPRMC";
    CHECK(contains(failure(file, ENOTTY), "neither a serial device nor a pty nor a FIFO"));
    CHECK(contains(failure(path, EISDIR), "neither a serial device nor a pty nor a FIFO"));
    CHECK(contains(failure("/dev/null", ENOTTY), "neither a serial device nor a pty nor a FIFO"));
    const std::string missing = failure(path + "/missing", ENOENT);
    CHECK(missing.starts_with("uart:" + path + "/missing: No such file or directory; "));
    CHECK(contains(missing, "enable_uart=1"));
    CHECK(missing.find('\n') == std::string::npos);
}

TEST_CASE("without a path") {
    CHECK_THROWS_AS(open(""), UsageError);
}

TEST_CASE_FIXTURE(Folder, "without permission: names the group") {
    const std::string fifo = path + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0000) == 0);
    const Unprivileged user{*this};
    CHECK(contains(failure(fifo, EACCES), "dialout"));
}

TEST_CASE_FIXTURE(Folder, "a FIFO that may only be read ends with its writer") {
    if (emulated()) {
        MESSAGE(
            "SKIPPED: this processor is emulated, and qemu-user opens /tmp in the sysroot, which "
            "another user may not");
        return;
    }
    const std::string fifo = path + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const UniqueFd writer{::open(fifo.c_str(), O_RDWR | O_NONBLOCK)};
    REQUIRE(::chmod(fifo.c_str(), 0444) == 0);
    const Unprivileged user{*this};
    const auto uart = open(fifo);
    REQUIRE(::write(writer.get(), "x", 1) == 1);
    CHECK(drain(*uart) == "x");
    CHECK_FALSE(uart->error());
}

TEST_CASE("what is written to it comes out at the other end; not out of a FIFO, which is ours") {
    const Pty pty;
    const auto source = open(pty.path);
    CHECK(source->write("$PMTK605*31\r\n") == 13);
    char bytes[32]{};
    CHECK(::read(pty.master.get(), bytes, sizeof bytes) == 13);
    CHECK(std::string{bytes} == "$PMTK605*31\r\n");

    const Folder folder;
    const std::string fifo = folder.path + "/fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const auto other = open(fifo);
    CHECK(other->write("x") == 0);
    CHECK_FALSE(other->set_rate(38400));
    CHECK(drain(*other).empty());
}

TEST_CASE("its rate is another from then on, and what is no rate changes nothing") {
    const Pty pty;
    const auto source = open(pty.path, 9600);
    pty.send("at the old one");
    CHECK(source->set_rate(115200));
    CHECK_FALSE(readable(*source));
    termios settings{};
    REQUIRE(::tcgetattr(source->fd(), &settings) == 0);
    CHECK(::cfgetospeed(&settings) == B115200);
    CHECK_FALSE(source->set_rate(115201));
    REQUIRE(::tcgetattr(source->fd(), &settings) == 0);
    CHECK(::cfgetospeed(&settings) == B115200);
}
