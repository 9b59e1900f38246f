#include "daemon/service/burst_pacer.hpp"

#include "tests/unit/support/bench.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ppsd;
using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace ppsd::nmea::test;

namespace {

constexpr Nanos byte_time = 1041667ns; // 9600 baud

std::string time_of(int n) {
    return fmt::format("1200{:02}", n);
}
MonoTime begin(int n) {
    return first_mono + n * 1s;
}
Stamp stamp(MonoTime t) {
    return {OscTime::from_ns(t.ns()), t};
}
std::string fill(std::string text, std::size_t size) {
    while (text.size() < size)
        text += '\n';
    return text;
}
/// RMC, and so many bytes in all.
std::string said(int n, std::size_t size) {
    return fill(seal(rmc_text(time_of(n), "180326")), size);
}
constexpr Nanos length(std::size_t bytes) {
    return byte_time * static_cast<std::int64_t>(bytes - 1);
}

/// A UART that hands over ten bytes at a time, and a daemon that reads it as the pacer says.
struct Station {
    Log log{LogLevel::warning, true};
    LabelInput input{before_all, log};
    BurstPacer pacer;
    bool paced = true;
    std::string unread;
    std::vector<MonoTime> reads; ///< of the last burst
    int wakes = 0;               ///< since that began
    std::vector<discipline::Label> labels;
    MonoTime given; ///< the last label

    void wake(MonoTime now) {
        ++wakes;
        const auto take = [&](const LabelInput::Event& event) {
            if (event.no_fix || event.contradicts) return;
            labels.push_back(event.label);
            given = now;
        };
        if (!unread.empty()) {
            const MonoTime came = pacer.arrival(now);
            reads.push_back(came);
            input.add(unread, stamp(came), take);
            if (paced) pacer.add({unread, came}, last_label());
            unread.clear();
        }
        pacer.looked(now);
        input.give_if_idle(stamp(now).osc, take);
    }
    [[nodiscard]] std::optional<MonoTime> last_label() const {
        return labels.empty() ? std::nullopt : std::optional{labels.back().arrival.mono};
    }
    [[nodiscard]] std::optional<MonoTime> deadline() const {
        const auto due = input.deadline();
        if (const auto look = pacer.unread_until()) return look;
        return due ? std::optional{MonoTime::from_ns(due->ns())} : std::nullopt;
    }
    void pass(MonoTime until) {
        for (auto due = deadline(); due && *due < until; due = deadline())
            wake(*due);
    }
    void deliver(MonoTime t, std::string_view bytes) {
        pass(t);
        unread += bytes;
        if (!pacer.unread_until()) wake(t);
    }
    void burst(MonoTime from, std::string_view text) {
        pass(from);
        reads.clear();
        wakes = 0;
        deliver(from, text.substr(0, 1));
        for (std::size_t at = 1; at < text.size(); at += 10)
            deliver(from + length(std::min(at + 10, text.size())), text.substr(at, 10));
        pass(from + 950ms);
    }
    /// One a second.
    void bursts(int first, int count, std::size_t size) {
        for (int n = first; n < first + count; ++n)
            burst(begin(n), said(n, size));
    }
    /// When the last burst was read, in ms after it began.
    [[nodiscard]] std::vector<int> reads_ms() const {
        std::vector<int> ms;
        for (const auto read : reads)
            ms.push_back(static_cast<int>((read - reads.front()) / 1ms));
        return ms;
    }
    [[nodiscard]] bool waits() const { return pacer.unread_until().has_value(); }
};

using Ms = std::vector<int>;

/// Whether the third burst's bytes may wait, if two of that size began at these times.
bool waits_in_third(MonoTime second, MonoTime third, std::size_t size = 300) {
    Station s;
    s.burst(begin(0), said(0, size));
    s.burst(second, said(1, size));
    s.deliver(third, "$");
    return s.waits();
}

} // namespace

TEST_CASE("after a burst's first byte there are looks until one finds nothing") {
    Station s;
    s.bursts(0, 3, 300); // 311 ms
    CHECK(s.reads_ms() == Ms{0, 81, 163, 244, 326});
    CHECK(s.wakes == 7); // 408: nothing; 426: the label is given
    CHECK_FALSE(s.waits());
}

