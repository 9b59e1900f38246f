#include "daemon/ctl/status_text.hpp"

#include "tests/unit/support/status.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace ppsd::app;
using namespace ppsd::app::test;
using namespace hal;

TEST_CASE("for people: the state first, and what is known of the rest") {
    const std::string text = status_text(status_json(locked()));
    CHECK(text.starts_with("locked: samples are published\n"));
    for (const char* words :
         {"2027-01-15T07:58:59Z (61.0 s)", "gpio:GPIO18, the last 250 ms ago",
          "uart:/dev/serial0, gone", "2027-01-15T08:00:00Z 500 ms ago, offset -250 us",
          "\n  to shm:1  12 samples\n",
          "\n  to sock:/run/s  9 samples, 3 dropped: its queue is full\n",
          "no sample yet\n  to shm:0  0 samples\n", "oscillator     +20.00 ppm",
          "jitter         unknown", "mismatch 1", "pid 4711"})
        CHECK_MESSAGE(text.find(words) != std::string::npos, words, " in ", text);
}

TEST_CASE("a removed segment comes first, and isn't locked") {
    Status status = locked();
    status.unit_removed = "SHM unit 1: Operation not permitted; as root";
    CHECK(status_code(status_json(status)) == 1);
    CHECK(status_text(status_json(status)).starts_with("unit-removed: SHM unit 1: "));
}

TEST_CASE("a state's own words, and jitter in a unit that people read") {
    Status status = locked();
    status.state = State::no_labels;
    status.state_text = {"no-checksum", "the sentences have no checksum"};
    status.jitter = 450ns;
    status.line_load = 0.514;
    status.baud = 9600;
    const std::string text = status_text(status_json(status));
    CHECK(text.starts_with("no-labels: the sentences have no checksum\n"));
    CHECK(text.find("jitter         450 ns\n") != std::string::npos);
    CHECK(text.find("serial line    9600 baud, 51 % full\n") != std::string::npos);
}

TEST_CASE("what was: never, or when and why") {
    Status status = locked();
    std::string text = status_text(status_json(status));
    for (const char* words : {"last unlocked  never\n", "renumbered     never\n",
                              "clock set      never\n", "missed         0 since the first lock\n"})
        CHECK_MESSAGE(text.find(words) != std::string::npos, words, " in ", text);
    status.missed = 12;
    status.renumbered = 1;
    status.clock_steps = 2;
    status.last_unlock = {hal::RealTime::from_ns(1'800'000'000'000'000'000), 90s, State::no_pulses,
                          "no edge comes", std::nullopt};
    text = status_text(status_json(status));
    for (const char* words :
         {"last unlocked  2027-01-15T08:00:00Z (90.0 s ago), not locked since: no-pulses: no edge "
          "comes\n",
          "renumbered     once\n", "clock set      2 times\n",
          "missed         12 since the first lock\n"})
        CHECK_MESSAGE(text.find(words) != std::string::npos, words, " in ", text);
    status.last_unlock->lasting = 30s;
    CHECK(status_text(status_json(status)).find("(90.0 s ago), for 30.0 s: no-pulses: no edge") !=
          std::string::npos);
    status.pulses.reset();
    CHECK(status_text(status_json(status)).find("missed") == std::string::npos);
}

TEST_CASE("satellites, as far as the receiver tells") {
    Status status = locked();
    CHECK(status_text(status_json(status)).find("satellites     unknown (no GSV, no GSA)\n") !=
          std::string::npos);
    status.satellites = {12, 20, 41.6, 250ms};
    CHECK(status_text(status_json(status)).find("satellites     12 used, 20 in view, 42 dB-Hz\n") !=
          std::string::npos);
    status.satellites = {std::nullopt, 20, std::nullopt, 250ms};
    CHECK(status_text(status_json(status)).find("satellites     20 in view\n") !=
          std::string::npos);
}

TEST_CASE("what isn't there is none") {
    CHECK(status_text(status_json({})).find("none") != std::string::npos);
}

TEST_CASE("the exit code: 0 for locked, 1 for all else") {
    Status status = locked();
    CHECK(status_code(status_json(status)) == 0);
    for (const State state : {State::starting, State::no_fix, State::holdover, State::withheld,
                              State::implausible, State::straddling}) {
        status.state = state;
        CHECK(status_code(status_json(status)) == 1);
    }
}

TEST_CASE("what is no status is refused") {
    for (const char* text :
         {"", "{", "[]", "null", "7", "{}", "{\"state\": 7}", "\xff", "{\"state\": \"locked\""}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)status_code(text), std::runtime_error);
        CHECK_THROWS_AS((void)status_text(text), std::runtime_error);
    }
}

TEST_CASE("an answer whose values are of other kinds is told or refused, never a crash") {
    for (const char* key : {"since", "pulses", "pps", "verdicts", "pid", "explanation", "for_s",
                            "last_unlock", "missed", "renumbered", "satellites"})
        for (const char* value : {"7", "\"x\"", "null", "[]", "{}", "{\"unit\": \"x\"}", "true",
                                  "{\"outputs\": [7, {}, {\"taken\": \"x\"}]}"}) {
            const std::string text =
                std::string{"{\"state\": \"locked\", \""} + key + "\": " + value + "}";
            CAPTURE(text);
            std::string told = "refused";
            try {
                told = status_text(text);
            } catch (const std::exception&) { // of whatever kind: ppsctl prints what it says
            }
            CHECK((told == "refused" || told.starts_with("locked")));
        }
}

TEST_CASE("how edges get their time, and what interrupts are corrected by") {
    Status status = locked();
    std::string text = status_text(status_json(status));
    CHECK(text.find("edges' time    stamped by interrupts\n") != std::string::npos);
    for (const auto& [how, words] :
         {std::pair{"polled", "stamped by polling, to 600 ns; 1234 polled, 2 not found\n"},
          {"measuring", "stamped by polling, to 600 ns, one in eight by interrupts; 1234"},
          {"interrupts", "stamped by interrupts, to 600 ns; 1234 polled, 2 not found\n"}}) {
        status.stamping = {how, 40us, 1234, 2, Nanos{600}, Nanos{12'000}, Nanos{400}, 31};
        text = status_text(status_json(status));
        CHECK_MESSAGE(text.find(words) != std::string::npos, words, " in ", text);
        CHECK(text.find(
                  "interrupts     corrected by 12.0 us; 31 measured, with a spread of 400 ns\n") !=
              std::string::npos);
    }
}
