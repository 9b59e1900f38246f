#include "hal/src/sim/sentence_line.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace hal;
using namespace hal::sim;

namespace {

/// A receiver that has a fix at once, and delays that don't scatter. A burst takes 0.85 s at 4800
/// baud (six sentences), and a tenth of that at 48000.
struct Sentences {
    explicit Sentences(double baud, const SentenceSet& set = Scenario{}.sentence_sets.front())
        : byte{static_cast<std::int64_t>(1e10 / baud)} {
        scenario.sentence_sets = {set};
        scenario.base.set("nmea.chunk", 1);
        scenario.base.set("latency.wake", 0);
        scenario.base.set("receiver.fix-after", 0);
        scenario.base.set("nmea.delay", 0.1);
        scenario.base.set("nmea.delay-jitter", 0);
        scenario.base.set("nmea.baud", baud);
    }

    /// Makes second `index`, whose burst is late by that, and reads up to the next one.
    void prepare(std::int64_t index, double late_by = 0) {
        Parameters parameters = scenario.base;
        parameters.set("nmea.late", late_by > 0 ? 1 : 0);
        parameters.set("nmea.late-by", late_by);
        (void)line.prepare(index, parameters);
        while (line.next() < begin_of_index(index + 1) - 300ms) { // before the next one is made
            const TrueTime t = line.next();
            (void)line.take_bytes(parameters);
            const Told* told = line.told();
            if (!told) continue;
            CHECK(told->said.posix() == 1000 + told->index);
            delays[told->index] = t - begin_of_index(told->index);
            unspoilt[told->index] = told->unspoilt;
        }
    }

    std::map<std::int64_t, Nanos> delays; ///< with which the daemon sees a second named
    std::map<std::int64_t, bool> unspoilt;
    Nanos byte;
    Scenario scenario;
    Numbering numbering{UtcSecond::from_posix(1000), LeapSecond::none};
    SentenceLine line{scenario, numbering, Level::wire, 1};
};

} // namespace

TEST_CASE("a burst that has to wait for a late one is late as well, until the line has caught up") {
    Sentences slow{4800};
    for (int index = 1; index <= 6; ++index)
        slow.prepare(index, index == 2 ? 2 : 0);
    CHECK(slow.delays.at(1) == 100ms + slow.byte);
    CHECK(slow.delays.at(2) == 2100ms + slow.byte);
    const Nanos behind = slow.delays.at(3); // 0.85 s after the one before began, and not 1 s
    CHECK(behind > 1800ms);
    CHECK(behind < 2000ms);
    CHECK(slow.delays.at(4) < behind - 100ms);
    CHECK(slow.unspoilt.at(1));
    CHECK_FALSE(slow.unspoilt.at(2));
    CHECK_FALSE(slow.unspoilt.at(3)); // by more than a second
    Sentences fast{48000};
    for (int index = 1; index <= 3; ++index)
        fast.prepare(index, index == 2 ? 0.2 : 0);
    CHECK(fast.delays.at(2) == 300ms + fast.byte);
    CHECK(fast.delays.at(3) == 100ms + fast.byte);
}

TEST_CASE("a second is named by the first sentence that has a time, not before") {
    for (const bool first : {true, false}) {
        Sentences line{9600, {first ? SentenceType::rmc : SentenceType::txt, SentenceType::rmc}};
        line.prepare(1);
        CHECK((line.delays.at(1) == 100ms + line.byte) == first);
        CHECK((line.delays.at(1) > 120ms) == !first);
    }
}

TEST_CASE("sentences that don't fit into the transmitter's buffer are lost as a whole") {
    using enum SentenceType;
    for (const double buffer : {4096, 256}) {
        Sentences line{4800, {gga, gsv, gsv, gsv, gsv, rmc}};
        line.scenario.base.set("nmea.buffer", buffer);
        Parameters parameters = line.scenario.base;
        const auto luck = line.line.prepare(1, parameters);
        std::string bytes;
        while (line.line.next() < begin_of_index(3))
            bytes += line.line.take_bytes(parameters);
        const bool fits = buffer == 4096;
        CHECK(bytes.find("GGA") != std::string::npos);
        CHECK((bytes.find("RMC") != std::string::npos) == fits);
        CHECK(bytes.ends_with("\r\n"));
        CHECK(luck.may_be_lost == !fits);
        if (!fits) CHECK(bytes.size() <= 256);
    }
}