TEST_CASE("a burst of 600 bytes at 9600 baud wakes eleven times") {
    Station s;
    s.bursts(0, 3, 600); // 624 ms
    CHECK(s.reads_ms() == Ms{0, 81, 163, 244, 326, 408, 489, 571, 653});
    CHECK(s.wakes == 11); // 735: nothing; 753: the label is given
}

TEST_CASE("each first byte is stamped as it came") {
    Station s;
    for (int n = 0; n < 20; ++n) {
        const MonoTime from = begin(n) + n % 5 * 20ms;
        s.burst(from, said(n, 300 + static_cast<std::size_t>(n) * 20));
        CHECK(s.last_label() == from);
    }
    CHECK(s.labels.size() == 20);
}

TEST_CASE("a label is given at most 82 ms later than if every byte were listened to") {
    for (std::size_t size = 80; size < 800; size += 10) {
        CAPTURE(size);
        Station s;
        s.bursts(0, 3, size);
        const Nanos after = s.given - begin(2) - length(size);
        CHECK(after >= 100ms);
        CHECK(after < 182ms);
    }
}

TEST_CASE("the first two bursts are listened to") {
    Station s;
    s.bursts(0, 1, 300);
    CHECK(s.wakes == 32);
    s.bursts(1, 1, 300);
    CHECK(s.wakes == 7);
}

TEST_CASE("the end of a long burst is listened to") {
    Station s;
    s.bursts(0, 3, 760); // 790 ms
    CHECK(s.reads_ms()[9] == 734);
    CHECK(s.reads.back() == begin(2) + length(760));
    CHECK(s.reads.size() > 15);
}

TEST_CASE("the last look is 735 ms after a burst began") {
    Station s;
    s.bursts(0, 2, 300);
    s.deliver(begin(2), "$");
    for (int n = 1; n <= 9; ++n) {
        CHECK(s.pacer.unread_until() == begin(2) + n * BurstPacer::look);
        s.unread = "G";
        s.wake(begin(2) + n * BurstPacer::look);
    }
    CHECK_FALSE(s.waits());
}

TEST_CASE("a look that is late by less than 82 ms is no silence in a burst") {
    for (const Nanos late : {Nanos{1ms}, BurstPacer::look - 1ns, BurstPacer::look}) {
        Station s;
        s.bursts(0, 2, 300);
        s.deliver(begin(2), "$");
        s.unread = said(2, 100).substr(1);
        s.wake(begin(2) + BurstPacer::look);
        s.unread = "x";
        s.wake(begin(2) + 2 * BurstPacer::look + late);
        const bool in_time = late < BurstPacer::look;
        CHECK((s.reads.back() == begin(2) + 2 * BurstPacer::look) == in_time);
        CHECK(s.labels.size() == (in_time ? 2 : 3));
    }
}

TEST_CASE("another wake-up stamps what it reads as it was read") {
    Station s;
    s.bursts(0, 2, 300);
    s.deliver(begin(2), "$");
    CHECK(s.pacer.arrival(begin(2) + 30ms) == begin(2) + 30ms);
}

TEST_CASE("a sentence that is too early is told as if every byte were listened to") {
    const auto arrivals = [](bool paced, std::size_t before) {
        Station s;
        s.paced = paced;
        for (int n = 0; n < 10; ++n)
            s.burst(begin(n), said(n, before) + seal(gll_text(time_of(n + 1))));
        std::vector<MonoTime> found;
        for (const auto& label : s.labels)
            found.push_back(label.arrival.mono);
        return found;
    };
    // The GLL of the next second begins at that byte. It ends the burst 48 bytes later.
    for (std::size_t before = 100; before <= 420; before += 5) {
        CAPTURE(before);
        const auto listened = arrivals(false, before);
        CHECK(listened.back() == begin(9));
        CHECK(arrivals(true, before) == listened);
    }
}

