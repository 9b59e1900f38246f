#include "daemon/nmea/line_load.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace ppsd::nmea;
using namespace hal;

namespace {

constexpr int baud = 9600; // 960 bytes a second
constexpr std::int64_t second = 1'000'000'000;

/// A receiver that sends `bytes` from each second's beginning on, as chunks of 16 are read.
class Line {
  public:
    explicit Line(std::optional<int> rate = baud, double slower = 1)
        : load{rate}, byte_{static_cast<std::int64_t>(10 * second / baud * slower)} {}

    void run(int seconds, std::int64_t bytes, const std::function<Nanos()>& late = {}) {
        for (int n = 0; n < seconds; ++n) {
            std::int64_t at = std::max(free_, now_);
            for (std::int64_t left = bytes; left > 0; left -= 16) {
                const auto size = std::min<std::int64_t>(left, 16);
                at += size * byte_;
                const auto delay = late ? late().count() : 0;
                load.add(static_cast<std::size_t>(size), OscTime::from_ns(at + delay));
            }
            free_ = at;
            now_ += second;
        }
    }

    LineLoad load;

  private:
    std::int64_t byte_;
    std::int64_t now_{0};
    std::int64_t free_{0}; // of the line: what comes is not sent before
};

} // namespace

TEST_CASE("nothing is known before three seconds, and never of a line without a rate") {
    Line line;
    line.run(3, 480);
    CHECK_FALSE(line.load.load());
    line.run(2, 480);
    REQUIRE(line.load.load());
    CHECK(*line.load.load() == doctest::Approx(0.5).epsilon(0.05));
    line.load.begin_anew();
    CHECK_FALSE(line.load.load());
    Line usb{std::nullopt};
    usb.run(20, 100'000);
    CHECK_FALSE(usb.load.load());
    CHECK_FALSE(usb.load.full());
}

TEST_CASE("a line that has another rate is judged by that one, from its beginning") {
    Line line; // what is sent takes as long as ever: it is the other rate that was wrong
    line.run(10, 480);
    REQUIRE(line.load.load());
    line.load.set_rate(2 * baud);
    CHECK_FALSE(line.load.load());
    line.run(5, 480);
    REQUIRE(line.load.load());
    CHECK(*line.load.load() == doctest::Approx(0.25).epsilon(0.05));
    Line usb{std::nullopt};
    usb.load.set_rate(baud);
    usb.run(20, 960);
    CHECK_FALSE(usb.load.load());
}

TEST_CASE("a receiver that has more to say than the line carries fills it") {
    Line line;
    line.run(20, 1100);
    CHECK(*line.load.load() > 0.99);
    CHECK(line.load.full());
}

TEST_CASE("a line that has become full is full after three seconds without a pause") {
    Line line;
    line.run(20, 480);
    line.run(3, 1100);
    CHECK_FALSE(line.load.full());
    line.run(3, 1100);
    CHECK(line.load.full());
}

TEST_CASE("UARTs whose rates differ by less than 5 %: a full line is one") {
    for (const double slower : {1.045, 0.955}) {
        Line line{baud, slower};
        line.run(20, 1100);
        CHECK(line.load.full());
    }
}

TEST_CASE("a pause of more than 50 ms a second, and it is not full") {
    Line line;
    line.run(30, 890); // 92.7 %
    CHECK_FALSE(line.load.full());
    Line fuller;
    fuller.run(30, 925); // 96.4 %
    CHECK(fuller.load.full());
}

TEST_CASE("a full line stays full until there is room again") {
    Line line;
    line.run(20, 950);
    REQUIRE(line.load.full());
    line.run(20, 904); // 94.2 %: not full if it had not been
    CHECK(line.load.full());
    line.run(20, 860);
    CHECK_FALSE(line.load.full());
    Line other;
    other.run(40, 904);
    CHECK_FALSE(other.load.full());
}

TEST_CASE("reading late changes nothing") {
    unsigned n = 0;
    const auto late = [&n] { return Nanos{++n % 7 == 0 ? 14'000'000 : 0}; };
    Line line;
    line.run(20, 480, late);
    CHECK(*line.load.load() == doctest::Approx(0.5).epsilon(0.06));
    Line full;
    full.run(20, 1100, late);
    CHECK(full.load.full());
}

TEST_CASE("a stall of the daemon doesn't fill the line, nor empty it") {
    for (const bool full : {false, true}) {
        LineLoad load{baud};
        const std::size_t bytes = full ? 960 : 700;
        for (std::int64_t n = 0; n < 30; ++n) // three seconds' bytes at once, each three seconds
            if (n % 3 == 2) load.add(3 * bytes, OscTime::from_ns(n * second));
        for (std::int64_t n = 30; n < 50; ++n)
            load.add(bytes, OscTime::from_ns(n * second));
        CHECK(load.full() == full);
    }
}

TEST_CASE("a port that carries more than its rate says is not limited by it") {
    for (const std::int64_t bytes : {1035, 1075}) { // 107.8 %, 112 %
        const bool fast = bytes == 1075;
        Line usb{baud, 0.1};
        for (int n = 0; n < 40; ++n) {
            usb.run(1, bytes);
            if (fast) CHECK_FALSE(usb.load.full());
        }
        CHECK(usb.load.full() == !fast);
        CHECK(usb.load.load().has_value() == !fast);
        usb.run(30, 960); // what has shown it once has shown it
        CHECK(usb.load.full() == !fast);
        usb.load.begin_anew();
        usb.run(30, 960);
        CHECK(usb.load.full());
    }
}

TEST_CASE("a full line that was not read for two seconds stays one") {
    LineLoad load{baud};
    const auto run = [&](std::int64_t from, std::int64_t to) {
        for (std::int64_t n = from; n < to; ++n) {
            load.add(960, OscTime::from_ns(n * second));
            if (n > 12) CHECK(load.full());
        }
    };
    run(0, 20);
    load.add(std::size_t{3} * 960, OscTime::from_ns(22 * second));
    run(23, 60);
}

TEST_CASE("a line that falls silent is not full any more") {
    Line line;
    line.run(20, 1100);
    REQUIRE(line.load.full());
    line.load.add(16, OscTime::from_ns(60 * second));
    line.load.add(16, OscTime::from_ns(61 * second));
    line.load.add(16, OscTime::from_ns(62 * second));
    CHECK_FALSE(line.load.full());
}
