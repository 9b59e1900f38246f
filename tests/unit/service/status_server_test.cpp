// No test here waits: who asks has asked before the loop looks.
#include "daemon/service/status_server.hpp"

#include "hal/unix_address.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_path.hpp"
#include "tests/unit/support/ticker.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace ppsd::app;
using namespace ppsd::app::test;
using hal::MonoTime;
using hal::UniqueFd;

namespace {

UniqueFd ask(const std::string& path) {
    UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)};
    const auto address = hal::UnixAddress::of(path);
    REQUIRE(address);
    REQUIRE(::connect(fd.get(), address->get(), address->size()) == 0);
    return fd;
}

/// What has come, and whether it was the end.
std::pair<std::string, bool> heard(const UniqueFd& fd) {
    std::string text;
    std::array<char, 65536> part{};
    for (;;) {
        const auto n = ::recv(fd.get(), part.data(), part.size(), 0);
        if (n <= 0) return {text, n == 0 || errno == ECONNRESET};
        text.append(part.data(), static_cast<std::size_t>(n));
    }
}

constexpr MonoTime start = MonoTime::from_ns(5'000'000'000);
const Log quiet{LogLevel::notice, false};

bool is_socket(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

struct Station {
    explicit Station(std::string answer = "{}\n", bool one_look = true)
        : server{
              {socket.path()}, loop, [this, answer] { return ++rendered, answer; }, start, quiet} {
        if (one_look) loop.add(stop);
    }

    /// One look of the loop.
    void turn() { loop.run(); }

    ScratchPath socket;
    EventLoop loop;
    Ticker stop{[this] { loop.stop(); }};
    int rendered = 0;
    StatusServer server;
};

} // namespace

TEST_CASE("who asks gets the answer and the end; nobody need say anything") {
    Station station{"{\"state\":\"locked\"}\n"};
    const UniqueFd first = ask(station.socket.path());
    const UniqueFd second = ask(station.socket.path());
    station.turn();
    for (const auto* fd : {&first, &second}) {
        const auto [text, end] = heard(*fd);
        CHECK(text == "{\"state\":\"locked\"}\n");
        CHECK(end);
    }
}

TEST_CASE("who has gone, and who talks, changes nothing") {
    Station station;
    ask(station.socket.path());
    const UniqueFd talker = ask(station.socket.path());
    const std::string noise(10'000, '\xff');
    CHECK(::send(talker.get(), noise.data(), noise.size(), MSG_NOSIGNAL) > 0);
    const UniqueFd good = ask(station.socket.path());
    station.turn();
    CHECK(heard(good).first == "{}\n");
    CHECK(station.rendered == 3);
}

TEST_CASE("an answer that nobody reads, of megabytes, is cut off and not waited for") {
    Station station{std::string(8'000'000, 'x')};
    const UniqueFd slow = ask(station.socket.path());
    station.turn();
    const auto [text, end] = heard(slow);
    CHECK(text.size() < 8'000'000);
    CHECK(end);
}

TEST_CASE("eight are served, and then none for 0.1 s") {
    Station station{"{}\n", false};
    constexpr MonoTime now = start;
    std::vector<UniqueFd> askers;
    for (int i = 0; i < 8; ++i)
        askers.push_back(ask(station.socket.path()));
    std::vector<int> rendered;
    const auto tick = [&] {
        rendered.push_back(station.rendered);
        if (rendered.size() == 1) {
            station.server.tick(now);
            CHECK(station.server.deadline() == now + std::chrono::milliseconds{100});
            askers.push_back(ask(station.socket.path()));
        }
        if (rendered.size() == 2) {
            station.server.tick(now + std::chrono::milliseconds{100} - std::chrono::nanoseconds{1});
            CHECK(station.server.deadline() == now + std::chrono::milliseconds{100});
        }
        if (rendered.size() == 3) {
            station.server.tick(now + std::chrono::milliseconds{100});
            CHECK(station.server.deadline() == start + StatusServer::look_every);
        }
        if (rendered.size() == 4) station.loop.stop();
    };
    run(station.loop, tick);
    CHECK(rendered == std::vector{8, 8, 8, 9});
}

TEST_CASE("its mode is 0660 whatever the umask, and it goes with the server") {
    const ScratchPath socket;
    EventLoop loop;
    struct stat status {};
    {
        const mode_t before = ::umask(0);
        const StatusServer server{
            {socket.path()}, loop, [] { return std::string{}; }, start, quiet};
        ::umask(before);
        REQUIRE(::stat(socket.path().c_str(), &status) == 0);
        CHECK(S_ISSOCK(status.st_mode));
        CHECK((status.st_mode & 0777) == 0660);
    }
    CHECK(::stat(socket.path().c_str(), &status) != 0);
}

namespace {

/// What a server says that is made there; it is gone afterwards.
std::string said_of(const std::string& path, bool wanted = true) {
    const Capture err;
    EventLoop loop;
    const StatusServer server{{path, wanted}, loop, [] { return std::string{}; }, start, quiet};
    return err.text();
}

} // namespace

TEST_CASE("one that nobody listens on is taken over") {
    const ScratchPath socket;
    const auto address = hal::UnixAddress::of(socket.path());
    const UniqueFd left{::socket(AF_UNIX, SOCK_STREAM, 0)};
    REQUIRE(::bind(left.get(), address->get(), address->size()) == 0);
    CHECK(said_of(socket.path()).empty());
    CHECK_FALSE(is_socket(socket.path()));
}

TEST_CASE("where it can't be made, one line says why, and what is there stays") {
    const ScratchPath file;
    {
        const Station other;
        CHECK(contains(said_of(other.socket.path()), "another ppsd answers"));
        CHECK(is_socket(other.socket.path()));
    }
    std::ofstream{file.path()} << "mine";
    CHECK(contains(said_of(file.path()), "File exists"));
    CHECK(file_text(file.path()) == "mine");
    CHECK(contains(said_of("/nonexistent/a/b"), "status-socket"));
    CHECK(contains(said_of(std::string(200, 'x')), "too long"));
    CHECK(said_of("/nonexistent/a/b", false).empty()); // information, not a warning
}

TEST_CASE("what can't be made is tried again each 10 s, and said again when the reason changes") {
    const ScratchPath socket{"a file"};
    const Capture err;
    EventLoop loop;
    StatusServer server{{socket.path()}, loop, [] { return std::string{}; }, start, quiet};
    CHECK(server.deadline() == start + StatusServer::look_every);
    server.tick(start + StatusServer::look_every);
    CHECK(server.deadline() == start + 2 * StatusServer::look_every);
    CHECK(err.count("no status socket: ") == 1);
    std::filesystem::remove(socket.path());
    server.tick(start + 2 * StatusServer::look_every - std::chrono::nanoseconds{1});
    CHECK_FALSE(is_socket(socket.path()));
    server.tick(start + 2 * StatusServer::look_every);
    CHECK(is_socket(socket.path()));
    CHECK(err.count(socket.path() + ": the status socket is there now") == 1);
}

TEST_CASE("one whose file was removed is made again, and answers") {
    const Capture err;
    Station station;
    ::unlink(station.socket.path().c_str());
    station.server.tick(start + StatusServer::look_every);
    CHECK(err.count("was removed, and is made again") == 1);
    const UniqueFd asker = ask(station.socket.path());
    station.turn();
    CHECK(heard(asker).first == "{}\n");
    station.server.tick(start + 2 * StatusServer::look_every);
    CHECK(err.count("status socket") == 1);
}

TEST_CASE("another one's socket in its place stays") {
    const ScratchPath socket;
    UniqueFd other{::socket(AF_UNIX, SOCK_STREAM, 0)};
    {
        EventLoop loop;
        const StatusServer server{
            {socket.path()}, loop, [] { return std::string{}; }, start, quiet};
        ::unlink(socket.path().c_str());
        const auto address = hal::UnixAddress::of(socket.path());
        REQUIRE(::bind(other.get(), address->get(), address->size()) == 0);
    }
    CHECK(is_socket(socket.path()));
}

TEST_CASE("where it is if nobody says") {
    ::unsetenv("RUNTIME_DIRECTORY");
    CHECK(default_status_socket() == "/run/ppsd/status");
    ::setenv("RUNTIME_DIRECTORY", "/run/ppsd/roof:/run/other", 1);
    CHECK(default_status_socket() == "/run/ppsd/roof/status");
    ::setenv("RUNTIME_DIRECTORY", "", 1);
    CHECK(default_status_socket() == "/run/ppsd/status");
    ::unsetenv("RUNTIME_DIRECTORY");
    CHECK(status_socket_of("roof") == "/run/ppsd/roof/status");
}
