// Bytes from a serial line, a pty or a FIFO.
#include "backends.hpp"

#include "hal/error.hpp"
#include "hal/port_settings.hpp"
#include "hal/unique_fd.hpp"
#include "mono_now.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace hal {
namespace {

struct Speed {
    unsigned baud;
    speed_t code;
};

/// The standard rates that receivers use, and between them those that every driver knows.
constexpr std::array speeds{
    Speed{4800, B4800},     Speed{9600, B9600},     Speed{19200, B19200},   Speed{38400, B38400},
    Speed{57600, B57600},   Speed{115200, B115200}, Speed{230400, B230400}, Speed{460800, B460800},
    Speed{500000, B500000}, Speed{576000, B576000}, Speed{921600, B921600},
};

/// nullptr: there is no such rate.
const Speed* speed_of(unsigned baud) noexcept {
    const auto* found = std::ranges::find(speeds, baud, &Speed::baud);
    return found == speeds.end() ? nullptr : found;
}

speed_t speed_code(const std::string& name, unsigned baud) {
    if (const auto* speed = speed_of(baud)) return speed->code;
    std::string valid;
    for (const Speed& speed : speeds) {
        valid += fmt::format("{}{}", valid.empty() ? "" : ", ", speed.baud);
    }
    throw UsageError(fmt::format("{}: {} is no baud rate; there are {}", name, baud, valid));
}

/// A path as the user gave it, and what a message about it needs.
struct SerialPort {
    const std::string& name;
    std::string path;

    [[noreturn]] void fail(int err) const { throw DeviceError(name, err, advice(err)); }

    [[nodiscard]] std::string advice(int err) const {
        switch (err) {
        case ENOENT:
        case ENODEV:
        case ENXIO:
            return "is the receiver plugged in? On a Raspberry Pi the UART needs enable_uart=1 in "
                   "config.txt and a reboot; `ls /dev/tty* /dev/serial*` shows what there is";
        case EACCES:
        case EPERM:
            return fmt::format("run as root, or as a member of the group that owns it (on Debian "
                               "dialout); `ls -lL {}` shows which",
                               path);
        case EBUSY:
            return fmt::format("another program has it for itself; `fuser -v {}` shows which. A "
                               "serial console: `systemctl disable --now serial-getty@{}`",
                               path, tty());
        case ENOTTY:
        case EISDIR:
            return "it is neither a serial device nor a pty nor a FIFO; name one of these";
        case EIO:
            return "the kernel has no hardware for this port, or no longer; `ppsctl detect` shows "
                   "which ports have some";
        case EINVAL:
            return "the device can't do 8N1 at this speed; choose another baud rate";
        default:
            return "look at `dmesg` for what the driver says about it";
        }
    }

    /// What systemd calls it: "ttyAMA0", where "/dev/serial0" is a link to it.
    [[nodiscard]] std::string tty() const {
        std::error_code ignored;
        return std::filesystem::weakly_canonical(path, ignored).filename().string();
    }
};

UniqueFd open_port(const SerialPort& port) {
    constexpr int flags = O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    // Read and write: a FIFO that we hold open for writing outlives its other writers.
    UniqueFd fd{::open(port.path.c_str(), O_RDWR | flags)};
    if (!fd && (errno == EACCES || errno == EROFS))
        fd = UniqueFd{::open(port.path.c_str(), O_RDONLY | flags)};
    if (!fd) port.fail(errno);
    return fd;
}

/// Whether it is a tty; throws if it isn't a FIFO either.
bool check_kind(const SerialPort& port, const UniqueFd& fd) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) port.fail(errno);
    if (S_ISFIFO(status.st_mode)) return false;
    if (!S_ISCHR(status.st_mode)) port.fail(ENOTTY);
    // EIO: a port of which there is only the file.
    if (::isatty(fd.get()) != 1) port.fail(errno == EIO ? EIO : ENOTTY);
    return true;
}

/// A pty's exclusiveness would outlast us, if we were killed, as long as its other side is open.
bool is_pty(const SerialPort& port, const UniqueFd& fd) {
    struct stat status {};
    constexpr unsigned first_pty = 136;
    constexpr unsigned last_pty = 143;
    if (::fstat(fd.get(), &status) != 0) port.fail(errno);
    const unsigned kind = major(status.st_rdev);
    return kind >= first_pty && kind <= last_pty;
}

/// Who is root opens what another has for himself.
bool anothers_alone(const UniqueFd& fd) {
    int alone = 0;
    return ::ioctl(fd.get(), TIOCGEXCL, &alone) == 0 && alone != 0;
}

void take_for_ourselves(const SerialPort& port, const UniqueFd& fd, bool exclusive) {
    if (exclusive && anothers_alone(fd)) port.fail(EBUSY);
    // Root passes by TIOCEXCL, but not by this: two daemons would share out the bytes.
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) port.fail(errno == EWOULDBLOCK ? EBUSY : errno);
    if (exclusive && ::ioctl(fd.get(), TIOCEXCL) != 0) port.fail(errno);
}

/// 0, or an errno; EINVAL: the device can't do that.
int set_raw(const UniqueFd& fd, speed_t speed) noexcept {
    termios wanted{};
    if (::tcgetattr(fd.get(), &wanted) != 0) return errno;
    ::cfmakeraw(&wanted);
    wanted.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS | PARENB);
    wanted.c_cflag |= CLOCAL | CREAD;
    // With 0, "nothing there" and "hung up" would both read as 0 bytes.
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    ::cfsetispeed(&wanted, speed);
    ::cfsetospeed(&wanted, speed);
    if (::tcsetattr(fd.get(), TCSANOW, &wanted) != 0) return errno;

    // tcsetattr(3) is content when any one of the changes could be made.
    termios got{};
    if (::tcgetattr(fd.get(), &got) != 0) return errno;
    return ::cfgetospeed(&got) != speed || (got.c_cflag & CSIZE) != CS8 ? EINVAL : 0;
}

