#include "daemon/setup/facts_text.hpp"

#include "tests/unit/setup/samples.hpp"

#include <doctest/doctest.h>
#include <string_view>

using namespace ppsd::app;
using namespace ppsd::app::test;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the receiver and its pulse, as ppsd.conf has them") {
    const std::string text = facts_text(board_that_works());
    CHECK(has(text, "  pps = gpio:GPIO18\n"
                    "  # or, if this is the receiver's pulse: pps = pps:/dev/pps0\n"
                    "  nmea = uart:/dev/serial0\n  baud = 9600\n"));
    CHECK(has(text, "Debian GNU/Linux 12 (bookworm), Linux 6.1.21-v8+, aarch64, 4 processors, "
                    "libgpiod 1.6.3\n"));
    CHECK(has(
        text,
        "in use by agetty (process 812), so not read; stop it and run detect again; the kernel's "
        "console is on it"));
    CHECK(has(text, "NMEA at 9600 baud: 25 sentences, 1 of them damaged (GNRMC 4, GPGSV 20); the "
                    "line is 51 % full; last time received 2026-03-31T00:00:01Z, 123 ms "
                    "after the last pulse"));
    CHECK(has(text, "5 pulses a second, rising edge first, 10 ms long"));
    CHECK(has(text, "one pulse a second, rising edge first, 100 ms long, scatter 3 us"));
    CHECK(has(text, "7 edges, no steady period"));
    CHECK(has(text, "not looked at: its pin serves fe215040.serial"));
    CHECK(has(text, "running (process 702), uses SHM units 0, 1"));
    CHECK(has(text, "installed, not running"));
}

TEST_CASE("names from outside move no terminal's cursor") {
    Facts facts = board_that_works();
    facts.lines[3].name = "GPIO\x1b[2J";
    facts.ports[0].holders[0].program = "a\nb";
    const std::string text = facts_text(facts);
    CHECK(has(text, "GPIO?[2J"));
    CHECK(has(text, "in use by a?b"));
    CHECK_FALSE(has(text, "\x1b"));
}

TEST_CASE("no rate limits a USB receiver's own port") {
    Facts facts = board_that_works();
    facts.ports[1].driver = "cdc_acm";
    CHECK(has(facts_text(facts), "baud = 115200\n"));
    CHECK_FALSE(has(facts_text(facts), "% full"));
}

TEST_CASE("without a line, the kernel's pulse is used; without any, why there may be none") {
    Facts facts = board_that_works();
    facts.lines.clear();
    CHECK(has(facts_text(facts), "  pps = pps:/dev/pps0\n"));
    facts.kernel_pps[0].period_s = 0.2;
    CHECK(has(facts_text(facts), "  # no pulse found: most receivers send it only with a fix"));
}

TEST_CASE("a leading edge that is unknown is said to be") {
    Facts facts = board_that_works();
    facts.lines[3].seen = PulseFacts{8, 1.0, {}, "", 3e-6};
    CHECK(has(facts_text(facts), "one pulse a second, leading edge unknown: set edge in "));
}

TEST_CASE("all pulses, those of a known edge first, the kernel's last") {
    Facts facts = board_that_works();
    facts.lines[0].seen = PulseFacts{4, 1.0, {}, "", {}};
    CHECK(pulses_of(facts) ==
          std::vector<std::string>{"gpio:GPIO18", "gpio:GPIO4", "pps:/dev/pps0"});
    CHECK(pulses_of(Facts{}).empty());
}

TEST_CASE("where nothing is, that is what it says") {
    const std::string text = facts_text(Facts{});
    CHECK(has(text, "no serial port found"));
    CHECK(has(text, "no GPIO line found"));
    CHECK_FALSE(has(text, "ppsd.conf"));
}

TEST_CASE("the receiver is the one that names seconds, before one that only sends") {
    Facts facts = board_that_works();
    CHECK(receiver_of(facts) == &facts.ports[1]);
    PortFacts mute;
    mute.heard = HeardFacts{};
    mute.heard->good = 10;
    facts.ports.insert(facts.ports.begin(), mute);
    CHECK(receiver_of(facts) == &facts.ports[2]);
    facts.ports[2].heard->label.clear();
    CHECK(receiver_of(facts) == &facts.ports[0]);
    facts.ports[0].heard->good = facts.ports[2].heard->good = 0;
    CHECK(receiver_of(facts) == nullptr);
}

TEST_CASE("the pulse is one a second, of known polarity if there are several") {
    Facts facts = board_that_works();
    CHECK(pulse_of(facts) == &facts.lines[3]);
    facts.lines[0].seen = PulseFacts{4, 1.0, {}, "", {}};
    CHECK(pulse_of(facts) == &facts.lines[3]);
    facts.lines[3].seen.reset();
    CHECK(pulse_of(facts) == &facts.lines[0]);
    facts.lines[0].seen->period_s = 0.2;
    CHECK(pulse_of(facts) == nullptr);
}
