#include "daemon/simulate/sim_judge.hpp"

#include "daemon/simulate/sim_scenario_file.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace ppsd::app;
using namespace hal;

namespace {

/// A world in which nothing is wrong, and a daemon that hands over what the test says.
struct Judged {
    explicit Judged(const std::string& text = "")
        : scenario{parse_scenario(
                       "x", "receiver.fix-after = 0\nlatency.load = 0\nlatency.tail = 0\n" + text)
                       .world} {}

    /// Second by second up to `last`; answer(truth, world) at each, a tenth of a second after it.
    template <class Answer>
    void run(std::int64_t last, Answer&& answer) {
        while (world.truth().current() < last) {
            const auto& happening = world.take();
            if (!happening.second) continue;
            judge.second_begins();
            answer(*world.truth().find(world.truth().current()));
            judge.commit();
        }
        judge.end();
    }

    /// The second's own begin, under a name that is `ahead` seconds too high.
    [[nodiscard]] Sample sample(const sim::Truth::Second& second, std::int64_t ahead = 0) {
        const auto real = second.begin.ns() + world.real_minus_mono().count();
        return {second.utc.posix + ahead, RealTime::from_ns(real), 0, -20};
    }

    sim::Scenario scenario;
    sim::VirtualWorld world{scenario, 1, sim::Level::label};
    SimFigures figures;
    SimJudge judge{world, scenario, figures, 1};
};

} // namespace

TEST_CASE("sim judge: right samples, each second") {
    Judged judged;
    judged.run(99, [&](const auto& second) {
        CHECK(judged.judge.pps().publish(judged.sample(second)));
        CHECK(judged.judge.nmea().publish(judged.sample(second)));
    });
    CHECK(judged.figures.samples == 100);
    CHECK(judged.figures.wrong == 0);
    CHECK(judged.figures.nmea_samples == 100);
    CHECK(judged.figures.nmea_wrong == 0);
    CHECK(judged.figures.due > 80);
    CHECK(judged.figures.missed == 0);
    CHECK(judged.figures.error.quantile(1) < 1000);
}

TEST_CASE("sim judge: a sample's error, and what its precision says") {
    Judged judged;
    judged.run(99, [&](const auto& second) {
        Sample sample = judged.sample(second);
        sample.precision = -20; // 953.67 ns
        const std::array errors{0ns, 953ns, -953ns, 954ns, -954ns};
        sample.receive = sample.receive + errors[static_cast<std::size_t>(second.index) % errors.size()];
        CHECK(judged.judge.pps().publish(sample));
    });
    CHECK(judged.figures.samples == 100);
    CHECK(judged.figures.within_precision == 60);
}

TEST_CASE("sim judge: one sample that names a neighbour is wrong, however many were right") {
    for (const std::int64_t ahead : {-1, 1}) {
        Judged judged;
        judged.run(99, [&](const auto& second) {
            CHECK(
                judged.judge.pps().publish(judged.sample(second, second.index == 70 ? ahead : 0)));
        });
        CHECK(judged.figures.wrong == 1);
        CHECK(judged.figures.invisible == 0);
        REQUIRE(judged.figures.first_wrong);
        CHECK(judged.figures.first_wrong->second == 70);
        CHECK(judged.figures.first_wrong->off == -ahead);
        CHECK(judged.figures.missed == 1); // a wrong one is none
    }
}

TEST_CASE("sim judge: the sentences' time, off by a second, and by more than they scatter") {
    for (const std::int64_t ahead : {-1, 1}) {
        Judged judged;
        judged.run(99, [&](const auto& second) {
            CHECK(judged.judge.pps().publish(judged.sample(second)));
            CHECK(
                judged.judge.nmea().publish(judged.sample(second, second.index == 70 ? ahead : 0)));
        });
        CHECK(judged.figures.nmea_wrong == 1);
        CHECK(judged.figures.wrong == 0);
    }
}