/// Drivers that collect bytes before handing them on (16550s, USB adapters) do so for less long.
void ask_for_low_latency(const UniqueFd& fd) noexcept {
    serial_struct settings{};
    if (::ioctl(fd.get(), TIOCGSERIAL, &settings) != 0) return;
    settings.flags = static_cast<int>(static_cast<unsigned>(settings.flags) | ASYNC_LOW_LATENCY);
    [[maybe_unused]] const int best_effort = ::ioctl(fd.get(), TIOCSSERIAL, &settings);
}

class Uart final : public ByteSource {
  public:
    Uart(std::string name, UniqueFd fd, bool is_tty)
        : name_{std::move(name)}, fd_{std::move(fd)}, is_tty_{is_tty} {}

    ~Uart() override {
        // It would outlast us for as long as another has the line open.
        if (is_tty_) ::ioctl(fd_.get(), TIOCNXCL);
    }

    void set_up(const SerialPort& port, speed_t speed) {
        if (!is_tty_) return;
        if (const int err = set_raw(fd_, speed); err != 0) port.fail(err);
        ask_for_low_latency(fd_);
        ::tcflush(fd_.get(), TCIFLUSH); // what came before may have had the wrong speed
    }

    [[nodiscard]] int fd() const noexcept override { return fd_.get(); }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return error_; }

    [[nodiscard]] bool may_wait() const noexcept override { return true; }

    [[nodiscard]] std::uint64_t framing_errors() const noexcept override {
        serial_icounter_struct counts{};
        if (::ioctl(fd_.get(), TIOCGICOUNT, &counts) != 0) return 0;
        return static_cast<std::uint64_t>(counts.frame) + static_cast<std::uint64_t>(counts.brk);
    }

    // What is written to a FIFO would come back to us.
    [[nodiscard]] std::size_t write(std::string_view bytes) noexcept override {
        if (!is_tty_ || error_) return 0;
        const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
        return n > 0 ? static_cast<std::size_t>(n) : 0;
    }

    [[nodiscard]] bool set_rate(unsigned baud) noexcept override {
        const auto* speed = speed_of(baud);
        termios before{};
        if (!is_tty_ || speed == nullptr || ::tcgetattr(fd_.get(), &before) != 0) return false;
        if (set_raw(fd_, speed->code) != 0) {
            ::tcsetattr(fd_.get(), TCSANOW, &before);
            return false;
        }
        ::tcflush(fd_.get(), TCIFLUSH);
        return true;
    }

    void forget_unread() noexcept override {
        if (is_tty_) ::tcflush(fd_.get(), TCIFLUSH);
    }

    [[nodiscard]] std::optional<ByteChunk> read() noexcept override {
        // It wasn't filled: that was all there was, and epoll tells what has come since.
        if (error_ || std::exchange(drained_, false)) return std::nullopt;
        const MonoTime arrival = mono_now();
        const ssize_t n = ::read(fd_.get(), buffer_.data(), buffer_.size());
        drained_ = n > 0 && static_cast<std::size_t>(n) < buffer_.size();
        if (n > 0) return ByteChunk{{buffer_.data(), static_cast<std::size_t>(n)}, arrival};
        if (n == 0)
            fail(is_tty_ ? ENODEV : EPIPE);
        else if (errno != EAGAIN && errno != EINTR)
            fail(errno);
        return std::nullopt;
    }

  private:
    void fail(int err) noexcept { error_ = {err, std::generic_category()}; }

    std::string name_;
    UniqueFd fd_;
    bool is_tty_;
    std::error_code error_;
    bool drained_ = false;
    std::array<char, 4096> buffer_{};
};

} // namespace

PortSettings::PortSettings(const std::string& path)
    : fd_{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)} {
    auto settings = std::make_unique<termios>();
    if (!fd_ || ::tcgetattr(fd_.get(), settings.get()) != 0) return;
    termios silent = *settings;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    ::tcsetattr(fd_.get(), TCSANOW, &silent);
    before_ = std::move(settings);
    auto driver = std::make_unique<serial_struct>();
    if (::ioctl(fd_.get(), TIOCGSERIAL, driver.get()) == 0) driver_ = std::move(driver);
}

PortSettings::PortSettings(PortSettings&&) noexcept = default;
PortSettings& PortSettings::operator=(PortSettings&&) noexcept = default;

PortSettings::~PortSettings() {
    if (!before_) return;
    if (driver_) ::ioctl(fd_.get(), TIOCSSERIAL, driver_.get());
    ::tcflush(fd_.get(), TCIOFLUSH);
    ::tcsetattr(fd_.get(), TCSANOW, before_.get());
}

void PortSettings::forget() noexcept {
    before_.reset();
}

void check_uart(const std::string& name, std::string_view path, unsigned baud) {
    if (path.empty()) throw UsageError(name + ": a path must follow, as in uart:/dev/serial0");
    std::ignore = speed_code(name, baud);
}

std::unique_ptr<ByteSource> open_uart(const std::string& name, std::string_view path,
                                      unsigned baud) {
    check_uart(name, path, baud);
    const speed_t speed = speed_code(name, baud);
    const SerialPort port{name, std::string{path}};
    UniqueFd fd = open_port(port);
    const bool is_tty = check_kind(port, fd);
    take_for_ourselves(port, fd, is_tty && !is_pty(port, fd));
    // From here on it gives the line back, also where the device can't do that speed.
    auto uart = std::make_unique<Uart>(name, std::move(fd), is_tty);
    uart->set_up(port, speed);
    return uart;
}

} // namespace hal
