#include "hal/record_file.hpp"

#include "tests/unit/support/file_limit.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>

using namespace hal;
using ppsd::app::test::FileLimit;
using ppsd::app::test::ScratchDir;

namespace {

constexpr std::uint64_t ample = 1 << 20;
constexpr std::size_t head_size = 21; // "ppsd-recording 2 5 0\n"

/// A recorder whose heads count themselves: an odd step where something was lost.
struct Recorder {
    explicit Recorder(const std::string& path, std::uint64_t limit = ample)
        : file{std::make_unique<RecordFile>(
              path, limit,
              [this](std::string& text, bool lost) {
                  if (lost) ++part;
                  text += fmt::format("ppsd-recording 2 5 {}\n", part++);
              },
              1h)} {}

    void end() { file.reset(); }

    /// Puts a line again and again until there is news.
    RecordFile::News wait_for_news() {
        for (int n = 0; n < 5000; ++n) {
            if (const auto news = file->news()) return *news;
            file->put("more\n");
            file->settle();
        }
        FAIL("no news after 5000 lines");
        return {};
    }

    int part = 0;
    std::unique_ptr<RecordFile> file;
};

} // namespace

TEST_CASE("lines wait, and the end writes them, after a head") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    CHECK(dir.text("rec").empty());
    recorder.file->put("a\n");
    recorder.file->put("b\nc\n");
    recorder.end();
    CHECK(dir.text("rec") == "ppsd-recording 2 5 0\na\nb\nc\n");
}

TEST_CASE("nothing put, nothing written") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    recorder.end();
    CHECK(dir.has("rec"));
    CHECK(dir.text("rec").empty());
}

TEST_CASE("lines are written while it goes on, when somebody asks") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    recorder.file->put("a\n");
    recorder.file->settle();
    CHECK(dir.text("rec") == "ppsd-recording 2 5 0\na\n");
    CHECK_FALSE(recorder.file->news());
}

TEST_CASE("a later run goes on in the same file") {
    const ScratchDir dir;
    for (const char* line : {"a\n", "b\n"}) {
        Recorder recorder{dir.path("rec")};
        recorder.file->put(line);
    }
    CHECK(dir.text("rec") == "ppsd-recording 2 5 0\na\nppsd-recording 2 5 0\nb\n");
}

TEST_CASE("rotation: at the limit not yet, a byte beyond it") {
    const ScratchDir dir;
    const std::string line = "0123456\n";
    SUBCASE("fits exactly") {
        Recorder recorder{dir.path("rec"), head_size + 2 * line.size()};
        recorder.file->put(line);
        recorder.file->put(line);
        recorder.end();
        CHECK_FALSE(dir.has("rec.1"));
        CHECK(dir.text("rec").size() == head_size + 2 * line.size());
    }
    SUBCASE("a byte more") {
        Recorder recorder{dir.path("rec"), head_size + 2 * line.size() - 1};
        recorder.file->put(line);
        recorder.file->put(line);
        recorder.end();
        CHECK(dir.text("rec.1") == "ppsd-recording 2 5 0\n" + line);
        CHECK(dir.text("rec") == "ppsd-recording 2 5 1\n" + line);
    }
}

TEST_CASE("rotation: several times in one batch, and never within lines that belong together") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec"), 44};
    for (const char* lines : {"a\nb\nc\nd\n", "e\nf\ng\nh\n", "i\nj\nk\nl\n", "m\n", "n\n"})
        recorder.file->put(lines);
    recorder.end();
    CHECK(dir.text("rec.1") == "ppsd-recording 2 5 0\na\nb\nc\nd\ne\nf\ng\nh\n");
    CHECK(dir.text("rec") == "ppsd-recording 2 5 1\ni\nj\nk\nl\nm\nn\n");
}

TEST_CASE("rotation: lines larger than the limit have a file of their own") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec"), 1};
    for (const char* line : {"a\n", "b\n", "c\n"})
        recorder.file->put(line);
    recorder.end();
    CHECK(dir.text("rec.1") == "ppsd-recording 2 5 1\nb\n");
    CHECK(dir.text("rec") == "ppsd-recording 2 5 2\nc\n");
}