TEST_CASE("a burst that begins with a sentence which names no time is listened to") {
    Station s;
    for (int n = 0; n < 5; ++n)
        s.burst(begin(n), seal(gsv_text) + said(n, 250));
    CHECK(s.reads.size() > 20);
    CHECK(*s.last_label() - begin(4) < length(60));
}

TEST_CASE("so is one that doesn't begin a second after the last one, within 100 ms") {
    CHECK(waits_in_third(begin(1), begin(2) + 100ms));
    CHECK_FALSE(waits_in_third(begin(1), begin(2) + 100ms + 1ns));
    CHECK(waits_in_third(begin(1), begin(2) - 100ms));
    CHECK_FALSE(waits_in_third(begin(1), begin(2) - 100ms - 1ns));
    CHECK_FALSE(waits_in_third(begin(1) + 450ms, begin(2)));
}

TEST_CASE("so is a receiver that leaves no pause of 100 ms") {
    const auto waits = [](std::size_t bytes) {
        Station s;
        s.bursts(0, 3, bytes);
        s.deliver(begin(3), "$");
        return s.waits();
    };
    CHECK(waits(864)); // 899 ms
    CHECK_FALSE(waits(866));
}

TEST_CASE("so is one that sends twice a second") {
    Station s;
    for (int n = 0; n < 3; ++n) {
        s.burst(begin(n), said(n, 200));
        s.burst(begin(n) + 500ms, fill("", 200));
        CHECK(s.reads.size() == 21);
    }
    s.deliver(begin(3), "$");
    CHECK_FALSE(s.waits());
}

TEST_CASE("so is one that sends more than a driver keeps") {
    const auto waits = [](std::size_t bytes) {
        Station s;
        for (int n = 0; n < 3; ++n) // at once: USB
            s.deliver(begin(n), said(n, bytes));
        return s.waits();
    };
    CHECK(waits(BurstPacer::most_bytes));
    CHECK_FALSE(waits(BurstPacer::most_bytes + 1));
}

TEST_CASE("another wake-up takes what is there, and looks are when they were") {
    Station s;
    s.bursts(0, 2, 300);
    s.deliver(begin(2), "$");
    CHECK(s.pacer.unread_until() == begin(2) + BurstPacer::look);
    s.wake(begin(2) + 30ms); // nothing is there
    CHECK(s.pacer.unread_until() == begin(2) + BurstPacer::look);
    s.unread = "G";
    s.wake(begin(2) + BurstPacer::look - 1ns);
    CHECK(s.pacer.unread_until() == begin(2) + BurstPacer::look);
    s.wake(begin(2) + BurstPacer::look);
    CHECK(s.pacer.unread_until() == begin(2) + 2 * BurstPacer::look);
}

TEST_CASE("a look that finds nothing ends them, unless bytes were read within 41 ms before") {
    const Nanos half = BurstPacer::look / 2;
    for (const Nanos before : {half - 1ns, half}) {
        Station s;
        s.bursts(0, 2, 300);
        s.deliver(begin(2), "$");
        s.unread = "G";
        s.wake(begin(2) + BurstPacer::look - before);
        s.wake(begin(2) + BurstPacer::look);
        CHECK(s.waits() == (before < half));
        s.deliver(begin(2) + 150ms, "P"); // of the same burst
        CHECK(s.waits() == (before < half));
    }
}

TEST_CASE("bytes that a late look read are followed by one more, before they are silence") {
    const Nanos half = BurstPacer::look / 2;
    for (const Nanos late : {half, half + 1ns}) {
        Station s;
        s.bursts(0, 2, 300);
        s.deliver(begin(2), "$");
        s.unread = "G"; // came just now
        s.wake(begin(2) + BurstPacer::look + late);
        s.wake(begin(2) + 2 * BurstPacer::look); // finds nothing, 41 ms after
        CHECK(s.waits() == (late > half));
    }
}

TEST_CASE("another line begins anew") {
    Station s;
    s.bursts(0, 2, 300);
    s.deliver(begin(2), "$");
    REQUIRE(s.waits());
    s.pacer.forget();
    CHECK_FALSE(s.waits());
    s.deliver(begin(3), "$");
    CHECK_FALSE(s.waits());
}
