#include "daemon/app/watch.hpp"

#include "daemon/app/shm_output.hpp"
#include "tests/unit/app/capture.hpp"
#include "tests/unit/app/private_unit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// A FILE that keeps what it is given, and calls back after each line: so samples can appear while
/// run_watch() runs, and nobody need wait.
class Lines {
  public:
    explicit Lines(std::function<void(const std::string& line)> on_line = {})
        : on_line_{std::move(on_line)} {
        std::setvbuf(file_.get(), nullptr, _IOLBF, 4096);
    }

    [[nodiscard]] std::FILE* file() const { return file_.get(); }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    static ssize_t write(void* self, const char* bytes, std::size_t size) {
        auto& lines = *static_cast<Lines*>(self);
        lines.text_.append(bytes, size);
        if (lines.on_line_) lines.on_line_({bytes, size});
        return static_cast<ssize_t>(size);
    }

    std::function<void(const std::string&)> on_line_;
    std::string text_;
    File file_{::fopencookie(this, "w", {nullptr, &Lines::write, nullptr, nullptr}), &std::fclose};
};

Sample sample(std::int64_t second) {
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    return {hal::UtcSecond::from_posix(second),
            hal::RealTime::from_ns(second * ns_per_s - 123'456'789), 2, -17};
}

constexpr std::int64_t start = 1'800'000'000; // 2027-01-15T08:00:00Z

} // namespace

TEST_CASE("a row for each sample that appears, until there were enough") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::error, false};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    REQUIRE(output.publish(sample(start - 1))); // lies there already: not new
    std::int64_t next = start;
    const Lines out{[&](const std::string& line) {
        // The unit was attached to, or a sample was shown: another one.
        if (line.starts_with('#') || line.find("2027-") != std::string::npos)
            (void)output.publish(sample(next++));
    }};
    const Lines notes;
    CHECK(run_watch({.units = {unit.number()}, .count = 2, .seconds = 60.0}, out.file(),
                    notes.file()) == 0);
    CHECK(notes.text().empty());
    const std::string& text = out.text();
    CHECK(text.find("2027-01-15T07:59:59Z") == std::string::npos);
    const auto first = text.find(fmt::format("\n {}  2027-01-15T08:00:0", unit.number()));
    REQUIRE(first != std::string::npos);
    const auto second =
        text.find(fmt::format("\n {}  2027-01-15T08:00:0", unit.number()), first + 1);
    REQUIRE(second != std::string::npos);
    CHECK(text.find(fmt::format("\n {}  2027", unit.number()), second + 1) == std::string::npos);
    // The receive time with nanoseconds, the reference ahead of it, leap and precision.
    const std::string row = text.substr(first + 1, text.find('\n', first + 1) - first);
    CHECK(row.find(".876543211Z") != std::string::npos);
    CHECK(row.find(" +0.123456789 ") != std::string::npos);
    CHECK(row.find(" 2  ") != std::string::npos);
    CHECK(row.find(" -17 ") != std::string::npos);
}

TEST_CASE("a unit that isn't there is waited for, which is said once") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Lines out;
    const Lines notes;
    CHECK(run_watch({.units = {unit.number()}, .count = 1, .seconds = 0.2}, out.file(),
                    notes.file()) == 1);
    CHECK(notes.text() == fmt::format("unit {}: no segment yet; waiting for one\n", unit.number()));
    CHECK_FALSE(ntpdshm::find_segment(unit.number())); // and nothing is made
}

TEST_CASE("a segment that can't be read is named, and the others are watched") {
    const PrivateUnit bad;
    if (!bad.usable()) return;
    bad.make(50);
    const PrivateUnit good{bad.number() + 1};
    const Log log{LogLevel::error, false};
    ShmOutput output{good.number(), ntpdshm::LayoutChoice::time64, log};
    std::int64_t next = start;
    const Lines out{[&](const std::string&) { (void)output.publish(sample(next++)); }};
    const Lines notes;
    CHECK(run_watch({.units = {bad.number(), good.number()}, .count = 1, .seconds = 60.0},
                    out.file(), notes.file()) == 0);
    CHECK(notes.text().starts_with(ntpdshm::name_of(bad.number()) + ": "));
}