TEST_CASE("rotation: what an earlier run left counts") {
    const ScratchDir dir;
    const std::string before = "ppsd-recording 2 5 7\nbefore\n";
    SUBCASE("there is room for the head and the first lines") {
        Recorder recorder{dir.file("rec", before), before.size() + head_size + 2};
        recorder.file->put("a\n");
        recorder.end();
        CHECK(dir.text("rec") == before + "ppsd-recording 2 5 0\na\n");
    }
    SUBCASE("a byte too little") {
        Recorder recorder{dir.file("rec", before), before.size() + head_size + 1};
        recorder.file->put("a\n");
        recorder.end();
        CHECK(dir.text("rec.1") == before);
        CHECK(dir.text("rec") == "ppsd-recording 2 5 0\na\n");
    }
}

TEST_CASE("a full disk is said once, and so is that it goes on; the gap shows") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    {
        const FileLimit limit{head_size + 40};
        const auto news = recorder.wait_for_news();
        CHECK(news.error == EFBIG);
        CHECK_FALSE(news.text.empty());
        for (int n = 0; n < 20; ++n) {
            recorder.file->put("lost\n");
            recorder.file->settle();
            CHECK_FALSE(recorder.file->news());
        }
    }
    CHECK(recorder.wait_for_news().error == 0);
    recorder.end();
    const std::string text = dir.text("rec");
    CHECK(text.find("ppsd-recording 2 5 1\n") == std::string::npos);
    CHECK(text.find("\nppsd-recording ") != std::string::npos);
    CHECK(text.find("\n\n") == std::string::npos);
    CHECK(text.ends_with("more\n"));
}

TEST_CASE(
    "a disk that can't keep up: said once, what doesn't fit into 4 MiB is lost, and it shows") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec"), 1 << 30};
    const std::string most = std::string((4 << 20) - head_size - 3, 'x') + "\n";
    recorder.file->put(most);
    recorder.file->put("b\n"); // just fits
    CHECK_FALSE(recorder.file->news());
    recorder.file->put("c\n");
    const auto news = recorder.file->news();
    REQUIRE(news);
    CHECK(news->error == ETIMEDOUT);
    CHECK(news->text == "the disk is too slow to keep up with what is recorded");
    recorder.file->put("d\n");
    CHECK_FALSE(recorder.file->news());
    recorder.file->settle();
    recorder.file->put("e\n");
    const auto over = recorder.file->news();
    REQUIRE(over);
    CHECK(over->error == 0);
    recorder.end();
    CHECK(dir.text("rec") == "ppsd-recording 2 5 0\n" + most + "b\nppsd-recording 2 5 2\ne\n");
}

TEST_CASE("a file that was removed is begun anew") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    recorder.file->put("a\n");
    recorder.file->settle();
    std::filesystem::remove(dir.path("rec"));
    CHECK(recorder.wait_for_news().error == ESTALE);
    CHECK(recorder.wait_for_news().error == 0);
    recorder.file->put("x\n");
    recorder.file->put("y\n");
    recorder.end();
    const std::string text = dir.text("rec");
    CHECK(text.starts_with("ppsd-recording "));
    CHECK(text.rfind("ppsd-recording ") == 0); // one head, not one a line
    CHECK(text.ends_with("x\ny\n"));
    CHECK_FALSE(dir.has("rec.1"));
}

TEST_CASE("a file that was cut short is noticed, and recording begins anew") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    recorder.file->put("a\n");
    recorder.file->settle();
    std::filesystem::resize_file(dir.path("rec"), 0);
    CHECK(recorder.wait_for_news().error == ESTALE);
    CHECK(recorder.wait_for_news().error == 0);
    recorder.end();
    CHECK(dir.text("rec").starts_with("ppsd-recording "));
    CHECK_FALSE(dir.has("rec.damaged"));
}

TEST_CASE("a damaged recording is kept, which is said once, and recording begins anew") {
    const ScratchDir dir;
    const std::string damaged = "raw 1 2\ntick 1\n";
    Recorder recorder{dir.file("rec", damaged)};
    const auto news = recorder.file->news();
    REQUIRE(news);
    CHECK(news->error == 0);
    CHECK(news->text.find(dir.path("rec.damaged")) != std::string::npos);
    CHECK_FALSE(recorder.file->news());
    recorder.file->put("a\n");
    recorder.end();
    CHECK(dir.text("rec.damaged") == damaged);
    CHECK(dir.text("rec") == "ppsd-recording 2 5 0\na\n");
}

