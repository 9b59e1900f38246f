#include "daemon/outputs/sock_output.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/chronyd_socket.hpp"
#include "tests/unit/support/sample.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/fsuid.h>
#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using ntpdshm::Layout;

namespace {

template <class Word>
Word word_at(const std::vector<std::byte>& bytes, std::size_t at) {
    Word word{};
    REQUIRE(at + sizeof word <= bytes.size());
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
}

struct Station {
    ChronydSocket chronyd;
    Log log{LogLevel::notice, true};
    SockOutput output{chronyd.path(), Layout::time64, log};
};

/// For files, this thread has the rights of an ordinary user.
struct OrdinaryRights {
    OrdinaryRights() noexcept { ::setfsuid(65534); }
    OrdinaryRights(const OrdinaryRights&) = delete;
    OrdinaryRights& operator=(const OrdinaryRights&) = delete;
    ~OrdinaryRights() { ::setfsuid(::geteuid()); }
};

} // namespace

TEST_CASE("the words of a sample for a 64-bit time_t") {
    Station station;
    station.chronyd.start();
    REQUIRE(station.output.publish(sample(5'000'000'000)));
    const auto bytes = station.chronyd.read().value();
    CHECK(bytes.size() == 40);
    CHECK(word_at<std::int64_t>(bytes, 0) == 4'999'999'999);
    CHECK(word_at<std::int64_t>(bytes, 8) == 876'543);
    CHECK(word_at<double>(bytes, 16) == doctest::Approx(0.123'456'789).epsilon(1e-12));
    CHECK(word_at<std::int32_t>(bytes, 24) == 0); // it carries its whole second
    CHECK(word_at<std::int32_t>(bytes, 28) == 2);
    CHECK(word_at<std::int32_t>(bytes, 36) == 0x534f434b);
}

TEST_CASE("the same for a 32-bit one, until it ends") {
    Station station;
    SockOutput output{station.chronyd.path(), Layout::time32, station.log};
    station.chronyd.start();
    constexpr std::int64_t last = INT32_MAX; // 2038-01-19T03:14:07Z
    REQUIRE(output.publish(sample(last, 999'999'999)));
    const auto bytes = station.chronyd.read().value();
    CHECK(bytes.size() == 32);
    CHECK(word_at<std::int32_t>(bytes, 0) == last);
    CHECK(word_at<std::int32_t>(bytes, 4) == 999'999);
    CHECK(word_at<double>(bytes, 8) == doctest::Approx(-0.999'999'999).epsilon(1e-12));
    CHECK(word_at<std::int32_t>(bytes, 16) == 0);
    CHECK(word_at<std::int32_t>(bytes, 20) == 2);
    CHECK(word_at<std::int32_t>(bytes, 28) == 0x534f434b);
    CHECK_FALSE(output.publish(sample(last + 1, 0)));
    CHECK_FALSE(station.chronyd.read());
    CHECK(output.problem().find("2038") != std::string::npos);
}

TEST_CASE("a line when chronyd goes, and one when it comes; no sample that it could have is lost") {
    Station station;
    const Capture err;
    const auto publishes = [&](std::int64_t second) {
        return station.output.publish(sample(second));
    };
    CHECK_FALSE(publishes(1));
    CHECK_FALSE(publishes(2));
    CHECK(err.count("\n") == 1);
    CHECK(err.has("\"refclock SOCK " + station.chronyd.path() + "\""));
    station.chronyd.start();
    CHECK(publishes(3));
    CHECK(publishes(4));
    CHECK(err.count("\n") == 2);
    CHECK(station.output.problem().empty());
    station.chronyd.kill();
    CHECK_FALSE(publishes(5));
    CHECK_FALSE(publishes(6));
    CHECK(err.count("\n") == 3);
    CHECK(err.count("chronyd is gone") == 1);
    CHECK(station.output.problem().find("chronyd is gone") != std::string::npos);
    station.chronyd.start();
    CHECK(publishes(7));
    CHECK(station.chronyd.read_all() == 1);
    // It ended and started between two samples: there is nothing to tell.
    station.chronyd.stop();
    station.chronyd.start();
    CHECK(publishes(8));
    CHECK(station.chronyd.read_all() == 1);
    CHECK(err.count("\n") == 4);
    CHECK(err.count("takes samples") == 2);
}

TEST_CASE("as chronyd starts its socket is root's: told once, where it stays so") {
    Station station;
    station.chronyd.start();
    const Capture err;
    const auto publishes = [&](std::int64_t second) {
        return station.output.publish(sample(second));
    };
    const auto is_refused = [&](std::int64_t second) {
        const OrdinaryRights rights;
        return !publishes(second);
    };
    CHECK(publishes(1));
    constexpr auto nobodys = std::filesystem::perms::none;
    std::filesystem::permissions(station.chronyd.path(), nobodys);
    CHECK(is_refused(2));
    CHECK(station.output.problem().find("drop-in") != std::string::npos);
    std::filesystem::permissions(station.chronyd.path(), std::filesystem::perms::all);
    CHECK(publishes(3));
    CHECK(err.text().empty());
    std::filesystem::permissions(station.chronyd.path(), nobodys);
    CHECK(is_refused(4));
    CHECK(err.text().empty());
    CHECK(is_refused(5));
    CHECK(is_refused(6));
    CHECK(err.count("\n") == 1);
    CHECK(err.count("ppsd may not write to it: let the drop-in") == 1);
}

TEST_CASE("where chronyd is there from the start, the log has nothing at notice") {
    Station station;
    station.chronyd.start();
    const Capture err;
    CHECK(station.output.publish(sample(1)));
    CHECK(err.text().empty());
}

TEST_CASE("a full queue is counted, and told once in a minute of samples") {
    Station station;
    station.chronyd.start();
    std::int64_t second = 0;
    const Capture err;
    while (station.output.publish(sample(++second)))
        REQUIRE(second < 100);
    CHECK(station.output.found_full() == 1);
    CHECK(station.output.problem().find("queue is full") != std::string::npos);
    for (int i = 0; i < 59; ++i)
        CHECK_FALSE(station.output.publish(sample(++second)));
    CHECK(err.count("\n") == 1);
    CHECK_FALSE(station.output.publish(sample(++second)));
    CHECK(err.count("\n") == 2);
    CHECK(err.has("(61 samples dropped so far)"));
    CHECK(station.chronyd.read_all() > 0);
    CHECK(station.output.publish(sample(++second)));
    CHECK(station.output.found_full() == 61);
    CHECK(station.output.problem().empty());
    CHECK(err.count("\n") == 2);
}

TEST_CASE("another file in the socket's place, and chronyd after it") {
    Station station;
    station.chronyd.start();
    CHECK(station.output.publish(sample(1)));
    const Capture err;
    station.chronyd.stop();
    std::ofstream{station.chronyd.path()} << "a file";
    CHECK_FALSE(station.output.publish(sample(2)));
    CHECK(err.has("it is not chronyd's socket"));
    std::filesystem::remove(station.chronyd.path());
    std::filesystem::create_directory(station.chronyd.path());
    CHECK_FALSE(station.output.publish(sample(3)));
    CHECK(err.count("\n") == 1);
    std::filesystem::remove(station.chronyd.path());
    station.chronyd.start();
    CHECK(station.output.publish(sample(4)));
}

TEST_CASE("the paths that chronyd's socket can have") {
    const auto checked = [](std::string path) {
        const std::string problem = SockOutput::check(path);
        return problem.empty() ? path : problem;
    };
    CHECK(checked("/run/chrony.ppsd.sock") == "/run/chrony.ppsd.sock");
    CHECK(checked("/run//./chrony.ppsd.sock") == "/run/chrony.ppsd.sock");
    CHECK(checked("run/sock") == "a path that begins with / is wanted");
    CHECK(checked("") == "a path that begins with / is wanted");
    CHECK(checked("/" + std::string(106, 'x')).size() == 107);
    CHECK(checked("/" + std::string(107, 'x')) == "a path of at most 107 bytes is wanted");
}

TEST_CASE("what shows of a path without opening it") {
    ChronydSocket chronyd;
    CHECK(SockOutput::look(chronyd.path()).empty()); // chronyd will make it
    chronyd.start();
    CHECK(SockOutput::look(chronyd.path()).empty());
    chronyd.stop();
    CHECK(SockOutput::look(chronyd.path() + "/sock").starts_with("there is no such folder"));
    std::ofstream{chronyd.path()} << "a file";
    CHECK(SockOutput::look(chronyd.path()).starts_with("it is not chronyd's socket"));
}

TEST_CASE("links are followed to the socket, which need not be there") {
    namespace fs = std::filesystem;
    const ScratchPath chronyd;
    const fs::path folder = fs::path{chronyd.path()}.parent_path();
    fs::create_symlink("file", folder / "by name"); // beside it
    fs::create_symlink(folder / "by name", folder / "by path");
    fs::create_symlink(folder, folder / "folder");
    fs::create_symlink("loop", folder / "loop");
    for (const char* name : {"file", "by name", "by path", "folder/file", "folder/by name"}) {
        CAPTURE(name);
        CHECK(SockOutput::resolve(folder / name) == SockOutput::resolve(chronyd.path()));
    }
    CHECK(SockOutput::resolve(folder / "other") != SockOutput::resolve(chronyd.path()));
    CHECK(SockOutput::resolve(folder / "loop") != SockOutput::resolve(chronyd.path()));
    CHECK(SockOutput::resolve("/nonexistent/a") == "/nonexistent/a");
}

TEST_CASE("the layout is the user's choice, if there is one") {
    using ntpdshm::LayoutChoice;
    CHECK(SockOutput::layout_of(LayoutChoice::time32) == Layout::time32);
    CHECK(SockOutput::layout_of(LayoutChoice::time64) == Layout::time64);
    CHECK(SockOutput::layout_of(LayoutChoice::native) == ntpdshm::native_layout());
}
