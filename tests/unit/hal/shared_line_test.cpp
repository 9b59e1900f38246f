#include "hal/shared_line.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using hal::SharedLine;
using hal::UniqueFd;
using ppsd::app::test::ScratchDir;

namespace {

/// A pty's bytes come by another thread of the kernel.
void wait_for_bytes(int fd) {
    pollfd state{fd, POLLIN, 0};
    REQUIRE(::poll(&state, 1, 5000) == 1);
}

struct Fixture {
    ScratchDir scratch;
    std::string path = scratch.folder() + "/nmea";
    SharedLine line{path, {}};

    /// As another program opens it.
    [[nodiscard]] UniqueFd open(int how = O_RDWR) const {
        return UniqueFd{::open(path.c_str(), how | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    }
    static std::string all_of(const UniqueFd& fd) {
        std::string all;
        std::array<char, 4096> buffer{};
        for (ssize_t n = 0; (n = ::read(fd.get(), buffer.data(), buffer.size())) > 0;)
            all.append(buffer.data(), static_cast<std::size_t>(n));
        return all;
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "it is open while another has it open, and bytes go both ways as they are") {
    CHECK_FALSE(line.is_open());
    {
        const auto other = open();
        REQUIRE(other);
        CHECK(line.is_open());
        line.give("$GP\r\n\xB5\x62\x03");
        wait_for_bytes(other.get());
        CHECK(all_of(other) == "$GP\r\n\xB5\x62\x03");
        REQUIRE(::write(other.get(), "\xB5\x62\n", 3) == 3);
        wait_for_bytes(line.fd());
        CHECK(line.take() == "\xB5\x62\n");
        CHECK(line.take().empty());
    }
    CHECK_FALSE(line.is_open());
}

TEST_CASE_FIXTURE(
    Fixture,
    "one that doesn't read holds nothing up, and doesn't get more than there is room for") {
    const auto other = open(O_RDONLY);
    const std::string much(4096, 'x');
    for (int i = 0; i < 1000; ++i)
        line.give(much); // would block for ever, if it waited
    CHECK(all_of(other).size() < 1000 * much.size());
}

TEST_CASE_FIXTURE(Fixture, "what one has left unread the next doesn't get") {
    {
        const auto other = open();
        line.give("old");
        wait_for_bytes(other.get());
    }
    line.forget_unread();
    CHECK_FALSE(line.is_open());
    CHECK(all_of(open()).empty());
}

TEST_CASE_FIXTURE(Fixture, "what a terminal echoes is not written to it") {
    const auto other = open();
    REQUIRE(std::system(("stty -F " + path + " sane").c_str()) == 0);
    line.give("$GPRMC\n");
    wait_for_bytes(line.fd());
    CHECK(line.take().empty());
}

TEST_CASE_FIXTURE(Fixture, "the group reads, only its owner writes") {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0640);
    CHECK(status.st_uid == ::geteuid());
    CHECK(status.st_gid == ::getegid());
}

TEST_CASE("its link is removed at the end, and one that was left takes no other's place") {
    namespace fs = std::filesystem;
    const ScratchDir scratch;
    const auto path = scratch.folder() + "/nmea";
    fs::create_symlink("/dev/pts/99999", path); // of one that was killed
    { const SharedLine line{path, {}}; }
    CHECK_FALSE(fs::is_symlink(path));
    {
        const SharedLine first{path, {}};
        const SharedLine second{path, {}};
        const auto to = fs::read_symlink(path);
        first.take_away();
        CHECK(fs::read_symlink(path) == to);
    }
    fs::create_symlink("/etc/passwd", path);
    CHECK_THROWS_AS(SharedLine(path, {}), hal::DeviceError);
    CHECK(fs::read_symlink(path) == "/etc/passwd");
    CHECK_THROWS_AS(SharedLine(scratch.folder() + "/none/nmea", {}), hal::DeviceError);
}
