#include "daemon/outputs/shm_output.hpp"

#include "tests/unit/support/capture.hpp"
#include "tests/unit/support/private_unit.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/sample.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

/// What this process has read so far.
long bytes_read() {
    std::ifstream file{"/proc/self/io"};
    std::string key;
    long bytes = 0;
    file >> key >> bytes;
    return bytes;
}

} // namespace

TEST_CASE("a sample's words are in the segment, and readers believe the nanoseconds") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::info, true};
    const Capture err;
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    CHECK(err.text() == "<6>" + ntpdshm::name_of(unit.number()) + ": made, layout time64\n");
    REQUIRE(output.publish(sample(1'800'000'000)));
    const auto words = unit.peek();
    CHECK(words.mode == 1);
    CHECK(words.valid == 1);
    CHECK_FALSE(words.odd());
    CHECK(words.has_nanoseconds());
    CHECK(words.clock_sec == 1'800'000'000);
    CHECK(words.clock_usec == 0);
    CHECK(words.clock_nsec == 0);
    CHECK(words.receive_sec == 1'799'999'999);
    CHECK(words.receive_usec == 876'543);
    CHECK(words.receive_nsec == 876'543'211);
    CHECK(words.leap == 2);
    CHECK(words.precision == -17);
}

TEST_CASE("invalidate takes back what lies unread") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::error, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    REQUIRE(output.publish(sample(1'800'000'000)));
    output.invalidate();
    CHECK(unit.peek().valid == 0);
    REQUIRE(output.publish(sample(1'800'000'001)));
    CHECK(unit.peek().valid == 1);
}

TEST_CASE("a second that the layout can't say is not written") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::error, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time32, log};
    constexpr std::int64_t last = INT32_MAX; // 2038-01-19T03:14:07Z
    CHECK(output.publish(sample(last)));
    const auto count = unit.peek().count;
    CHECK_FALSE(output.publish(sample(last + 1)));
    CHECK(unit.peek().count == count);
    CHECK(unit.peek().clock_sec == last);
}

TEST_CASE("a segment that was removed is made anew, and that is said") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    REQUIRE(output.publish(sample(1'800'000'000)));
    unit.remove();
    CHECK_FALSE(ntpdshm::find_segment(unit.number()));
    const Capture err;
    REQUIRE(output.publish(sample(1'800'000'001)));
    CHECK(err.text() == "<5>" + ntpdshm::name_of(unit.number()) + ": it was removed; made anew\n");
    CHECK(unit.peek().clock_sec == 1'800'000'001); // what a reader finds that starts now
    REQUIRE(output.publish(sample(1'800'000'002)));
    CHECK(err.count("removed") == 1);
}

TEST_CASE("a segment that can't be made anew is complained about once, and tried less often") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    unit.remove();
    unit.make(80); // somebody else's, of the other layout
    const Capture err;
    for (int i = 0; i < 30; ++i)
        CHECK(output.publish(sample(1'800'000'000 + i)));
    CHECK(err.count("<3>" + ntpdshm::name_of(unit.number()) + ": Invalid argument") == 1);
    CHECK(output.removed().find("it has 80 bytes") != std::string::npos);
    unit.remove();
    int tries = 0;
    while (!ntpdshm::find_segment(unit.number()) && tries < 30)
        REQUIRE(output.publish(sample(1'800'000'030 + tries++)));
    CHECK(tries <= 5);
    CHECK(output.removed().empty());
    CHECK(unit.peek().clock_sec == 1'800'000'029 + tries);
    CHECK(err.count("it was removed; made anew") == 1);
}

TEST_CASE("a removed segment costs no reading of files while it can't be had") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::automatic, log};
    unit.remove();
    unit.make(50);
    const Capture err;
    CHECK(output.publish(sample(1'800'000'000)));
    const auto before = bytes_read();
    for (int i = 1; i <= 100; ++i)
        CHECK(output.publish(sample(1'800'000'000 + i)));
    // Each look at the counter is itself read, some 100 bytes of it.
    CHECK(bytes_read() - before < 200);
    CHECK(err.count("50 bytes") == 1);
}

TEST_CASE("a new segment by another program is taken, and said") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    unit.remove();
    unit.make(96);
    const Capture err;
    CHECK(output.publish(sample(1'800'000'000)));
    CHECK(err.count("it was removed; there is a new one") == 1);
    CHECK(unit.peek().clock_sec == 1'800'000'000);
}

TEST_CASE("a second one on the same unit is refused with our process id") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::error, true};
    const ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    const std::string text = refusal<ntpdshm::SegmentError>([&] {
        ShmOutput{unit.number(), ntpdshm::LayoutChoice::time64, log};
    });
    CHECK(text.find(fmt::format("process {} (", ::getpid())) != text.npos);
    CHECK(text.starts_with(ntpdshm::name_of(unit.number()) + ": "));
}

TEST_CASE("another writer that asks for no lock is seen, said once, and said to be gone") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    const Log log{LogLevel::notice, true};
    ShmOutput output{unit.number(), ntpdshm::LayoutChoice::time64, log};
    ntpdshm::Writer other{ntpdshm::Segment::open(unit.number(), ntpdshm::LayoutChoice::time64)};
    std::int64_t second = 1'800'000'000;
    const Capture err;
    const auto publish = [&](int times) {
        for (int i = 0; i < times; ++i)
            CHECK(output.publish(sample(++second)));
    };
    publish(3);
    CHECK(err.text().empty());
    for (int i = 0; i < 3; ++i) {
        CHECK(other.write(ntpdshm::Sample{1, 1}) == ntpdshm::WriteResult::written);
        publish(1);
        other.resume();
    }
    CHECK(err.count("<4>" + ntpdshm::name_of(unit.number()) + ": something else writes to it") ==
          1);
    publish(59);
    CHECK(err.count("nobody else writes") == 0);
    publish(1);
    CHECK(err.count("<5>" + ntpdshm::name_of(unit.number()) + ": nobody else writes") == 1);
    publish(100);
    CHECK(err.count("SHM unit") == 2);
}

TEST_CASE("an existing segment of another size is refused") {
    const PrivateUnit unit;
    if (!unit.usable()) return;
    unit.make(80);
    const Log log{LogLevel::error, true};
    CHECK_THROWS_AS((ShmOutput{unit.number(), ntpdshm::LayoutChoice::time64, log}),
                    ntpdshm::SegmentError);
}
