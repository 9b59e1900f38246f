#include "daemon/pipeline/no_pulse.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ppsd::app;
using namespace hal;
using ppsd::discipline::Verdict;
using Reason = NoPulse::Reason;

namespace {

Reason of(std::uint64_t edges, std::optional<Nanos> interval, Verdict last = Verdict::off_beat) {
    return why_no_pulse({edges, 0ns, interval}, last).reason;
}

std::string text(std::uint64_t edges, std::optional<Nanos> interval,
                 Verdict last = Verdict::off_beat) {
    return explanation(why_no_pulse({edges, 0ns, interval}, last));
}

} // namespace

TEST_CASE("what comes, by its rate") {
    CHECK(of(0, {}) == Reason::no_edge);
    CHECK(of(1, {}) == Reason::few);
    CHECK(of(2, {}) == Reason::few);
    CHECK(of(3, {}) == Reason::noise);
    CHECK(of(50, 200ms) == Reason::other_rate);
    CHECK(of(20, 500ms) == Reason::other_rate);
    CHECK(of(8, 1300ms) == Reason::other_rate);
    CHECK(of(10, 1s) == Reason::searching);
    CHECK(of(5, 2s) == Reason::searching);
}

TEST_CASE("whole seconds, to 20 ms") {
    CHECK(of(10, 1020ms) == Reason::searching);
    CHECK(of(10, 1020ms + 1ns) == Reason::other_rate);
    CHECK(of(10, 980ms) == Reason::searching);
    CHECK(of(10, 980ms - 1ns) == Reason::other_rate);
}

TEST_CASE("edges that stopped more than 3 s ago, or missed twice, come no more") {
    const auto after = [](Nanos silence, std::uint64_t edges, std::optional<Nanos> interval) {
        return why_no_pulse({edges, silence, interval}, Verdict::used).reason;
    };
    CHECK(after(3s, 6, 1s) == Reason::searching);
    CHECK(after(3s + 1ns, 6, 1s) == Reason::no_edge);
    CHECK(after(3s + 1ns, 6, {}) == Reason::no_edge);
    CHECK(after(8s, 3, 4s) == Reason::searching);
    CHECK(after(8s + 1ns, 3, 4s) == Reason::no_edge);
    CHECK(after(9s, 2, {}) == Reason::few);
}

TEST_CASE("what edge = auto can't tell") {
    CHECK(of(10, 1s, Verdict::square) == Reason::square);
    CHECK(of(10, 1s, Verdict::one_polarity) == Reason::one_polarity);
    CHECK(of(20, {}, Verdict::one_polarity) == Reason::one_polarity); // pulses of microseconds
    CHECK(of(5, 2s, Verdict::undecided) == Reason::undecided);
    CHECK(of(10, 1s, Verdict::undecided) == Reason::searching);
    CHECK(of(10, 1020ms, Verdict::undecided) == Reason::searching);
    CHECK(of(10, 980ms, Verdict::undecided) == Reason::searching);
    CHECK(of(50, 200ms, Verdict::undecided) == Reason::other_rate);
}

TEST_CASE("edges that are read late, however often they come") {
    CHECK(of(10, 1s, Verdict::read_late) == Reason::read_late);
    CHECK(of(0, {}, Verdict::read_late) == Reason::no_edge); // long ago
}

TEST_CASE("the text says the rate, and names what helps") {
    CHECK(text(50, 200ms) ==
          "5 pulses a second come; set the receiver's time pulse to one a second");
    CHECK(text(100, 100ms).starts_with("10 pulses a second come"));
    CHECK(text(8, 1300ms).starts_with("a pulse comes every 1.3 s"));
    CHECK(text(1, {}).starts_with("only one edge in the last ten seconds"));
    CHECK(text(2, {}).starts_with("only two edges in the last ten seconds"));
    CHECK(text(19, {}).starts_with("19 edges in ten seconds come, at irregular times: noise"));
    CHECK(text(20, {}).starts_with("about 2 edges a second come"));
    CHECK(text(24, {}).starts_with("about 2 edges a second come"));
    CHECK(text(25, {}).starts_with("about 3 edges a second come"));
    CHECK(text(500, {}).starts_with("about 50 edges a second come"));
    CHECK(text(5, 2s, Verdict::undecided).find("edge = auto can't tell") != std::string::npos);
    CHECK(text(5, 2s, Verdict::undecided).find("set `edge` = rising") != std::string::npos);
    CHECK(text(0, {}).find("`pps`") != std::string::npos);
    CHECK(text(0, {}).find("`edge`") == std::string::npos);
}

TEST_CASE("every reason has a name and an explanation of its own, of one line") {
    std::set<std::string_view> names;
    std::set<std::string> explanations;
    for (int i = 0; i < static_cast<int>(Reason::count_); ++i) {
        const NoPulse why{static_cast<Reason>(i), {7, 0ns, 700ms}};
        names.insert(name(why.reason));
        explanations.insert(explanation(why));
        CHECK(explanation(why).find('\n') == std::string::npos);
    }
    CHECK(names.size() == static_cast<std::size_t>(Reason::count_));
    CHECK(explanations.size() == static_cast<std::size_t>(Reason::count_));
    CHECK(name(Reason::no_edge) == "no-edge");
    CHECK(name(Reason::searching) == "searching");
}
