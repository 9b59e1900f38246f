// A simulated receiver that can be asked and set, at a pty. Usage: simulated_receiver KIND LINK
// BAUD [REFUSED]. Makes LINK, a symbolic link to the pty, and plays until its standard input ends;
// a line "off" there is a power cycle. Prints its settings as "key=hex", a line each, when they
// change, and
// "." after them. The pty's own speed is that of the other side: at another than the receiver's,
// bytes are noise.
#include "hal/sim/answering_receiver.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <iostream>
#include <poll.h>
#include <string>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t delay_ns = second_ns / 10; // from a fix to its sentences
constexpr std::array<std::pair<speed_t, unsigned>, 8> speeds{{{B4800, 4800U},
                                                              {B9600, 9600U},
                                                              {B19200, 19200U},
                                                              {B38400, 38400U},
                                                              {B57600, 57600U},
                                                              {B115200, 115200U},
                                                              {B230400, 230400U},
                                                              {B460800, 460800U}}};

unsigned speed_of(int fd) {
    termios settings{};
    if (::tcgetattr(fd, &settings) != 0) return 0;
    for (const auto& [code, baud] : speeds)
        if (code == ::cfgetospeed(&settings)) return baud;
    return 0;
}

std::int64_t now_ns() {
    timespec t{};
    ::clock_gettime(CLOCK_REALTIME, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

class Player {
  public:
    Player(std::unique_ptr<hal::sim::AnsweringReceiver> receiver, int fd)
        : receiver_{std::move(receiver)}, fd_{fd} {}

    void turn() {
        say_fix();
        send();
        hear();
        print_if_changed();
    }
    void power_cycle() { receiver_->power_cycle(); }

  private:
    static constexpr std::size_t buffer = 1500;
    struct Fix {
        std::int64_t second = 0;
        unsigned index = 0; ///< of those of its second
        friend bool operator==(const Fix&, const Fix&) = default;
    };

    void say_fix() {
        const auto fixes = receiver_->fixes_per_second();
        const auto since_epoch = now_ns() - delay_ns;
        const Fix fix{since_epoch / second_ns,
                      static_cast<unsigned>(since_epoch % second_ns * fixes / second_ns)};
        if (fix == std::exchange(fix_, fix)) return;
        const auto bytes = receiver_->say(fix.second, fix.index);
        out_ += bytes.substr(0, buffer - std::min(buffer, out_.size()));
    }
    /// So much as the line carries since the last time.
    void send() {
        const auto now = now_ns();
        carried_ += static_cast<double>(now - std::exchange(sent_, now)) * receiver_->rate() / 1e10;
        carried_ = std::min(carried_, 100.0 + receiver_->rate() / 100.0);
        auto bytes = out_.substr(0, static_cast<std::size_t>(carried_));
        if (bytes.empty()) return;
        out_.erase(0, bytes.size());
        carried_ -= static_cast<double>(bytes.size());
        if (speed_of(fd_) != receiver_->rate())
            for (char& c : bytes)
                c = static_cast<char>(~c | '\x81');
        [[maybe_unused]] const auto lost = ::write(fd_, bytes.data(), bytes.size());
    }
    void hear() {
        std::array<char, 4096> bytes{};
        const auto n = ::read(fd_, bytes.data(), bytes.size());
        if (n <= 0) return;
        const auto at = speed_of(fd_);
        out_ += receiver_->hear({bytes.data(), static_cast<std::size_t>(n)}, at);
    }
    void print_if_changed() {
        if (receiver_->settings() == printed_) return;
        printed_ = receiver_->settings();
        for (const auto& [key, value] : printed_) {
            fmt::print("{}=", key);
            for (const char c : value)
                fmt::print("{:02x}", static_cast<unsigned char>(c));
            fmt::print("\n");
        }
        fmt::print(".\n");
        std::fflush(stdout);
    }

    std::unique_ptr<hal::sim::AnsweringReceiver> receiver_;
    int fd_;
    Fix fix_;
    std::int64_t sent_ = now_ns();
    double carried_ = 0;
    std::string out_;
    hal::sim::AnsweringReceiver::Settings printed_;
};

int make_pty(const char* link) {
    const int fd = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || ::grantpt(fd) != 0 || ::unlockpt(fd) != 0) return -1;
    termios raw{};
    ::tcgetattr(fd, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(fd, TCSANOW, &raw);
    ::unlink(link);
    return ::symlink(::ptsname(fd), link) == 0 ? fd : -1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    auto receiver = hal::sim::make_answering_receiver(argv[1]);
    const int fd = make_pty(argv[2]);
    if (!receiver || fd < 0) return 2;
    receiver->set_rate(static_cast<unsigned>(std::atoi(argv[3])));
    if (argc > 4) receiver->refuse(argv[4]);
    Player player{std::move(receiver), fd};
    while (true) {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        ::poll(&input, 1, 5);
        if ((input.revents & (POLLIN | POLLHUP)) != 0) {
            std::string line;
            if (!std::getline(std::cin, line)) return 0;
            if (line == "off") player.power_cycle();
        }
        player.turn();
    }
}
