#include "hal/datagram_socket.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/chronyd_socket.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace hal;
using ppsd::app::test::ChronydSocket;

namespace {

constexpr std::array datagram{std::byte{1}, std::byte{2}, std::byte{3}};

} // namespace

TEST_CASE("a datagram arrives as it was") {
    ChronydSocket reader;
    reader.start();
    const DatagramSocket socket{reader.path()};
    CHECK(socket.send(datagram) == 0);
    CHECK(reader.read() == std::vector<std::byte>{datagram.begin(), datagram.end()});
}

TEST_CASE("a reader that comes, ends, comes again, is killed and comes again loses nothing") {
    ChronydSocket reader;
    const DatagramSocket socket{reader.path()};
    CHECK(socket.send(datagram) == ENOENT);
    for (int i = 0; i < 2; ++i) {
        reader.start();
        CHECK(socket.send(datagram) == 0);
        CHECK(reader.read_all() == 1);
        reader.stop();
        CHECK(socket.send(datagram) == ENOENT);
        reader.start();
        CHECK(socket.send(datagram) == 0);
        reader.kill();
        CHECK(socket.send(datagram) == ECONNREFUSED);
    }
}

TEST_CASE("a reader that doesn't read is never waited for, and little lies with it") {
    ChronydSocket reader;
    reader.start();
    const DatagramSocket socket{reader.path()};
    int sent = 0;
    while (sent < 100 && socket.send(datagram) == 0)
        ++sent;
    CHECK(sent >= 2);
    CHECK(sent <= 16);
    CHECK(socket.send(datagram) == EAGAIN);
    CHECK(reader.read_all() == sent);
    CHECK(socket.send(datagram) == 0);
    // What a killed reader had not read holds up nothing.
    while (socket.send(datagram) == 0) {
    }
    reader.start();
    CHECK(socket.send(datagram) == 0);
}

TEST_CASE("what is there is no socket, or one of another kind") {
    ChronydSocket reader;
    const DatagramSocket socket{reader.path()};
    std::ofstream{reader.path()} << "a file";
    CHECK(socket.send(datagram) == ENOTSOCK);
    std::filesystem::remove(reader.path());
    std::filesystem::create_directory(reader.path());
    CHECK(socket.send(datagram) == ENOTSOCK);
    std::filesystem::remove(reader.path());
    REQUIRE(::mkfifo(reader.path().c_str(), 0600) == 0); // nobody may wait for its reader
    CHECK(socket.send(datagram) == ENOTSOCK);
    reader.start(SOCK_STREAM);
    CHECK(socket.send(datagram) == EPROTOTYPE);
    std::filesystem::remove(reader.path());
    std::filesystem::create_symlink(reader.path(), reader.path());
    CHECK(socket.send(datagram) == ELOOP);
}

TEST_CASE("without the right to write to it") {
    if (::geteuid() == 0) {
        MESSAGE("SKIPPED: root has every right; run as another user");
        return;
    }
    ChronydSocket reader;
    reader.start();
    REQUIRE(::chmod(reader.path().c_str(), 0400) == 0);
    const DatagramSocket socket{reader.path()};
    CHECK(socket.send(datagram) == EACCES);
    REQUIRE(::chmod(reader.path().c_str(), 0600) == 0);
    CHECK(socket.send(datagram) == 0);
}

TEST_CASE("a path that an address has no room for") {
    CHECK_NOTHROW(DatagramSocket{std::string(107, 'x')});
    CHECK_THROWS_AS(DatagramSocket{std::string(108, 'x')}, DeviceError);
    CHECK_THROWS_AS(DatagramSocket{""}, DeviceError);
}