TEST_CASE("sim judge: seconds without a sample, from the first one on") {
    Judged judged;
    judged.run(99, [&](const auto& second) {
        const bool silent = second.index < 20 || (second.index >= 60 && second.index < 63);
        if (!silent) CHECK(judged.judge.pps().publish(judged.sample(second)));
    });
    CHECK(judged.figures.missed == 3);
    REQUIRE(judged.figures.first_missed);
    CHECK(judged.figures.first_missed->second == 60);
}

TEST_CASE("sim judge: while the line is broken, and for the grace after it, none is missed") {
    Judged judged{"at 50 for 10: pps missing"};
    judged.run(99, [&](const auto& second) {
        const bool silent = second.index >= 50 && second.index < 65;
        if (!silent) CHECK(judged.judge.pps().publish(judged.sample(second)));
    });
    CHECK(judged.figures.missed == 0);
    CHECK(judged.figures.due < 80);
}

TEST_CASE(
    "sim judge: the leap field, until the month's end and after it, with a list and without") {
    const std::string month_end = "start = 2026-06-30T23:59:10\n";
    for (const bool list : {true, false}) {
        for (const auto& [leap, announced] :
             {std::pair{"none", 0}, {"inserted", 1}, {"deleted", 2}}) {
            for (const int said : {0, 1, 2}) {
                Judged judged{month_end + "leap = " + leap +
                              "\nppsd.leap-list = " + (list ? "current" : "missing")};
                judged.run(99, [&](const auto& second) {
                    if (second.utc.leap_second) return; // no sample can be right
                    Sample sample = judged.sample(second);
                    sample.leap = said;
                    CHECK(judged.judge.pps().publish(sample));
                    CHECK(judged.judge.nmea().publish(sample));
                });
                const int before = announced == 2 ? 49 : 50;
                const int after = announced == 0 ? 50 : announced == 1 ? 49 : 51;
                const int wrong =
                    (said == (list ? announced : 0) ? 0 : before) + (said == 0 ? 0 : after);
                CHECK(judged.figures.leap_wrong == static_cast<std::uint64_t>(2 * wrong));
                CHECK(judged.figures.first_leap_wrong.has_value() == (wrong > 0));
                CHECK(judged.figures.wrong == 0);
            }
        }
    }
}

namespace {

/// What is wrong of the sentences' time if all is as the labels say, but that it names the next
/// second (and `ahead` more) once, so late.
std::uint64_t names_next(std::int64_t labels_off, std::int64_t at, Nanos late,
                         std::int64_t ahead = 0, const std::string& world = "") {
    Judged judged{world + "receiver.label-offset = " + std::to_string(labels_off) + "\n"};
    judged.run(99, [&](const auto& second) {
        // Its samples count as invisible once the labels have said so, else as right.
        if (second.index < 20 || (second.utc.leap_second && second.index != at)) return;
        const bool next = second.index == at;
        Sample sample = judged.sample(second, labels_off + (next ? 1 + ahead : 0));
        if (next) sample.receive = sample.receive + late;
        CHECK(judged.judge.nmea().publish(sample));
    });
    CHECK(judged.figures.nmea_samples >= 79);
    CHECK((judged.figures.nmea_invisible > 70) == (labels_off != 0));
    return judged.figures.nmea_wrong;
}

} // namespace

TEST_CASE("sim judge: the sentences' time may name the next second, if that is the nearer one") {
    for (const std::int64_t labels_off : {0, 1, -4}) { // an error that nothing shows is no excuse
        CHECK(names_next(labels_off, 70, 400ms) == 1);
        CHECK(names_next(labels_off, 70, 600ms) == 0);
        CHECK(names_next(labels_off, 70, 600ms, 1) == 1);
    }
}

TEST_CASE("sim judge: the next second is none of that name before a leap second, and is after it") {
    const std::string leaps = "start = 2026-06-30T23:59:10\nleap = inserted\n";
    CHECK(names_next(0, 49, 600ms, 0, leaps) == 1);  // 23:59:60 comes next
    CHECK(names_next(0, 50, 600ms, -1, leaps) == 0); // 00:00:00 does
    CHECK(names_next(0, 50, 400ms, -1, leaps) == 1);
}

