#include "daemon/service/published_mark.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/scratch_path.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

using namespace ppsd::app;
using ppsd::app::test::ScratchPath;

TEST_CASE("it is there after it was set, and whoever comes next sees it") {
    const ScratchPath folder;
    {
        PublishedMark mark{folder.path(), folder.path()};
        CHECK(mark.usable());
        CHECK_FALSE(mark.there());
    }
    PublishedMark mark{folder.path(), folder.path()};
    CHECK_FALSE(mark.there());
    mark.set();
    mark.set();
    CHECK_FALSE(mark.there()); // as it was
    CHECK(PublishedMark{folder.path(), folder.path()}.there());
    CHECK(std::filesystem::file_size(folder.path() + "/published") == 1);
}

TEST_CASE("marks of other instances count") {
    const ScratchPath all;
    std::filesystem::create_directories(all.path() + "/roof");
    PublishedMark roof{all.path() + "/roof", all.path()};
    PublishedMark plain{all.path(), all.path()};
    CHECK_FALSE(plain.there());
    roof.set();
    CHECK(PublishedMark{all.path(), all.path()}.there());
    CHECK(PublishedMark{all.path() + "/cellar", all.path()}.there());
    CHECK_FALSE(PublishedMark{all.path() + "/cellar", all.path() + "/none"}.there());
}

TEST_CASE("where it can't be made, the clock may follow us") {
    const ScratchPath file{"a file"};
    for (const std::string& folder : {file.path(), file.path() + "/a", std::string{"/no/such"}}) {
        PublishedMark mark{folder, folder};
        CHECK_FALSE(mark.usable());
        CHECK(mark.there());
        mark.set(); // without effect
    }
}

TEST_CASE("a symbolic link is not followed") {
    const ScratchPath folder;
    std::filesystem::create_directory(folder.path());
    std::filesystem::create_symlink(folder.path() + "/target", folder.path() + "/published");
    CHECK_FALSE(PublishedMark{folder.path(), folder.path()}.usable());
    CHECK_FALSE(std::filesystem::exists(folder.path() + "/target"));
}

TEST_CASE("a FIFO is not waited for, and a second name is refused") {
    const ScratchPath folder;
    std::filesystem::create_directory(folder.path());
    REQUIRE(::mkfifo((folder.path() + "/published").c_str(), 0600) == 0);
    CHECK_FALSE(PublishedMark{folder.path(), folder.path()}.usable());
    std::filesystem::remove(folder.path() + "/published");
    CHECK(PublishedMark{folder.path(), folder.path()}.usable());
    std::filesystem::create_hard_link(folder.path() + "/published", folder.path() + "/second");
    CHECK_FALSE(PublishedMark{folder.path(), folder.path()}.usable());
}

TEST_CASE("a runtime folder that leads up, or is no whole path, is refused") {
    for (const char* folder : {"/run/ppsd/../x", "/run/..", "..", "run/ppsd", "/..:/run/ppsd"}) {
        ::setenv("RUNTIME_DIRECTORY", folder, 1);
        CHECK_THROWS_AS((void)runtime_folder(), hal::UsageError);
    }
    for (const char* folder : {"/run/..ppsd", "/run/ppsd..", "/run/ppsd:/run/.."}) {
        ::setenv("RUNTIME_DIRECTORY", folder, 1);
        CHECK_NOTHROW((void)runtime_folder());
    }
    ::unsetenv("RUNTIME_DIRECTORY");
}

TEST_CASE("the folder: systemd's first, else /run/ppsd") {
    ::unsetenv("RUNTIME_DIRECTORY");
    CHECK(runtime_folder() == "/run/ppsd");
    ::setenv("RUNTIME_DIRECTORY", "/run/ppsd/roof:/run/other", 1);
    CHECK(runtime_folder() == "/run/ppsd/roof");
    ::unsetenv("RUNTIME_DIRECTORY");
}
