#include "hal/text_file.hpp"

#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <sys/stat.h>

using namespace hal;
using ppsd::app::test::ScratchDir;

TEST_CASE("all of a file, up to the limit") {
    const ScratchDir dir;
    const std::string text(10'000, 'x');
    CHECK(read_text_file(dir.file("file", text)).text == text);
    CHECK(read_text_file(dir.path("file"), text.size()).error == 0);
    const TextFile more = read_text_file(dir.path("file"), text.size() - 1);
    CHECK(more.error == EFBIG);
    CHECK(more.text.empty());
    CHECK(read_text_file(dir.file("empty", "")).error == 0);
}

TEST_CASE("what is no file is not waited for") {
    const ScratchDir dir;
    REQUIRE(::mkfifo(dir.path("fifo").c_str(), 0600) == 0);
    CHECK(read_text_file(dir.path("fifo")).error == EINVAL);
    CHECK(read_text_file("/dev/zero").error == EINVAL);
    CHECK(read_text_file(dir.path("")).error == EISDIR);
    CHECK(read_text_file(dir.path("none")).error == ENOENT);
}

TEST_CASE("what can't be read is an error, not the end") {
    const TextFile file = read_text_file("/proc/self/mem"); // nothing is mapped at 0
    CHECK(file.error == EIO);
    CHECK(file.text.empty());
}
