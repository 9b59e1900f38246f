#include "daemon/ctl/watch.hpp"

#include "daemon/outputs/shm_output.hpp"
#include "daemon/outputs/watched_unit.hpp"
#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/private_unit.hpp"
#include "tests/unit/support/sample.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <regex>

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

/// The last three columns of a row, with '|' between them.
std::string last_columns(const std::string& row) {
    static const std::regex columns{"(\\S+(?: \\S+)*)  +(\\S+(?: \\S+)*)  +(\\S+(?: \\S+)*)$"};
    std::smatch found;
    if (!std::regex_search(row, found, columns)) return row;
    return found.str(1) + '|' + found.str(2) + '|' + found.str(3);
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
    // How far the reference is ahead of the receive time, leap and precision.
    const std::string row = text.substr(first + 1, text.find('\n', first + 1) - first);
    CHECK(row.find(" +0.123456789 ") != std::string::npos);
    CHECK(row.find("  2  ") != std::string::npos);
    CHECK(row.find(" -17 ") != std::string::npos);
}

TEST_CASE("the header names every column, the legend explains each, and a segment that an "
          "installed reader can't read is told") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const std::string header = watch_header();
    for (const char* column :
         {"label", "offset", "prec", "age", "read", "chrony", "ntp.org", "ntpsec"}) {
        CHECK(header.find(column) != std::string::npos);
        CHECK(watch_legend.find(column) != std::string_view::npos);
    }
    CHECK(header.size() <= 100);

    unit.make(80);
    const auto segment = ntpdshm::Segment::watch(unit.number());
    using ntpdshm::Layout;
    const Readers readers{{"/sbin/chronyd", Layout::time64}, {"/sbin/ntpd", Layout::time32}};
    CHECK(describe(readers) == "# /sbin/chronyd is installed: it reads layout time64\n"
                               "# /sbin/ntpd is installed: it reads layout time32");
    CHECK(describe(Readers{}).find("no chronyd or ntpd is installed") != std::string::npos);
    const std::string text = describe(segment, readers);
    CHECK(
        text.starts_with(fmt::format("# unit {}: 80 bytes, layout time32, owner ", unit.number())));
    CHECK(text.find(", mode 0666, 1 attached\n") != std::string::npos);
    CHECK(text.ends_with(fmt::format(
        "\n# unit {}: /sbin/chronyd can't read it: its layout is time64", unit.number())));
    CHECK(describe(segment, {readers[1]}).find("can't") == std::string::npos);
}

TEST_CASE("whether anybody reads, and how long after") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    using ntpdshm::LayoutChoice;
    ntpdshm::Writer writer{ntpdshm::Segment::open(unit.number(), LayoutChoice::time64)};
    ntpdshm::Reader reader{ntpdshm::Segment::open(unit.number(), LayoutChoice::time64)};
    WatchedUnit watched{ntpdshm::Reader{ntpdshm::Segment::watch(unit.number())}};
    const std::string name = fmt::format("# unit {}: ", unit.number());
    CHECK(watched.summary() == name + "0 samples; nobody writes to it");
    constexpr std::int64_t ms = 1'000'000;
    const std::int64_t real = start * 1000 * ms;
    std::int64_t n = 0;
    const auto next = [&](std::int64_t mono_ms) {
        const std::int64_t at = real + ++n * 1000 * ms;
        CHECK(writer.write(ntpdshm::Sample{at, at}) == ntpdshm::WriteResult::written);
        return watched.look(mono_ms * ms, at).value_or("");
    };
    const auto fetch = [&](std::int64_t mono_ms) {
        (void)reader.take(real + n * 1000 * ms);
        CHECK_FALSE(watched.look(mono_ms * ms, real).has_value());
    };
    CHECK(next(1000).find("    -  ok         ok         ok") != std::string::npos);
    CHECK(next(2000).find("   no  ok ") != std::string::npos);
    const std::string offsets = name + "offset 0 ns (mean), 0 ns (standard deviation)\n";
    CHECK(watched.summary() ==
          offsets + name +
              "2 samples; nobody fetched any: no chronyd or ntpd that runs reads this unit");
    fetch(2250);
    fetch(2500); // the second look at it is no second fetching
    CHECK(next(3000).find("  0.250  ok ") != std::string::npos);
    fetch(3725);
    CHECK(watched.summary() ==
          offsets + name +
              "3 samples; a reader fetched 2 of them, 0.250 to 0.725 s after they appeared");
}