TEST_CASE("sim judge: what is taken back at once was never handed over") {
    Judged judged;
    judged.run(99, [&](const auto& second) {
        CHECK(judged.judge.pps().publish(judged.sample(second, 1)));
        judged.judge.pps().invalidate();
    });
    CHECK(judged.figures.samples == 0);
    CHECK(judged.figures.wrong == 0);
}

TEST_CASE("sim judge: a receiver that is off hides no other error of the sentences' time") {
    Judged judged{"receiver.label-offset = 1"}; // from the start: nobody can know
    judged.run(70, [&](const auto& second) {
        if (second.index >= 10) CHECK(judged.judge.pps().publish(judged.sample(second, 1)));
        if (second.index == 70) CHECK(judged.judge.nmea().publish(judged.sample(second, 2)));
    });
    CHECK(judged.figures.invisible == judged.figures.samples);
    CHECK(judged.figures.wrong == 0);
    CHECK(judged.figures.nmea_wrong == 1);
}

TEST_CASE(
    "sim judge: wrong, invisible, or so only to who has forgotten what was before a suspend") {
    const auto figures = [](const std::string& world, std::int64_t from) {
        Judged judged{world};
        judged.run(from + 20, [&](const auto& second) {
            if (second.index >= from) CHECK(judged.judge.pps().publish(judged.sample(second, 1)));
        });
        return judged.figures;
    };
    const SimFigures seen = figures("at 49.5 for 99: labels ahead", 60);
    CHECK(seen.wrong == 21);
    const SimFigures unseen = figures("at 49.5 for 299: labels ahead", 180);
    CHECK(unseen.invisible == 21);
    const SimFigures slept =
        figures("at 49.5 for 99: labels ahead\nat 50 for 3: machine.sleep = yes", 60);
    CHECK(slept.invisible_anew == 21);
    for (const SimFigures& f : {seen, unseen, slept})
        CHECK(f.wrong + f.invisible + f.invisible_anew == 21);
}

TEST_CASE(
    "sim judge: late by their whole delay, until pulses came with labels, or told by the user") {
    const auto wrong = [](const std::string& settings, int pulses) {
        Judged judged{"nmea.delay = 0.8\n" + settings + "\nat " + std::to_string(pulses - 0.5) +
                      " for 1000: pps missing\n"};
        judged.run(39, [&](const auto& second) {
            if (second.index < 20) return;
            Sample sample = judged.sample(second);
            sample.receive = sample.receive + 800ms;
            CHECK(judged.judge.nmea().publish(sample));
        });
        return judged.figures.nmea_wrong;
    };
    CHECK(wrong("", 11) == 0);
    CHECK(wrong("", 12) == 20);
    CHECK(wrong("ppsd.nmea-delay = 0", 12) == 0);
    CHECK(wrong("pps.width = 0.5", 12) == 0); // auto can't tell its edges
    CHECK(wrong("pps.width = 0.5\nppsd.edge = rising", 12) == 20);
    CHECK(wrong("nmea.delay = 0.9\nnmea.delay-jitter = 0.001", 12) == 20);
    CHECK(wrong("nmea.delay = 0.9\nnmea.delay-jitter = 0.02", 12) == 0); // of which pulse?
    CHECK(wrong("nmea.delay = 0.96\nnmea.delay-jitter = 0.001", 12) == 0);
}

TEST_CASE("sim judge: bursts that come late, until pulses came with labels") {
    for (const int pulses : {11, 12}) {
        Judged judged{"ppsd.nmea-delay = 0.1\nnmea.delay = 0.1\nat 20 for 40: nmea.late = 1, "
                      "nmea.late-by = 0.9\nat " +
                      std::to_string(pulses - 0.5) + " for 1000: pps missing\n"};
        judged.run(49, [&](const auto& second) {
            if (second.index < 40) return;
            Sample sample = judged.sample(second);
            sample.receive = sample.receive + 900ms;
            CHECK(judged.judge.nmea().publish(sample));
        });
        CHECK(judged.figures.nmea_invisible == (pulses == 11 ? 10 : 0));
        CHECK(judged.figures.nmea_wrong == (pulses == 11 ? 0 : 10));
    }
}
