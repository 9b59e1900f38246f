#include "hal/src/sim/pulse_line.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace hal;
using namespace hal::sim;

namespace {

/// No jitter, no latency.
Parameters exact() {
    Parameters parameters;
    for (const Key key :
         std::initializer_list<Key>{"pps.jitter", "pps.sawtooth", "latency.least", "latency.usual",
                                    "latency.tail", "latency.wake"})
        parameters.set(key, 0);
    return parameters;
}

struct Line {
    PulseLine line;
    PulseLine::Luck luck{};

    explicit Line(EdgeChoice choice = EdgeChoice::automatic)
        : line{choice, Random{1, 3}, Random{1, 4}} {}

    std::vector<PulseLine::Edge> second(std::int64_t index, const Parameters& parameters,
                                        bool fix = true) {
        luck = line.prepare(index, parameters, fix);
        std::vector<PulseLine::Edge> edges;
        for (; const auto* edge = line.next(); line.pop())
            edges.push_back(*edge);
        return edges;
    }
};

} // namespace

TEST_CASE("a pulse has two edges, of the width and the polarity that were asked for") {
    Line line;
    const auto edges = line.second(5, exact());
    REQUIRE(edges.size() == 2);
    CHECK(edges[0].stamp == begin_of_index(5));
    CHECK(edges[0].polarity == Polarity::rising);
    CHECK(edges[1].stamp == begin_of_index(5) + 100ms);
    CHECK(edges[1].polarity == Polarity::falling);
    CHECK_FALSE(line.luck.disturbed);
    CHECK_FALSE(line.luck.late);

    Parameters falling = exact();
    falling.set("pps.polarity", 1);
    CHECK(line.second(6, falling).at(0).polarity == Polarity::falling);
}

TEST_CASE("only the edges that the kernel is asked for") {
    Line line{EdgeChoice::falling};
    const auto edges = line.second(5, exact());
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].stamp == begin_of_index(5) + 100ms);
}

TEST_CASE("of a pulse of microseconds both edges get the name of the second") {
    Parameters narrow = exact();
    for (const double width : {29e-6, 30e-6}) {
        narrow.set("pps.width", width);
        const auto edges = Line{}.second(5, narrow);
        CHECK(edges.at(0).polarity == (width < 30e-6 ? Polarity::falling : Polarity::rising));
        CHECK(edges.at(1).polarity == Polarity::falling);
    }
}

TEST_CASE("with the fix only, and never") {
    Parameters parameters = exact();
    Line line;
    parameters.set("pps.pulses", 1);
    CHECK(line.second(5, parameters, true).size() == 2);
    CHECK(line.second(6, parameters, false).empty());
    CHECK(line.luck.disturbed);
    parameters.set("pps.pulses", 2);
    CHECK(line.second(7, parameters, true).empty());
}

TEST_CASE("each fault is made, and is a disturbance") {
    const auto edges_with = [](Key key, double value) {
        Parameters parameters = exact();
        parameters.set(key, value);
        Line line;
        const auto edges = line.second(5, parameters);
        CHECK(line.luck.disturbed);
        for (std::size_t i = 1; i < edges.size(); ++i)
            CHECK(edges[i].stamp > edges[i - 1].stamp);
        return edges.size();
    };
    CHECK(edges_with("line.missing", 1) == 0);
    CHECK(edges_with("line.doubled", 1) == 4);
    CHECK(edges_with("line.glitches", 3) == 8);
    CHECK(edges_with("line.bounce", 1) == 6);
    CHECK(edges_with("line.hum", 50) == 100);
    CHECK(edges_with("line.floating", 1) == 30);
    CHECK(edges_with("pps.rate", 2) == 4);
}

TEST_CASE("a pulse that doesn't come has neither an echo nor bounces") {
    for (const Key key : std::initializer_list<Key>{"line.doubled", "line.bounce"}) {
        Parameters parameters = exact();
        parameters.set("line.missing", 1);
        parameters.set(key, 1);
        Line line;
        CHECK(line.second(5, parameters).empty());
    }
}

TEST_CASE("a late stamp excuses its second, and one beyond the beat disturbs") {
    Parameters parameters = exact();
    parameters.set("latency.tail", 1);
    parameters.set("latency.tail-scale", 200'000);
    parameters.set("latency.longest", 200'000);
    Line line;
    CHECK(line.second(5, parameters).at(0).stamp == begin_of_index(5) + 200us);
    CHECK(line.luck.late);
    CHECK_FALSE(line.luck.disturbed);
    parameters.set("latency.tail-scale", 1'000'001);
    parameters.set("latency.longest", 1'000'001);
    (void)line.second(6, parameters);
    CHECK(line.luck.disturbed);
}

TEST_CASE("one pulse in some seconds") {
    for (const auto& [rate, every] : {std::pair{0.5, 2}, {0.2, 5}, {1.0, 1}}) {
        Parameters parameters = exact();
        parameters.set("pps.rate", rate);
        Line line;
        for (std::int64_t index = 10; index < 20; ++index) {
            CHECK(line.second(index, parameters).size() == (index % every == 0 ? 2 : 0));
            CHECK(line.luck.arrives == (index % every == 0));
            CHECK(line.luck.disturbed == (every != 1));
        }
    }
}

TEST_CASE("edges that are late by up to 16 ms, evenly") {
    Parameters parameters = exact();
    parameters.set("pps.late-uniform", 16e6);
    Line line;
    Nanos sum{0};
    for (std::int64_t index = 0; index < 1000; ++index) {
        const Nanos late = line.second(index, parameters).at(0).stamp - begin_of_index(index);
        CHECK(late >= 0ns);
        CHECK(late < 16ms);
        sum += late;
    }
    CHECK(sum / 1000 > 7500us);
    CHECK(sum / 1000 < 8500us);
}
