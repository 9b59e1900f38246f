#include "hal/own_file.hpp"

#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace hal;
using ppsd::app::test::ScratchDir;

namespace fs = std::filesystem;

namespace {

constexpr uid_t stranger = 4711;
constexpr Owner heir{4712, 4713};

struct stat status_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

bool may_give_files_away(const ScratchDir& dir) {
    const bool may = ::chown(dir.file("given", "").c_str(), stranger, stranger) == 0;
    if (!may) MESSAGE("SKIPPED: run as root");
    return may;
}

void bind_socket(const UniqueFd& fd, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

} // namespace

TEST_CASE("a new file is made, and an older one is opened as it is") {
    const ScratchDir dir;
    const OwnFile made = open_own_file(dir.path("new"), {});
    CHECK(made.error == 0);
    CHECK(made.fd);
    CHECK((status_of(dir.path("new")).st_mode & 0137) == 0);
    const OwnFile there = open_own_file(dir.file("old", "text"), {});
    CHECK(there.error == 0);
    CHECK(::write(there.fd.get(), "+", 1) == 1);
    CHECK(dir.text("old") == "text+");
}

TEST_CASE("a file is found, or there is none") {
    const ScratchDir dir;
    CHECK(find_own_file(dir.path("file"), {}).error == ENOENT);
    CHECK_FALSE(dir.has("file"));
    CHECK(find_own_file(dir.file("file", ""), {}).error == 0);
}

TEST_CASE("no link, no second name, nothing but a regular file") {
    const ScratchDir dir;
    fs::create_symlink(dir.path("nothing"), dir.path("link"));
    CHECK(open_own_file(dir.path("link"), {}).error == ELOOP);
    CHECK_FALSE(dir.has("nothing"));
    fs::create_hard_link(dir.file("one", ""), dir.path("two"));
    CHECK(open_own_file(dir.path("one"), {}).error == EMLINK);
    REQUIRE(::mkfifo(dir.path("fifo").c_str(), 0600) == 0);
    const OwnFile fifo = open_own_file(dir.path("fifo"), {});
    CHECK(fifo.error == EEXIST);
    CHECK_FALSE(fifo.fd);
    CHECK_FALSE(fifo.advice.empty());
    CHECK(open_own_file(dir.path(""), {}).error == EISDIR);
    CHECK(open_own_file(dir.path("no/file"), {}).error == ENOENT);
}

TEST_CASE("only what is made here is given away; a stranger's file is refused") {
    const ScratchDir dir;
    if (!may_give_files_away(dir)) return;
    CHECK(open_own_file(dir.path("given"), {}).error == EPERM);
    CHECK(open_own_file(dir.path("given"), heir).error == EPERM);
    CHECK(open_own_file(dir.path("given"), Owner{stranger, stranger}).error == 0);
    CHECK(open_own_file(dir.path("made"), heir).error == 0);
    CHECK(status_of(dir.path("made")).st_uid == heir.user);
    CHECK(status_of(dir.path("made")).st_gid == heir.group);
    CHECK(open_own_file(dir.file("roots", ""), heir).error == 0);
    CHECK(status_of(dir.path("roots")).st_uid == 0);
}

TEST_CASE("links among the folders: root's, ours and the heir's are followed, a stranger's isn't") {
    const ScratchDir dir;
    fs::create_directories(dir.path("a/b"));
    fs::create_symlink("a", dir.path("relative"));
    fs::create_symlink(dir.path("a"), dir.path("whole"));
    fs::create_symlink("../whole/b/../../relative", dir.path("a/far"));
    fs::create_symlink("loop", dir.path("loop"));
    for (const char* folder : {"a", "relative", "whole", "a/far", "./a//", "a/b/.."}) {
        CHECK(open_own_file(dir.path(folder) + "/file", {}).error == 0);
        CHECK(fs::remove(dir.path("a/file")));
    }
    CHECK(open_own_file(dir.path("loop/file"), {}).error == ELOOP);
    CHECK(open_own_file(dir.file("plain", "") + "/file", {}).error == ENOTDIR);
    const fs::path before = fs::current_path();
    fs::current_path(dir.path("a"));
    CHECK(open_own_file("here", {}).error == 0);
    CHECK(open_own_file("b/there", {}).error == 0);
    fs::current_path(before);
    CHECK(dir.has("a/here"));
    CHECK(dir.has("a/b/there"));
    if (!may_give_files_away(dir)) return;
    REQUIRE(::lchown(dir.path("whole").c_str(), stranger, stranger) == 0);
    const OwnFile refused = open_own_file(dir.path("whole/file"), {});
    CHECK(refused.error == ELOOP);
    CHECK(refused.advice.find("another user's") != std::string_view::npos);
    CHECK_FALSE(dir.has("a/file"));
    CHECK(open_own_file(dir.path("whole/file"), Owner{stranger, stranger}).error == 0);
}

TEST_CASE("a folder that is made is the heir's, one that was there stays") {
    const ScratchDir dir;
    if (!may_give_files_away(dir)) return;
    make_own_folder(dir.path("folder"), heir);
    CHECK(status_of(dir.path("folder")).st_uid == heir.user);
    fs::create_directory(dir.path("before"));
    make_own_folder(dir.path("before"), heir);
    CHECK(status_of(dir.path("before")).st_uid == 0);
}

TEST_CASE("a socket is the heir's; what took its place isn't") {
    const ScratchDir dir;
    const UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM, 0)};
    bind_socket(fd, dir.path("socket"));
    const auto id = give_socket(dir.path("socket"), {});
    REQUIRE(id);
    CHECK(file_at(dir.path("socket")) == id);
    fs::create_hard_link(dir.path("socket"), dir.path("second"));
    CHECK_FALSE(give_socket(dir.path("socket"), {}));
    CHECK(errno == EEXIST);
    fs::remove(dir.path("second"));
    fs::create_symlink(dir.path("socket"), dir.path("link"));
    CHECK_FALSE(give_socket(dir.path("link"), {}));
    CHECK(file_at(dir.path("link")) != id);
    CHECK_FALSE(give_socket(dir.file("file", ""), {}));
    CHECK_FALSE(file_at(dir.path("none")));
    if (!may_give_files_away(dir)) return;
    CHECK(give_socket(dir.path("socket"), heir) == id);
    CHECK(status_of(dir.path("socket")).st_uid == heir.user);
}

TEST_CASE("rights of others are taken, those of owner and group stay") {
    const ScratchDir dir;
    for (const mode_t before : {0644U, 0666U, 0640U, 0607U}) {
        REQUIRE(::chmod(dir.file("file", "").c_str(), before) == 0);
        CHECK(close_to_others(open_own_file(dir.path("file"), {}).fd));
        CHECK((status_of(dir.path("file")).st_mode & 0777) == (before & 0770));
    }
    const UniqueFd device{::open("/dev/null", O_RDONLY | O_PATH | O_CLOEXEC)};
    CHECK_FALSE(close_to_others(device)); // fchmod says EBADF
    CHECK_FALSE(close_to_others(UniqueFd{}));
}
