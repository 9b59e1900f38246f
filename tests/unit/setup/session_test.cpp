#include "daemon/setup/receivers/session.hpp"

#include "daemon/nmea/ubx_packets.hpp"
#include "tests/unit/support/simulated_line.hpp"

#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <string>

using namespace ppsd::receivers;
using namespace std::chrono_literals;
using test::SimulatedLine;

namespace {

const hal::UtcSecond long_ago = hal::UtcSecond::from_posix(1'700'000'000);
constexpr hal::Nanos enough = 30s;

struct Talk {
    explicit Talk(std::string_view kind)
        : line{kind}, session{line, long_ago, [](const auto&) {}} {}
    Known ask(const Wishes& wishes = {}) { return session.ask(wishes, enough); }

    SimulatedLine line;
    Session session;
};

/// What was before, to be set again.
Outcome reverse(const Outcome& done) {
    Outcome back;
    for (auto one = done.changes.rbegin(); one != done.changes.rend(); ++one)
        if (one->before) back.changes.push_back({one->setting, one->after, *one->before, {}, {}});
    if (done.rate.result == RateChange::Result::done)
        back.rate = {done.rate.after, done.rate.before, RateChange::Result::planned};
    return back;
}

/// The sentences of a second.
std::string sentences(hal::sim::AnsweringReceiver& receiver) {
    std::string types;
    const auto bytes = receiver.say(1'790'000'001);
    for (auto at = bytes.find('$'); at != std::string::npos; at = bytes.find('$', at + 1))
        types += bytes.substr(at + 3, 3) + " ";
    return types;
}

} // namespace

TEST_CASE("a receiver with five fixes a second is asked in the pauses between them") {
    Talk talk{"ublox9"};
    talk.line.receiver->set_rate(38400);
    REQUIRE(talk.line.receiver->fixes_per_second() == 5);
    const auto began = talk.line.now();
    REQUIRE(talk.ask().protocol != nullptr);
    CHECK(talk.line.now() - began < 20s); // some thirty questions
}

TEST_CASE("a receiver of each kind at an unknown rate is set for time, saved, and set back") {
    for (const std::string kind : {"ublox8", "ublox9", "casic", "skytraq", "mediatek", "quectel",
                                   "allystar", "unicore", "airoha"}) {
        CAPTURE(kind);
        Talk talk{kind};
        auto& receiver = *talk.line.receiver;
        receiver.set_rate(38400);
        const auto factory = receiver.settings();
        const auto known = talk.ask();
        REQUIRE(known.protocol != nullptr);
        CHECK(known.heard.baud == 38400);
        CHECK_FALSE(known.identity.maker.empty());
        CHECK(receiver.settings() == factory); // it was only asked

        auto outcome = Session::plan(known, {}, 115200);
        CHECK(receiver.settings() == factory);
        talk.session.apply(known, outcome, true);
        for (const auto& change : outcome.changes) {
            CAPTURE(change.setting.what);
            CHECK(change.result == Change::Result::done);
        }
        CHECK(sentences(receiver) == "RMC ZDA ");
        const bool follows = kind != "unicore" && kind != "airoha"; // see their sources
        CHECK((outcome.rate.result == RateChange::Result::done) == follows);
        CHECK(receiver.rate() == (follows ? 115200 : 38400));
        const bool keeps = kind != "mediatek";
        CHECK((outcome.saved == Outcome::Saved::yes) == keeps);

        // It is as it was wanted, and stays so without power.
        CHECK(Session::plan(talk.ask(), {}, 0).changes.size() ==
              (kind == "mediatek" || kind == "airoha" ? 1 : 0));
        const auto set = receiver.settings();
        receiver.power_cycle();
        std::ignore = talk.line.set_rate(receiver.rate());
        if (keeps && kind != "airoha") CHECK(receiver.settings() == set);
        if (!keeps) continue;

        auto back = reverse(outcome);
        talk.session.apply(known, back, false);
        auto now = receiver.settings();
        if (kind == "airoha") { // it doesn't tell how its pulse was
            now["752"] = factory.at("752");
            now["rate"] = "38400";
        }
        CHECK(now == factory);
    }
}

TEST_CASE("a u-blox receiver that is set for time tells of leap seconds and of its pulses' error") {
    for (const std::string kind : {"ublox8", "ublox9"}) {
        CAPTURE(kind);
        Talk talk{kind};
        const auto hear = [&] {
            ppsd::nmea::UbxPackets packets;
            for (const char c : talk.line.receiver->say(1'790'000'001))
                packets.add(c);
            return packets;
        };
        CHECK_FALSE(hear().take_leap_word());
        CHECK_FALSE(hear().take_pulse_early());
        auto outcome = Session::plan(talk.ask(), {}, 0);
        talk.session.apply(talk.ask(), outcome, false);
        CHECK(hear().take_leap_word());
        CHECK(hear().take_pulse_early() == 0ns);
    }
}

TEST_CASE("on a line that is full it is found, asked and set, too") {
    Talk talk{"ublox8"}; // ten fixes of six sentences at 9600 baud: four times what it carries
    const auto known = talk.ask();
    REQUIRE(known.protocol != nullptr);
    auto outcome = Session::plan(known, {}, 0);
    talk.session.apply(known, outcome, false);
    CHECK(outcome.complete());
    CHECK(sentences(*talk.line.receiver) == "RMC ZDA ");
}

TEST_CASE("satellites are kept, and a cable and a place set, where they are wished") {
    for (const std::string kind : {"ublox8", "ublox9", "casic", "skytraq", "quectel", "allystar"}) {
        CAPTURE(kind);
        Talk talk{kind};
        talk.line.receiver->set_rate(115200);
        Wishes wishes;
        wishes.keep_satellites = true;
        wishes.cable_ns = 42;
        wishes.survey = true;
        const auto known = talk.ask(wishes);
        auto outcome = Session::plan(known, wishes, 0);
        talk.session.apply(known, outcome, false);
        for (const auto& change : outcome.changes) {
            CAPTURE(change.setting.what);
            CHECK(change.result == Change::Result::done);
        }
        unsigned satellites = 0;
        for (int second = 0; second < 30; ++second)
            satellites += sentences(*talk.line.receiver).find("GSV") != std::string::npos ? 1U : 0U;
        CHECK(satellites == 3);
    }
}

TEST_CASE("a command that is refused is named, and what holds") {
    Talk talk{"ublox8"};
    talk.line.receiver->set_rate(115200);
    talk.line.receiver->refuse("0631");
    const auto known = talk.ask();
    auto outcome = Session::plan(known, {}, 0);
    talk.session.apply(known, outcome, false);
    CHECK_FALSE(outcome.complete());
    const auto pulse = std::ranges::find(outcome.changes, "pulse",
                                         [](const Change& change) { return change.setting.what; });
    REQUIRE(pulse != outcome.changes.end());
    CHECK(pulse->result == Change::Result::refused);
    CHECK(pulse->holds == pulse->before);
    CHECK(std::ranges::count(outcome.changes, Change::Result::done, &Change::result) ==
          static_cast<std::ptrdiff_t>(outcome.changes.size()) - 1);
}

TEST_CASE("what it refuses to tell is taken from what was heard") {
    Talk talk{"casic"};
    talk.line.receiver->set_rate(115200);
    talk.line.receiver->refuse("0601");
    const auto known = talk.ask();
    REQUIRE(known.protocol != nullptr);
    auto outcome = Session::plan(known, {}, 0);
    talk.session.apply(known, outcome, false);
    for (const auto& change : outcome.changes) {
        CAPTURE(change.setting.what);
        CHECK(change.result == Change::Result::done);
    }
    CHECK(sentences(*talk.line.receiver) == "RMC ZDA ");
}

TEST_CASE("a command that is lost is sent again") {
    Talk talk{"ublox9"};
    talk.line.receiver->set_rate(115200);
    const auto known = talk.ask();
    talk.line.receiver->lose(1);
    auto outcome = Session::plan(known, {}, 0);
    talk.session.apply(known, outcome, false);
    CHECK(outcome.complete());
}

TEST_CASE("it goes back to the old rate where nothing comes at the new one") {
    Talk talk{"casic"};
    talk.line.receiver->refuse("rate");
    const auto known = talk.ask();
    auto outcome = Session::plan(known, {}, 115200);
    talk.session.apply(known, outcome, false);
    CHECK(outcome.rate.result == RateChange::Result::held);
    CHECK(talk.line.rate() == 9600);
}

TEST_CASE("a rate that the receiver has no word for is left alone") {
    Talk talk{"casic"};
    const auto known = talk.ask();
    auto outcome = Session::plan(known, {}, 230400);
    talk.session.apply(known, outcome, false);
    CHECK(outcome.rate.result == RateChange::Result::unable);
    CHECK(talk.line.receiver->rate() == 9600);
}

TEST_CASE("without --save a power cycle brings back what was") {
    Talk talk{"ublox8"};
    talk.line.receiver->set_rate(115200);
    auto factory = talk.line.receiver->settings();
    const auto known = talk.ask();
    auto outcome = Session::plan(known, {}, 0);
    talk.session.apply(known, outcome, false);
    CHECK(talk.line.receiver->settings() != factory);
    talk.line.receiver->power_cycle();
    talk.line.receiver->set_rate(115200); // it comes as from the factory
    CHECK(talk.line.receiver->settings() == factory);
}

TEST_CASE("one that doesn't answer is unknown, with what it sends") {
    Talk talk{"ublox8"};
    talk.line.muted = true;
    const auto known = talk.ask();
    CHECK(known.protocol == nullptr);
    CHECK(known.heard.sentences.contains("GNRMC"));
    CHECK_FALSE(talk.line.written.empty());
}

TEST_CASE("where nothing is understood nothing is written") {
    Talk talk{"ublox8"};
    talk.line.receiver->set_rate(115200);
    talk.line.fastest = 57600; // the port can't do the receiver's rate
    const auto known = talk.ask();
    CHECK(known.heard.baud == 0);
    CHECK(talk.line.written.empty());
}