TEST_CASE("opened again after a rotation: no line is lost, and none is news") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    recorder.file->put("a\n");
    recorder.file->settle();
    recorder.file->put("b\n"); // waits
    std::filesystem::rename(dir.path("rec"), dir.path("rec.old"));
    recorder.file->reopen();
    recorder.file->put("c\n");
    recorder.end();
    CHECK(dir.text("rec.old") == "ppsd-recording 2 5 0\na\nb\n");
    CHECK(dir.text("rec") == "ppsd-recording 2 5 1\nc\n");
}

TEST_CASE(
    "moved away and opened again while lines wait, and nothing comes after: no line is lost") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec"), 1 << 20};
    recorder.file->put("a\n");
    recorder.file->settle();
    recorder.file->put("b\n"); // waits
    std::filesystem::rename(dir.path("rec"), dir.path("rec.old"));
    recorder.file->reopen();
    recorder.file->settle();
    CHECK_FALSE(recorder.file->news());
    CHECK(dir.text("rec.old") == "ppsd-recording 2 5 0\na\nb\n");
    recorder.file->put("c\n");
    recorder.end();
    CHECK(dir.text("rec") == "ppsd-recording 2 5 1\nc\n");
}

TEST_CASE("opened again before it is known that lines before were lost: the gap shows") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec")};
    recorder.file->put("a\n");
    recorder.file->settle();
    std::filesystem::remove(dir.path("rec"));
    recorder.file->put("b\n");
    recorder.file->settle(); // refused, which nobody has asked for yet
    recorder.file->reopen();
    recorder.file->put("c\n");
    recorder.end();
    CHECK(dir.text("rec") == "ppsd-recording 2 5 2\nc\n");
}

TEST_CASE("opened again before it is known that the disk was full: the former file's size doesn't "
          "count") {
    const ScratchDir dir;
    const std::string line = "0123456\n";
    Recorder recorder{dir.path("rec"), head_size + 5 * line.size()};
    recorder.file->put(line);
    recorder.file->settle();
    {
        const FileLimit full{head_size + line.size() + 1};
        recorder.file->put(line);
        recorder.file->settle(); // refused, which nobody has asked for yet
    }
    std::filesystem::rename(dir.path("rec"), dir.path("rec.old"));
    recorder.file->reopen();
    for (int n = 0; n < 5; ++n) // just fits
        recorder.file->put(line);
    recorder.end();
    CHECK_FALSE(dir.has("rec.1"));
    CHECK(dir.text("rec") == "ppsd-recording 2 5 2\n" + line + line + line + line + line);
}

TEST_CASE("opened again without a rotation: a new part, and the size counts on") {
    const ScratchDir dir;
    Recorder recorder{dir.path("rec"), 2 * (head_size + 2) + 2};
    recorder.file->put("a\n");
    recorder.file->reopen();
    recorder.file->reopen();
    recorder.file->put("b\n");
    recorder.file->settle();
    CHECK_FALSE(recorder.file->news());
    recorder.file->put("c\n"); // just fits
    recorder.file->put("d\n");
    recorder.end();
    CHECK(dir.text("rec.1") == "ppsd-recording 2 5 0\na\nppsd-recording 2 5 1\nb\nc\n");
    CHECK(dir.text("rec") == "ppsd-recording 2 5 2\nd\n");
}

TEST_CASE("what can't be recorded into is news, and it goes on once it can") {
    const ScratchDir dir;
    const std::string path = dir.file("other", "text\n");
    Recorder recorder{path};
    const auto news = recorder.file->news();
    REQUIRE(news);
    CHECK(news->error == EEXIST);
    CHECK_FALSE(news->text.empty());
    recorder.file->put("a\n");
    recorder.file->settle();
    CHECK_FALSE(recorder.file->news());
    CHECK(dir.text("other") == "text\n");
    std::filesystem::remove(path);
    CHECK(recorder.wait_for_news().error == 0);
    recorder.end();
    CHECK(dir.text("other").starts_with("ppsd-recording "));
}

TEST_CASE("a folder that is missing, and comes later") {
    const ScratchDir dir;
    Recorder recorder{dir.path("no/rec")};
    CHECK(recorder.wait_for_news().error == ENOENT);
    std::filesystem::create_directory(dir.path("no"));
    CHECK(recorder.wait_for_news().error == 0);
}
