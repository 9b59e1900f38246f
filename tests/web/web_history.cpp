// web_history: writes a made-up history, whose noise and drift are known, as ppsd-web writes one.
#include "daemon/web/history.hpp"

#include <array>
#include <boost/program_options.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fmt/format.h>
#include <numbers>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

namespace po = boost::program_options;
using ppsd::Event;
using ppsd::Point;
using ppsd::Series;
using ppsd::web::History;

constexpr std::int64_t day = 86400;
constexpr std::int64_t month = 31 * day;

struct Wanted {
    std::string file;
    std::int64_t seconds = 3600;
    std::int64_t end = 0;
    std::int64_t step = 1;
    std::int64_t batch = 21600;
    double white = 5e-8;
    double drift = 0;
    std::uint64_t seed = 1;
    bool simulated = false;
    bool chronyd = false;
    bool steady = false;
    bool print = false;
    bool forever = false;
};

/// How a value goes about its mean: so much of its distance stays from one second to the next.
struct Shape {
    Series series;
    double mean;
    double sd;
    double stays;
};

// What ppsd shows of its simulated receiver (sim:drift=0) once it has settled, measured over seven
// minutes; and chronyd's offset beside it (refclock SHM, poll 2, precision 1e-7).
constexpr std::array simulated{Shape{Series::jitter, 5.2e-7, 4.4e-8, 0.9},
                               Shape{Series::delay, 0.1538, 2e-4, 0.95},
                               Shape{Series::frequency, 0, 6.7e-9, 0.86},
                               Shape{Series::satellites, 8, 0, 0},
                               Shape{Series::signal, 42, 0, 0},
                               Shape{Series::chrony_offset, 4e-8, 9.3e-8, 0.977}};

/// A point's values from its time: the same for the same seed.
class World {
  public:
    explicit World(const Wanted& wanted) : wanted_{wanted}, noise_{wanted.seed} {}

    [[nodiscard]] Point at(std::int64_t time) {
        Point point = wanted_.simulated ? as_simulated() : made_up(time);
        point.time = time;
        return point;
    }

    [[nodiscard]] std::int64_t begin() const noexcept { return wanted_.end - wanted_.seconds; }

  private:
    [[nodiscard]] Point as_simulated() {
        Point point;
        constexpr double jitter = 1e-6; // of the simulated pulses, evenly within plus or minus
        point.values[Series::offset] = std::uniform_real_distribution{-jitter, jitter}(noise_);
        for (std::size_t i = 0; i < simulated.size(); ++i) {
            const Shape& shape = simulated[i];
            const double news = std::sqrt(1 - shape.stays * shape.stays);
            away_[i] = shape.stays * away_[i] + normal(news * shape.sd);
            if (shape.series != Series::chrony_offset || wanted_.chronyd)
                point.values[shape.series] = shape.mean + away_[i];
        }
        return point;
    }

    [[nodiscard]] Point made_up(std::int64_t time) {
        Point point;
        const double room = 45 + 6 * turn(time, day) + 4 * turn(time, 365 * day);
        point.values[Series::offset] =
            wanted_.drift * static_cast<double>(time - begin()) + normal(wanted_.white);
        point.values[Series::jitter] = std::abs(wanted_.white + normal(wanted_.white / 5));
        point.values[Series::delay] = 0.13 + normal(0.004);
        point.values[Series::frequency] = 1.2e-6 + (room - 45) * 4e-8 + normal(2e-9);
        point.values[Series::temperature] = room + normal(0.3);
        point.values[Series::satellites] = std::round(10 + 2 * turn(time, day / 2) + normal(0.7));
        point.values[Series::signal] = 36 + 2 * turn(time, day / 2) + normal(0.8);
        point.values[Series::chrony_offset] = normal(wanted_.white / 2);
        return point;
    }

    [[nodiscard]] double normal(double sigma) { return sigma * unit_(noise_); }
    [[nodiscard]] static double turn(std::int64_t time, std::int64_t period) {
        return std::sin(2 * std::numbers::pi * static_cast<double>(time % period) /
                        static_cast<double>(period));
    }

    const Wanted& wanted_;
    std::mt19937_64 noise_;
    std::normal_distribution<double> unit_;
    std::array<double, simulated.size()> away_{}; ///< from their means
};

/// A lock at the start, and a minute without pulses each week, or four times in what is shorter.
class Unlocks {
  public:
    explicit Unlocks(const Wanted& wanted)
        : begin_{wanted.end - wanted.seconds},
          every_{std::min<std::int64_t>(7 * day, std::max<std::int64_t>(wanted.seconds / 4, 240))} {
    }

    /// Whether there are no pulses at that time; what happened since the last one is added.
    bool look(std::int64_t time, History& history) {
        const std::int64_t since = (time - begin_) % every_;
        const bool lost = time - begin_ >= every_ && since < 60;
        if (lost != lost_) tell(time, history, lost);
        return lost;
    }