TEST_CASE("at the end the offsets' mean, and how far they scatter") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    using ntpdshm::LayoutChoice;
    ntpdshm::Writer writer{ntpdshm::Segment::open(unit.number(), LayoutChoice::time64)};
    WatchedUnit watched{ntpdshm::Reader{ntpdshm::Segment::watch(unit.number())}};
    std::int64_t at = start * 1'000'000'000;
    for (const std::int64_t behind : {137'000, 139'000}) {
        at += 1'000'000'000;
        CHECK(writer.write(ntpdshm::Sample{at, at + behind}) == ntpdshm::WriteResult::written);
        CHECK(watched.look(at, at + behind));
    }
    CHECK(watched.summary().find(": offset -138 us (mean), 1.00 us (standard deviation)\n") !=
          std::string::npos);
}

TEST_CASE("each reader's reason to refuse a sample stands in its column") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    ntpdshm::Writer writer{ntpdshm::Segment::open(unit.number(), ntpdshm::LayoutChoice::time64)};
    WatchedUnit watched{ntpdshm::Reader{ntpdshm::Segment::watch(unit.number())}};
    constexpr std::int64_t second = 1'000'000'000;
    const auto verdicts = [&](std::int64_t clock, std::int64_t receive, int leap) {
        const ntpdshm::Sample sample{clock * second, receive * second, leap};
        CHECK(writer.write(sample) == ntpdshm::WriteResult::written);
        const std::string row = watched.look(0, start * second).value_or("");
        CHECK(row.size() <= 100);
        return last_columns(row);
    };
    CHECK(verdicts(start, start - 7, 0) == "ok|stale|stale");
    CHECK(verdicts(start - 6, start - 6, 0) == "ok|stale|stale");
    CHECK(verdicts(start, start - 5, 0) == "ok|ok|ok");
    CHECK(verdicts(start, start - 5, 0) == "not newer|ok|ok");
    CHECK(verdicts(start + 14'401, start - 4, 0) == "ok|too far|ok");
    CHECK(verdicts(start, start + 1, 0) == "future|future|future");
    CHECK(verdicts(start, start - 3, 3) == "bad leap|bad leap|bad leap");
    CHECK(verdicts(start, start - 33, 0) == "stale|stale|stale");
}

TEST_CASE("in colour: what is not ok, as wide as without") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    ntpdshm::Writer writer{ntpdshm::Segment::open(unit.number(), ntpdshm::LayoutChoice::time64)};
    WatchedUnit watched{ntpdshm::Reader{ntpdshm::Segment::watch(unit.number())}, true};
    constexpr std::int64_t second = 1'000'000'000;
    const auto row = [&](std::int64_t clock, std::int64_t receive) {
        const ntpdshm::Sample sample{clock * second, receive * second};
        CHECK(writer.write(sample) == ntpdshm::WriteResult::written);
        return watched.look(0, start * second).value_or("");
    };
    CHECK(row(start, start - 5).ends_with("  ok         ok         ok"));
    CHECK(row(start + 14'401, start - 4).ends_with("  ok         \033[31mtoo far  \033[0m  ok"));
    CHECK(row(start, start + 1)
              .ends_with("  \033[31mfuture   \033[0m  \033[31mfuture   \033[0m  "
                         "\033[31mfuture\033[0m"));
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
