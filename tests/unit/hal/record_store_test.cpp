#include "hal/src/record_store.hpp"

#include "tests/unit/support/file_limit.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <sys/fsuid.h>
#include <sys/stat.h>

using namespace hal;
using ppsd::app::test::FileLimit;
using ppsd::app::test::ScratchDir;

namespace fs = std::filesystem;

namespace {
const std::string head = "ppsd-recording 1 5 0\n";
} // namespace

TEST_CASE("a new file, for nobody but its owner and group") {
    const ScratchDir dir;
    RecordStore store{dir.path("rec")};
    CHECK_FALSE(store.is_open());
    REQUIRE(store.open() == 0);
    CHECK(store.is_open());
    CHECK(store.size() == 0);
    CHECK(store.append(head) == 0);
    CHECK(store.append("tick 1\n") == 0);
    CHECK(store.size() == head.size() + 7);
    CHECK(dir.text("rec") == head + "tick 1\n");
    struct stat status {};
    REQUIRE(::stat(store.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0137) == 0);
}

TEST_CASE("an older recording is gone on with, and its torn line cut off") {
    const ScratchDir dir;
    struct Row {
        std::string before, after;
    };
    const std::string long_tail(10'000, 'x');
    for (const Row& row :
         {Row{head, head}, Row{head + "tick 1", head}, Row{head + "tick 1\n", head + "tick 1\n"},
          Row{head + std::string(3, '\0'), head}, Row{"ppsd-rec", ""}, Row{"", ""},
          Row{head + "bytes 1 " + long_tail, head},
          Row{head + "bytes 1 " + long_tail + "\nti", head + "bytes 1 " + long_tail + "\n"}}) {
        RecordStore store{dir.file("rec", row.before)};
        REQUIRE(store.open() == 0);
        CHECK(store.size() == row.after.size());
        CHECK(store.append("tick 2\n") == 0);
        CHECK(dir.text("rec") == row.after + "tick 2\n");
    }
}

TEST_CASE("what is no recording is refused, and stays as it is") {
    const ScratchDir dir;
    for (const std::string text : {"root:x:0:0\n", "ppsd_recording 1 5 0\n", "\n", "ppsd-rex"}) {
        RecordStore store{dir.file("other", text)};
        CHECK(store.open() == EEXIST);
        CHECK_FALSE(store.is_open());
        CHECK(dir.text("other") == text);
    }
    REQUIRE(::mkfifo(dir.path("fifo").c_str(), 0600) == 0);
    for (const std::string& path : {std::string{"/dev/null"}, dir.path("fifo")})
        CHECK(RecordStore{path}.open() == EEXIST);
    CHECK(RecordStore{dir.path("")}.open() == EISDIR);
    CHECK(RecordStore{dir.path("no/rec")}.open() == ENOENT);
}

TEST_CASE("one process records into a file") {
    const ScratchDir dir;
    RecordStore first{dir.path("rec")};
    RecordStore second{dir.path("rec")};
    REQUIRE(first.open() == 0);
    CHECK(second.open() == EBUSY);
}

TEST_CASE("rotation: FILE becomes FILE.1, in place of the former one") {
    const ScratchDir dir;
    RecordStore store{dir.path("rec")};
    REQUIRE(store.open() == 0);
    CHECK(store.rotate() == 0); // empty: nothing to keep
    CHECK_FALSE(dir.has("rec.1"));
    for (const std::string text : {"ppsd-recording 2 5 0\n", "ppsd-recording 2 5 1\n"}) {
        CHECK(store.append(text) == 0);
        CHECK(store.rotate() == 0);
        CHECK(store.size() == 0);
        CHECK(dir.text("rec.1") == text);
        CHECK(dir.text("rec").empty());
        CHECK(dir.has("rec"));
    }
}

TEST_CASE("a file that was moved or removed is noticed") {
    const ScratchDir dir;
    RecordStore store{dir.path("rec")};
    REQUIRE(store.open() == 0);
    REQUIRE(store.append(head) == 0);
    fs::rename(dir.path("rec"), dir.path("kept"));
    CHECK(store.append("tick 1\n") == ESTALE);
    CHECK_FALSE(store.is_open());
    CHECK(store.size() == 0);
    REQUIRE(store.open() == 0);
    CHECK(store.append(head) == 0);
    CHECK(dir.text("kept") == head);
    fs::remove(dir.path("rec"));
    CHECK(store.rotate() == ESTALE);
    CHECK_FALSE(dir.has("rec.1"));
}

TEST_CASE("a file that became shorter is noticed; one that became longer isn't") {
    const ScratchDir dir;
    RecordStore store{dir.path("rec")};
    REQUIRE(store.open() == 0);
    REQUIRE(store.append(head) == 0);
    fs::resize_file(dir.path("rec"), head.size() + 5);
    CHECK(store.append("tick 1\n") == 0);
    fs::resize_file(dir.path("rec"), head.size() + 7);
    CHECK(store.append("tick 2\n") == 0);
    fs::resize_file(dir.path("rec"), 0);
    CHECK(store.append("tick 3\n") == ESTALE);
    CHECK_FALSE(store.is_open());
    REQUIRE(store.open() == 0);
    CHECK(store.size() == 0);
}

TEST_CASE("a recording whose beginning is damaged is set aside, under a name that is free") {
    const ScratchDir dir;
    const std::string rest = "raw 1 2\ntick 1\n" + head + "tick 2\n";
    const std::string zeros(4096, '\0');
    int n = 0;
    for (const std::string& text :
         {rest, zeros + rest, zeros, std::string(1, '\0'), "ppsd-recordinx 2 5 0\n" + rest,
          "ppsd-recording 9 5 0\n" + rest, "4:12,N\\r\\n\n" + rest, zeros + "12 34\n" + head}) {
        RecordStore store{dir.file("rec", text)};
        REQUIRE(store.open() == 0);
        const std::string name = ++n == 1 ? "rec.damaged" : "rec.damaged-" + std::to_string(n);
        CHECK(store.take_remark().find(dir.path(name) + ",") != std::string::npos);
        CHECK(store.take_remark().empty());
        CHECK(dir.text(name) == text);
        CHECK(dir.text("rec").empty());
        CHECK(store.append(head) == 0);
    }
}

TEST_CASE("four megabytes of zeros are a power cut's, a byte more is not") {
    const ScratchDir dir;
    constexpr std::uint64_t most = 4 << 20;
    for (const bool more : {false, true}) {
        (void)dir.file("rec", "");
        fs::resize_file(dir.path("rec"), most + (more ? 1 : 0));
        RecordStore store{dir.path("rec")};
        CHECK(store.open() == (more ? EEXIST : 0));
    }
}

TEST_CASE(
    "rights: an older recording is closed to all but its owner and group, another file isn't") {
    const ScratchDir dir;
    const auto mode = [&](const char* name) {
        struct stat status {};
        REQUIRE(::stat(dir.path(name).c_str(), &status) == 0);
        return status.st_mode & 07777;
    };
    for (const mode_t before : {0644U, 0666U, 0640U, 0600U, 0661U}) {
        (void)dir.file("rec", head);
        REQUIRE(::chmod(dir.path("rec").c_str(), before) == 0);
        CHECK(RecordStore{dir.path("rec")}.open() == 0);
        CHECK(mode("rec") == (before & 0770));
    }
    for (const bool recording : {true, false}) {
        (void)dir.file("rec.1", recording ? head : "root:x:0:0\n");
        REQUIRE(::chmod(dir.path("rec.1").c_str(), 0644) == 0);
        CHECK(RecordStore{dir.path("rec")}.open() == 0);
        CHECK(mode("rec.1") == (recording ? 0640 : 0644));
    }
    (void)dir.file("other", "root:x:0:0\n");
    REQUIRE(::chmod(dir.path("other").c_str(), 0644) == 0);
    CHECK(RecordStore{dir.path("other")}.open() == EEXIST);
    CHECK(mode("other") == 0644);
    (void)dir.file("rec", "tick 1\n");
    REQUIRE(::chmod(dir.path("rec").c_str(), 0644) == 0);
    CHECK(RecordStore{dir.path("rec")}.open() == 0);
    CHECK(mode("rec.damaged") == 0640);
}

TEST_CASE("a symbolic link and a file with a second name are refused, and stay as they are") {
    const ScratchDir dir;
    (void)dir.file("target", "");
    fs::create_symlink(dir.path("target"), dir.path("link"));
    fs::create_symlink(dir.path("nothing"), dir.path("dangling"));
    CHECK(RecordStore{dir.path("link")}.open() == ELOOP);
    CHECK(RecordStore{dir.path("dangling")}.open() == ELOOP);
    CHECK_FALSE(dir.has("nothing"));
    fs::create_hard_link(dir.path("target"), dir.path("second"));
    RecordStore store{dir.path("second")};
    CHECK(store.open() == EMLINK);
    CHECK(store.advice().find("second name") != std::string::npos);
    fs::remove(dir.path("target"));
    CHECK(store.open() == 0);
}

TEST_CASE("a file that is open stays so where nobody but root may look") {
    const ScratchDir dir;
    fs::create_directory(dir.path("locked"));
    RecordStore store{dir.path("locked/rec")};
    REQUIRE(store.open() == 0);
    fs::permissions(dir.path("locked"), fs::perms::none);
    constexpr uid_t nobody = 65534;
    const auto root = static_cast<uid_t>(::setfsuid(nobody)); // nothing changes for who isn't root
    const int error = store.append(head);
    ::setfsuid(root);
    fs::permissions(dir.path("locked"), fs::perms::owner_all);
    CHECK(error == 0);
    CHECK(dir.text("locked/rec") == head);
}

TEST_CASE("what doesn't fit leaves no half line behind") {
    const ScratchDir dir;
    RecordStore store{dir.path("rec")};
    REQUIRE(store.open() == 0);
    REQUIRE(store.append(head) == 0);
    {
        const FileLimit limit{head.size() + 7};
        CHECK(store.append("tick 10\n") == EFBIG); // a byte too long
        CHECK_FALSE(store.is_open());
        CHECK(dir.text("rec") == head);
        REQUIRE(store.open() == 0);
        CHECK(store.append("tick 1\n") == 0); // fits exactly
    }
    CHECK(store.append("tick 2\n") == 0);
    CHECK(dir.text("rec") == head + "tick 1\ntick 2\n");
}

TEST_CASE("there is advice for each errno") {
    for (const int error : {ENOSPC, EDQUOT, EROFS, EEXIST, EBUSY, ESTALE, ETIMEDOUT, ENOENT,
                            ENOTDIR, EACCES, EPERM, EISDIR, EIO}) {
        CHECK_FALSE(record_advice(error).empty());
        CHECK_FALSE(record_advice(error).ends_with('.'));
    }
    CHECK(record_advice(ENOSPC).find("record-size") != std::string::npos);
}