    void tell(std::int64_t time, History& history, bool lost) {
        lost_ = lost;
        history.add(
            lost ? Event{time, "state", "bad", "no-pulses: no pulse for 3 s"}
                 : Event{time, "state", "good", "locked: pulses are matched to their seconds"});
    }

  private:
    std::int64_t begin_;
    std::int64_t every_;
    bool lost_ = false;
};

void flush(History& history) {
    if (!history.flush()) throw std::runtime_error(history.problem());
}

/// What a level of the history no longer keeps is not made: before the last month each `step`
/// seconds, before the last day each ten.
std::int64_t step_at(const Wanted& wanted, std::int64_t time) {
    if (wanted.end - time <= day) return 1;
    return std::min<std::int64_t>(wanted.step, wanted.end - time <= month ? 10 : wanted.step);
}

void write(const Wanted& wanted) {
    History history{wanted.file};
    World world{wanted};
    Unlocks unlocks{wanted};
    unlocks.tell(world.begin(), history, false);
    std::int64_t waiting = 0;
    for (std::int64_t time = world.begin(); time < wanted.end; time += step_at(wanted, time)) {
        Point point = world.at(time);
        if (!wanted.steady && unlocks.look(time, history))
            point.values[Series::offset] = ppsd::unknown;
        history.add(point);
        if (wanted.print) fmt::print("{} {:.9e}\n", time, point.values[Series::offset]);
        if (++waiting == wanted.batch) {
            flush(history);
            waiting = 0;
        }
    }
    flush(history);
}

/// Until it is killed. Each batch has an event with its number; a line tells what was written.
[[noreturn]] void write_forever(const Wanted& wanted) {
    History history{wanted.file};
    World world{wanted};
    for (std::int64_t time = world.begin();;) {
        for (std::int64_t i = 0; i < wanted.batch; ++i)
            history.add(world.at(time++));
        history.add(Event{time, "gap", "info", fmt::format("up to {}", time)});
        flush(history);
        fmt::print("{}\n", time);
        std::fflush(stdout);
    }
}

/// Nothing: help was asked for and printed.
bool parse(int argc, char** argv, Wanted& wanted) {
    po::options_description known{"Options"};
    auto add = known.add_options();
    add("seconds", po::value(&wanted.seconds)->default_value(wanted.seconds), "how long it is");
    add("end", po::value(&wanted.end), "its end, s since 1970; otherwise now");
    add("step", po::value(&wanted.step)->default_value(wanted.step),
        "s from point to point before the last month (there 10) and day (there 1): ten years in a "
        "minute");
    add("batch", po::value(&wanted.batch)->default_value(wanted.batch), "points written at once");
    add("white", po::value(&wanted.white)->default_value(wanted.white),
        "the offset's white noise, s");
    add("drift", po::value(&wanted.drift)->default_value(0, "0"), "of the offset, s a second");
    add("simulated", po::bool_switch(&wanted.simulated),
        "as what ppsd shows of its simulated receiver, sim:drift=0, instead");
    add("chronyd", po::bool_switch(&wanted.chronyd), "and as a chronyd beside it says");
    add("seed", po::value(&wanted.seed)->default_value(wanted.seed), "of the noise");
    add("steady", po::bool_switch(&wanted.steady), "no unlocks");
    add("print", po::bool_switch(&wanted.print), "each point's time and offset");
    add("forever", po::bool_switch(&wanted.forever),
        "goes on until it is killed, printing what is written");
    add("help,h", "print this, and end");
    po::options_description all;
    all.add(known).add_options()("file", po::value(&wanted.file)->required());
    po::variables_map values;
    po::store(po::command_line_parser(argc, argv)
                  .options(all)
                  .positional(po::positional_options_description{}.add("file", 1))
                  .run(),
              values);
    if (values.contains("help")) {
        std::ostringstream text;
        text << known;
        fmt::print(
            "usage: web_history FILE [OPTION…]\n\nWrites a made-up history for ppsd-web.\n\n{}",
            text.str());
        return false;
    }
    po::notify(values);
    if (!values.contains("end")) wanted.end = std::time(nullptr);
    if (wanted.seconds < 1 || wanted.step < 1 || wanted.batch < 1 || wanted.batch > 21600)
        throw po::error("--seconds, --step: 1 or more is wanted; --batch: 1 to 21600");
    return true;
}

} // namespace

int main(int argc, char** argv) {
    try {
        Wanted wanted;
        if (!parse(argc, argv, wanted)) return 0;
        if (wanted.forever) write_forever(wanted);
        write(wanted);
        return 0;
    } catch (const po::error& error) {
        fmt::print(stderr, "web_history: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "web_history: {}\n", error.what());
        return 1;
    }
}
