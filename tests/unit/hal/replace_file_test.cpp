#include "hal/replace_file.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace ppsd::app::test;

namespace {

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

unsigned mode_of(const std::string& path) {
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    return file.st_mode & 07777U;
}

} // namespace

TEST_CASE("a file gets another text and keeps its rights; nothing is left beside it") {
    const ScratchDir top;
    const std::string path = top.file("conf", "old\n");
    ::chmod(path.c_str(), 0600);
    hal::replace_file(path, "new\n");
    CHECK(text_of(path) == "new\n");
    CHECK(mode_of(path) == 0600);
    CHECK(std::distance(std::filesystem::directory_iterator{top.folder()}, {}) == 1);
}

TEST_CASE("what one that was killed left is replaced by the next, or removed") {
    const ScratchDir top;
    const std::string path = top.file("conf", "old\n");
    const std::string half = top.file("conf.ppsd-new", "ne");
    hal::remove_half_of(path);
    CHECK_FALSE(std::filesystem::exists(half));
    hal::remove_half_of(path); // there is none
    CHECK(text_of(path) == "old\n");
    std::ignore = top.file("conf.ppsd-new", "ne");
    hal::replace_file(path, "new\n");
    CHECK(text_of(path) == "new\n");
    CHECK_FALSE(std::filesystem::exists(half));
}

TEST_CASE("a new file can be read by all, whatever the umask") {
    const ScratchDir top;
    const mode_t before = ::umask(077);
    hal::replace_file(top.path("new"), "x\n");
    ::umask(before);
    CHECK(text_of(top.path("new")) == "x\n");
    CHECK(mode_of(top.path("new")) == 0644);
}

TEST_CASE("a symbolic link stays one") {
    const ScratchDir top;
    std::ignore = top.file("real", "old\n");
    std::filesystem::create_symlink("real", top.path("link"));
    hal::replace_file(top.path("link"), "new\n");
    CHECK(std::filesystem::is_symlink(top.path("link")));
    CHECK(text_of(top.path("real")) == "new\n");
}

TEST_CASE("what can't be written is named, with what to do, and stays as it was") {
    const ScratchDir top;
    CHECK_THROWS_AS(hal::replace_file(top.path("no/such/folder"), "x"), hal::DeviceError);
    // Root may write anywhere but here.
    CHECK_THROWS_AS(hal::replace_file("/proc/version", "x"), hal::DeviceError);
}
