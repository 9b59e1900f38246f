#include "daemon/service/notify.hpp"

#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

using namespace ppsd::app;
using hal::MonoTime;
using ppsd::app::test::ScratchPath;
using namespace std::chrono_literals;

namespace {

/// systemd's end.
class Manager {
  public:
    /// name: as in NOTIFY_SOCKET.
    explicit Manager(std::string name) : name_{std::move(name)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name_.data(), name_.size());
        if (name_.front() == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
        REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    ~Manager() { ::unlink(name_.c_str()); }

    [[nodiscard]] std::vector<std::string> heard() const {
        std::vector<std::string> all;
        std::array<char, 1024> text{};
        for (ssize_t n = 0; (n = ::recv(fd_.get(), text.data(), text.size(), MSG_DONTWAIT)) >= 0;)
            all.emplace_back(text.data(), static_cast<std::size_t>(n));
        return all;
    }
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    std::string name_;
    hal::UniqueFd fd_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

using Lines = std::vector<std::string>;

/// The three variables, for as long as it lives.
struct Environment {
    Environment(const std::string& socket, const std::string& usec, const std::string& pid) {
        ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
        ::setenv("WATCHDOG_USEC", usec.c_str(), 1);
        if (!pid.empty()) ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
            ::unsetenv(name);
    }
};

} // namespace

TEST_CASE("the words of sd_notify(3), to a path and to an abstract name") {
    const ScratchPath socket;
    for (const auto& name : {socket.path(), "@" + socket.path()}) {
        CAPTURE(name);
        const Manager manager{name};
        Notifier notifier{name, std::nullopt};
        CHECK(notifier.listened_to());
        notifier.ready();
        notifier.status("locked: it is known");
        notifier.stopping();
        CHECK(manager.heard() == Lines{"READY=1", "STATUS=locked: it is known", "STOPPING=1"});
        CHECK_FALSE(notifier.deadline());
    }
}

TEST_CASE("a status is said once, until it is another") {
    const ScratchPath socket;
    const Manager manager{socket.path()};
    Notifier notifier{manager.name(), std::nullopt};
    for (const auto* line : {"a", "a", "b", "a"})
        notifier.status(line);
    CHECK(manager.heard() == Lines{"STATUS=a", "STATUS=b", "STATUS=a"});
}

TEST_CASE("the watchdog is answered at once, and four times as often as it asks") {
    const ScratchPath socket;
    const Manager manager{socket.path()};
    Notifier notifier{manager.name(), 8s};
    const MonoTime start = MonoTime::from_ns(1'000'000'000'000);
    REQUIRE(notifier.deadline());
    CHECK(*notifier.deadline() <= start);
    notifier.tick(start);
    CHECK(manager.heard() == Lines{"WATCHDOG=1"});
    CHECK(notifier.deadline() == start + 2s);
    notifier.tick(start + 2s - 1ns);
    CHECK(manager.heard().empty());
    notifier.tick(start + 2s);
    CHECK(manager.heard() == Lines{"WATCHDOG=1"});
}

TEST_CASE("a watchdog of a microsecond doesn't make us spin: 100 answers a second at most") {
    const ScratchPath socket;
    const Manager manager{socket.path()};
    const MonoTime start = MonoTime::from_ns(1'000'000'000'000);
    for (const auto& [watchdog, pause] :
         {std::pair{hal::Nanos{1us}, hal::Nanos{10ms}}, {40ms, 10ms}, {44ms, 11ms}}) {
        Notifier notifier{manager.name(), watchdog};
        notifier.tick(start);
        CHECK(notifier.deadline() == start + pause);
    }
}

TEST_CASE("from the environment, which is cleared") {
    const ScratchPath socket;
    const Manager manager{socket.path()};
    const Environment set{manager.name(), "8000000", std::to_string(::getpid())};
    Notifier notifier = Notifier::from_environment();
    CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);
    CHECK(std::getenv("WATCHDOG_USEC") == nullptr);
    CHECK(std::getenv("WATCHDOG_PID") == nullptr);
    notifier.tick(MonoTime::from_ns(0));
    CHECK(notifier.deadline() == MonoTime::from_ns(2'000'000'000));
    CHECK(manager.heard() == Lines{"WATCHDOG=1"});
}

TEST_CASE("a watchdog that is not for us, or makes no sense, is not answered") {
    const ScratchPath socket;
    const Manager manager{socket.path()};
    const std::string us = std::to_string(::getpid());
    struct Row {
        std::string usec, pid;
        bool answered;
    };
    for (const Row& row :
         {Row{"8000000", "", true}, Row{"8000000", us, true}, Row{"8000000", "1", false},
          Row{"8000000", us + "x", false}, Row{"1", us, true}, Row{"0", us, false},
          Row{"-1", us, false}, Row{"", us, false}, Row{"8s", us, false},
          Row{"18446744073709551615", us, false}}) {
        CAPTURE(row.usec);
        CAPTURE(row.pid);
        const Environment set{manager.name(), row.usec, row.pid};
        CHECK(Notifier::from_environment().deadline().has_value() == row.answered);
    }
}

TEST_CASE("nobody listens: nothing happens") {
    for (const auto& name : {std::string{}, std::string{"/nonexistent/socket"},
                             std::string(sizeof(sockaddr_un::sun_path), 'x')}) {
        CAPTURE(name);
        Notifier notifier{name, 8s};
        notifier.ready();
        notifier.status("a");
        notifier.tick(MonoTime::from_ns(0));
        notifier.stopping();
    }
    CHECK_FALSE(Notifier{}.listened_to());
    CHECK_FALSE(Notifier{}.deadline());
    CHECK_FALSE(Notifier("", 8s).deadline());
}
