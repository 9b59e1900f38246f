#include "daemon/text/log.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/pty.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("levels have syslog's words") {
    CHECK(parse_log_level("error") == LogLevel::error);
    CHECK(parse_log_level("warning") == LogLevel::warning);
    CHECK(parse_log_level("notice") == LogLevel::notice);
    CHECK(parse_log_level("info") == LogLevel::info);
    CHECK(parse_log_level("debug") == LogLevel::debug);
    for (const auto word : {"", "Error", "err", "verbose", "7", "debug "})
        CHECK_FALSE(parse_log_level(word));
}

TEST_CASE("a line is written if its level is the threshold's or graver") {
    const Log log{LogLevel::notice, false};
    const Capture err;
    log.line(LogLevel::info, "no");
    log.line(LogLevel::notice, "{} {}", "yes,", 1);
    log.line(LogLevel::error, "yes, 2");
    CHECK(err.text() == "yes, 1\nyes, 2\n");
    CHECK(log.wants(LogLevel::notice));
    CHECK_FALSE(log.wants(LogLevel::info));
}

TEST_CASE("journald's prefixes are syslog's numbers") {
    const Log log{LogLevel::debug, true};
    const Capture err;
    log.line(LogLevel::error, "a");
    log.line(LogLevel::warning, "b");
    log.line(LogLevel::notice, "c");
    log.line(LogLevel::info, "d");
    log.line(LogLevel::debug, "e");
    CHECK(err.text() == "<3>a\n<4>b\n<5>c\n<6>d\n<7>e\n");
}

TEST_CASE("on a terminal warnings and errors are coloured; not with prefixes, nor with NO_COLOR") {
    const Pty terminal;
    const int mine = ::dup(STDERR_FILENO);
    const int theirs = ::open(terminal.path.c_str(), O_RDWR | O_NOCTTY);
    REQUIRE(theirs >= 0);
    ::dup2(theirs, STDERR_FILENO);
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    const Log coloured{LogLevel::info, false};
    const Log prefixed{LogLevel::info, true};
    coloured.line(LogLevel::error, "a");
    coloured.line(LogLevel::warning, "b");
    coloured.line(LogLevel::notice, "c");
    prefixed.line(LogLevel::error, "d");
    ::setenv("NO_COLOR", "1", 1);
    coloured.line(LogLevel::error, "e");
    ::unsetenv("NO_COLOR");
    ::dup2(mine, STDERR_FILENO);
    std::string text;
    std::array<char, 256> part{};
    pollfd more{terminal.master.get(), POLLIN, 0};
    while (!text.ends_with("e\r\n") && ::poll(&more, 1, 1000) == 1) // in parts, all there already
        text.append(part.data(), static_cast<std::size_t>(std::max<ssize_t>(
                                     0, ::read(more.fd, part.data(), part.size()))));
    ::close(theirs);
    ::close(mine);
    CHECK(text == "\033[31ma\033[0m\r\n\033[33mb\033[0m\r\nc\r\n<3>d\r\ne\r\n");
}

TEST_CASE("a line is cut after 1000 bytes, its prefix included, and ends all the same") {
    const Log plain{LogLevel::error, false};
    const Log prefixed{LogLevel::error, true};
    const auto written = [](const Log& log, std::size_t length) {
        const Capture err;
        log.line(LogLevel::error, "{}", std::string(length, 'x'));
        return err.text();
    };
    CHECK(written(plain, 1000) == std::string(1000, 'x') + "\n");
    CHECK(written(plain, 1001) == std::string(1000, 'x') + "\n");
    CHECK(written(plain, 50'000).size() == 1001);
    CHECK(written(prefixed, 5000) == "<3>" + std::string(997, 'x') + "\n");
}

TEST_CASE("control characters go, and the rest stays, however long") {
    CHECK(ascii_only("a\nb\x1b[2J\x7f \xc2\x9b~") == "a?b?[2J? ??~");
    CHECK(ascii_only(std::string(500, 'x')) == std::string(500, 'x'));
}

TEST_CASE("what came from outside is made printable, and short") {
    CHECK(printable("GPRMC,1~ ") == "GPRMC,1~ ");
    CHECK(printable("a\nb\x1b\x7f\xff\x00z") == "a?b???");
    CHECK(printable(std::string_view{"a\0b", 3}) == "a?b");
    CHECK(printable(std::string(100, 'x')).size() == 100);
    CHECK(printable(std::string(101, 'x')).size() == 100);
}

namespace {

/// stderr is a pipe that nobody reads, and is full; until it is destroyed.
class FullPipe {
  public:
    explicit FullPipe(bool socket) : before_{::dup(STDERR_FILENO)} {
        REQUIRE((socket ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_) : ::pipe(ends_)) == 0);
        ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
        while (::write(ends_[1], "xxxxxxxx", 8) > 0) {
        }
        ::fcntl(ends_[1], F_SETFL, 0); // a line too many would wait for ever
        ::dup2(ends_[1], STDERR_FILENO);
    }
    FullPipe(const FullPipe&) = delete;
    FullPipe& operator=(const FullPipe&) = delete;
    ~FullPipe() {
        ::dup2(before_, STDERR_FILENO);
        for (const int fd : {before_, ends_[0], ends_[1]})
            ::close(fd);
    }

    /// All that is in it, without what filled it.
    [[nodiscard]] std::string take() const {
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        std::string text;
        char part[4096];
        for (ssize_t n = 0; (n = ::read(ends_[0], part, sizeof part)) > 0;)
            text.append(part, static_cast<std::size_t>(n));
        std::erase(text, 'x');
        return text;
    }

  private:
    int before_;
    int ends_[2] = {};
};

} // namespace

TEST_CASE("lines that nobody reads are lost and counted, and nothing waits") {
    for (const bool socket : {false, true}) {
        CAPTURE(socket);
        const Log log{LogLevel::notice, true};
        std::string nothing;
        std::string told;
        {
            const FullPipe pipe{socket};
            log.line(LogLevel::warning, "a");
            log.line(LogLevel::warning, "b");
            nothing = pipe.take();
            log.line(LogLevel::warning, "c");
            log.line(LogLevel::warning, "d");
            told = pipe.take();
        }
        CHECK(nothing.empty());
        CHECK(told == "<4>2 lines of the log were lost: nobody read them in time\n<4>c\n<4>d\n");
    }
}

TEST_CASE("stderr gets a description of our own that doesn't block; a file stays as it is") {
    const int before = ::dup(STDERR_FILENO);
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    ::dup2(ends[1], STDERR_FILENO);
    unblock_stderr();
    const int ours = ::fcntl(STDERR_FILENO, F_GETFL);
    const int theirs = ::fcntl(ends[1], F_GETFL);
    const auto written = ::write(STDERR_FILENO, "a", 1);
    char got = 0;
    const auto came = ::read(ends[0], &got, 1);
    ::dup2(before, STDERR_FILENO);
    for (const int fd : {before, ends[0], ends[1]})
        ::close(fd);
    CHECK((ours & O_NONBLOCK) != 0);
    CHECK((theirs & O_NONBLOCK) == 0);
    CHECK(written == 1);
    CHECK(came == 1);
    CHECK(got == 'a');

    const Capture file;
    unblock_stderr();
    CHECK((::fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK) == 0);
}
