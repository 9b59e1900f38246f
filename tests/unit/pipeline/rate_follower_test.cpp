#include "daemon/pipeline/rate_follower.hpp"

#include "daemon/nmea/line_rates.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace ppsd::app;
using namespace hal;
using News = RateFollower::News;

namespace {

/// A receiver that sends a burst at each whole second, and whoever listens to it.
struct Listening {
    explicit Listening(unsigned baud) : follower{baud} {}

    /// A burst in two chunks, a tenth of a second apart: whole where the rate is the receiver's.
    std::vector<News> burst(unsigned sends_at, std::uint64_t lines = 2, std::size_t bytes = 200) {
        std::vector<News> news;
        for (const Nanos after : {0ms, 100ms}) {
            if (follower.rate() == sends_at && after > 0ms) whole += lines;
            news.push_back(follower.add(bytes / 2, now + after, whole));
        }
        now = now + 1s;
        return news;
    }
    /// So many bursts; all news of them, in order.
    std::vector<News> bursts(int count, unsigned sends_at, std::uint64_t lines = 2) {
        std::vector<News> all;
        for (int n = 0; n < count; ++n)
            for (const News one : burst(sends_at, lines))
                if (one != News::none) all.push_back(one);
        return all;
    }

    RateFollower follower;
    MonoTime now = MonoTime::from_ns(1'000'000'000'000);
    std::uint64_t whole = 7;
};

} // namespace

TEST_CASE("rate follower: what is understood keeps its rate") {
    Listening at{38400};
    CHECK(at.bursts(100, 38400).empty());
    CHECK(at.follower.rate() == 38400);
}

TEST_CASE("rate follower: five seconds of noise, and other rates are tried") {
    Listening at{38400};
    at.bursts(3, 38400);
    const MonoTime noise = at.now;
    CHECK(at.follower.add(100, noise, at.whole) == News::none);
    CHECK(at.follower.add(100, noise + RateFollower::noise_for - 1ns, at.whole) == News::none);
    CHECK(at.follower.add(1, noise + RateFollower::noise_for, at.whole) == News::hunting);
    CHECK(at.follower.rate() == 9600);
}

TEST_CASE("rate follower: something whole meanwhile, and the five seconds begin anew") {
    Listening at{38400};
    const MonoTime noise = at.now;
    std::ignore = at.follower.add(100, noise, 7); // the first is as good as a whole one
    CHECK(at.follower.add(100, noise + 1s, 7) == News::none);
    CHECK(at.follower.add(100, noise + 5s, 8) == News::none);
    CHECK(at.follower.add(100, noise + 6s, 8) == News::none);
    CHECK(at.follower.add(100, noise + 11s - 1ns, 8) == News::none);
    CHECK(at.follower.add(100, noise + 11s, 8) == News::hunting);
}

TEST_CASE("rate follower: a byte now and then is no noise") {
    for (const std::size_t more : {0U, 1U}) {
        Listening at{38400};
        at.bursts(1, 38400);
        CHECK(at.follower.add(RateFollower::noise - 2, at.now, at.whole) == News::none);
        CHECK(at.follower.add(1, at.now + 5s, at.whole) == News::none);
        CHECK((at.follower.add(more, at.now + 10s, at.whole) == News::hunting) == (more == 1));
    }
}

TEST_CASE("rate follower: silence is no noise, also in the middle of a sentence") {
    for (const Nanos silence : {Nanos{RateFollower::noise_for}, RateFollower::noise_for + 1ns}) {
        Listening at{38400};
        at.bursts(3, 38400);
        CHECK(at.follower.add(100, at.now, at.whole) == News::none);
        const auto news = at.follower.add(100, at.now + silence, at.whole);
        CHECK((news == News::hunting) == (silence == RateFollower::noise_for));
    }
}

TEST_CASE("rate follower: each rate is found from each other one, the frequent ones soon") {
    for (const unsigned from : ppsd::nmea::line_rates)
        for (const unsigned to : ppsd::nmea::line_rates) {
            if (from == to) continue;
            CAPTURE(from);
            CAPTURE(to);
            Listening at{from};
            at.bursts(3, from);
            const MonoTime changed = at.now;
            std::vector<News> news{News::none};
            while (news.back() != News::followed && at.now - changed < 60s) {
                news = at.bursts(1, to);
                news.insert(news.begin(), News::none);
            }
            CHECK(at.follower.rate() == to);
            const bool frequent = to == 9600 || to == 38400 || to == 115200;
            CHECK(at.now - changed <= (frequent ? 10s : 25s));
            CHECK(at.bursts(20, to).empty());
        }
}

TEST_CASE("rate follower: one line a second is enough, a single one is not") {
    Listening at{38400};
    at.bursts(3, 38400);
    at.bursts(6, 9600, 1);
    CHECK(at.follower.rate() == 9600);
    CHECK(at.bursts(2, 9600, 1) == std::vector{News::followed});

    Listening chance{38400};
    chance.bursts(3, 38400);
    chance.bursts(5, 9600, 0);
    while (chance.follower.rate() != 9600)
        std::ignore = chance.burst(9600, 0);
    chance.whole += 1; // of noise
    CHECK(chance.bursts(4, 4800, 0).back() == News::other);
}

TEST_CASE("rate follower: where no rate has anything, the old one has a minute") {
    Listening at{38400};
    at.bursts(3, 38400);
    std::vector<News> news;
    while (news.empty() || news.back() != News::nothing)
        for (const News one : at.bursts(1, 0))
            news.push_back(one);
    CHECK(at.follower.rate() == 38400);
    CHECK(news.front() == News::hunting);
    const MonoTime rests = at.now;
    news.clear();
    while (news.empty())
        news = at.bursts(1, 0);
    CHECK(news.front() == News::other); // it has been said
    CHECK(at.now - rests >= RateFollower::rest - 2s);
    CHECK(at.now - rests <= RateFollower::rest + 2s);
    while (at.follower.rate() != 38400)
        at.bursts(1, 0);
    CHECK(at.bursts(10, 38400).empty()); // it was only noise
    CHECK(at.bursts(10, 9600).front() == News::hunting);
}

TEST_CASE("rate follower: rates that the port can't do are passed over") {
    RateFollower follower{921600};
    std::ignore = follower.add(100, MonoTime::from_ns(1), 1);
    std::ignore = follower.add(100, MonoTime::from_ns(2), 1);
    const MonoTime later = MonoTime::from_ns(2) + RateFollower::noise_for;
    REQUIRE(follower.add(100, later, 1) == News::hunting);
    int rates = 1;
    while (follower.skip(later) == News::other)
        ++rates;
    CHECK(rates == 8);
    CHECK(follower.rate() == 921600);
}
