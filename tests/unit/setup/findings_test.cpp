#include "daemon/setup/findings.hpp"

#include "daemon/setup/check.hpp"
#include "tests/unit/setup/samples.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;
using namespace ppsd::app::test;
using Verdict = Finding::Verdict;

TEST_CASE("the gravest decides: bad, doubtful, unknown, good") {
    const auto with = [](Verdict verdict) { return Finding{"x", verdict, "", ""}; };
    CHECK(worst({}) == Verdict::good);
    CHECK(worst({with(Verdict::unknown), with(Verdict::good)}) == Verdict::unknown);
    CHECK(worst({with(Verdict::doubtful), with(Verdict::unknown)}) == Verdict::doubtful);
    CHECK(worst({with(Verdict::bad), with(Verdict::doubtful)}) == Verdict::bad);
    CHECK(monitoring_code(Verdict::good) == 0);
    CHECK(monitoring_code(Verdict::doubtful) == 1);
    CHECK(monitoring_code(Verdict::bad) == 2);
    CHECK(monitoring_code(Verdict::unknown) == 3);
}

TEST_CASE("as text, as JSON, and as monitoring takes it") {
    Evidence evidence = well();
    CHECK(findings_line(check(evidence), evidence) ==
          "PPSD OK: locked for 2 h, selected | jitter=0.000003000s delay=0.130000s\n");
    evidence.leap_days = 29;
    CHECK(findings_line(check(evidence), evidence)
              .starts_with("PPSD WARNING: leap seconds: the list expires in 29 days |"));
    evidence.leap_days = 200;
    evidence.ppsd.reset();
    evidence.ppsd_unasked = "a|\x1b";
    evidence.governor.clear();
    CHECK(findings_line(check(evidence), evidence) == "PPSD UNKNOWN: state: a/?\n");
    const std::string text = findings_text(check(evidence));
    CHECK(text.find("unknown   state                a|?; look at journalctl -u ppsd\n") !=
          std::string::npos);
    // The same, with the verdicts alone in colour.
    std::string shown = findings_text(check(evidence), true);
    CHECK(shown.find("\033[33munknown  \033[0m state ") != std::string::npos);
    CHECK(shown.find("\033[32mgood     \033[0m ") != std::string::npos);
    for (const char* code : {"\033[31m", "\033[32m", "\033[33m", "\033[0m"})
        for (auto at = shown.find(code); at != std::string::npos; at = shown.find(code))
            shown.erase(at, std::string_view{code}.size());
    CHECK(shown == text);
    const std::string json = findings_json(check(evidence));
    CHECK(json.starts_with("{\n  \"verdict\": \"unknown\",\n"));
    CHECK(json.find("\"advice\": \"look at journalctl -u ppsd") != std::string::npos);
}
