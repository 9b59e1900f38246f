#include "daemon/service/burst_pacer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace hal;
using ppsd::app::BurstPacer;

namespace {

constexpr Nanos byte_time = 1041667ns; // 9600 baud
constexpr std::size_t fifo = 10;       // bytes that the UART hands over at a time

constexpr MonoTime at(Nanos t) {
    return MonoTime{} + t;
}

/// A UART with a reader that does as the pacer says.
struct Station {
    struct Piece {
        MonoTime arrival;
        std::size_t bytes;
    };
    BurstPacer pacer;
    BurstPacer::Line line{true, {}};
    std::vector<Piece> pieces; ///< of the last burst
    int wakes = 0;
    std::size_t unread = 0;

    void read(MonoTime now) {
        ++wakes;
        const std::string text(unread, 'x');
        if (unread > 0)
            pacer.take({text, now}, [&](const ByteChunk& piece) {
                pieces.push_back({piece.arrival, piece.bytes.size()});
            });
        unread = 0;
        pacer.looked(now, line);
    }
    void pass(MonoTime now) {
        if (const auto until = pacer.unread_until(); until && *until <= now) read(*until);
    }

    /// A burst that begins at `begin`; pause: after 5 bytes.
    void burst(MonoTime begin, std::size_t bytes, Nanos pause = 0ns) {
        pieces.clear();
        wakes = 0;
        MonoTime now = begin;
        for (std::size_t sent = 0; sent < bytes;) {
            const std::size_t group = sent == 0 ? 1 : std::min(fifo, bytes - sent);
            if (sent == 1) now = now + pause;
            if (sent > 0) now = now + byte_time * static_cast<std::int64_t>(group);
            pass(now);
            sent += group;
            unread += group;
            if (!pacer.unread_until()) read(now);
        }
        pass(begin + 900ms);
        line.last_label = begin;
    }
    /// One a second, until the pacer knows them.
    void learn(std::size_t bytes, int count = BurstPacer::remembered) {
        for (; count > 0; --count, ++second)
            burst(at(second * 1s), bytes);
    }
    [[nodiscard]] MonoTime last() const { return pieces.back().arrival; }
    std::int64_t second = 10;
};

constexpr Nanos length(std::size_t bytes) {
    return byte_time * static_cast<std::int64_t>(bytes - 1);
}

} // namespace

TEST_CASE("a burst of a known length wakes for its first byte, near its end, and for its end") {
    Station s;
    s.learn(600);
    CHECK(s.wakes == 61); // the last that was learned: every 10 bytes
    s.learn(600, 1);
    CHECK(s.wakes >= 3);
    CHECK(s.wakes <= 5);
}

TEST_CASE("all but the first and last bytes wait, and are stamped as they came") {
    Station s;
    s.learn(600);
    const MonoTime begin = at(s.second * 1s);
    s.burst(begin, 600);
    CHECK(s.pieces.front().arrival == begin);
    CHECK(s.last() == begin + length(600));
    std::size_t bytes = 0;
    for (const auto& piece : s.pieces) {
        // Since its first byte came, and until the UART handed over its last one.
        CHECK(piece.arrival >= begin + byte_time * static_cast<std::int64_t>(bytes));
        bytes += piece.bytes;
        CHECK(piece.arrival <= begin + length(bytes + fifo + 1)); // cut to whole bytes
    }
    CHECK(bytes == 600);
    CHECK(s.pieces.size() > 50); // 10 ms each
}

TEST_CASE("one burst less than remembered is not enough") {
    Station s;
    s.learn(600, BurstPacer::remembered - 1);
    s.learn(600, 1);
    CHECK(s.wakes == 61);
    s.learn(600, 1);
    CHECK(s.wakes < 6);
}

TEST_CASE("a longer burst's end is listened to") {
    Station s;
    s.learn(600);
    s.learn(700, 1);
    CHECK(s.last() == at((s.second - 1) * 1s) + length(700));
    CHECK(s.wakes > 10);
    s.learn(600, 1); // what is shorter counts
    CHECK(s.wakes < 6);
}

TEST_CASE("a burst that is over too soon is learned anew") {
    Station s;
    s.learn(600);
    s.learn(560, 1); // 41.7 ms shorter, and 20 ms were listened to
    CHECK(s.wakes == 2);
    CHECK(s.last() == at((s.second - 1) * 1s) + length(600) - BurstPacer::tail);
    s.learn(560, 1);
    CHECK(s.wakes == 57);
    s.learn(560, BurstPacer::remembered - 1);
    CHECK(s.wakes == 57);
    s.learn(560, 1);
    CHECK(s.wakes < 6);
}

TEST_CASE("woken late, after a whole burst, it is not taken for a short one; three times it is") {
    Station s;
    s.learn(600);
    const auto late = [&s] {
        const MonoTime begin = at(s.second++ * 1s);
        s.wakes = 0;
        s.unread = 1;
        s.read(begin);
        REQUIRE(s.pacer.unread_until());
        s.unread = 599;
        s.read(begin + 800ms);
        CHECK(s.pieces.back().arrival == begin + 800ms);
        s.line.last_label = begin;
    };
    late();
    late();
    s.learn(600, 1);
    CHECK(s.wakes < 6);
    late();
    late();
    late();
    s.learn(600, 1);
    CHECK(s.wakes == 61);
}

TEST_CASE("bytes that can't have come evenly are stamped late, never early") {
    Station s;
    s.learn(600);
    s.burst(at(s.second * 1s), 600, 200ms);
    REQUIRE(s.pieces.size() > 2);
    CHECK(s.pieces[0].bytes == 1);
    CHECK(s.pieces[1].bytes > 300); // whole
    CHECK(s.pieces[1].arrival >= at(s.second * 1s) + length(600) - BurstPacer::tail);
    ++s.second;
    s.learn(600, 1);
    CHECK(s.wakes == 61); // and trusted no more
}

TEST_CASE("a pause of a quarter is still even, more is not") {
    const auto pieces = [](Nanos pause) {
        Station s;
        s.learn(600);
        s.burst(at(s.second * 1s), 600, pause);
        return s.pieces.size();
    };
    CHECK(pieces(140ms) > 40);
    CHECK(pieces(160ms) < 40);
}

TEST_CASE("every byte is listened to until locked, and from when it no longer is") {
    Station s;
    s.line.locked = false;
    s.learn(600, 20);
    CHECK(s.wakes == 61);
    s.line.locked = true;
    s.learn(600, 1);
    CHECK(s.wakes < 6);
    const MonoTime begin = at(s.second * 1s);
    s.unread = 1;
    s.read(begin);
    REQUIRE(s.pacer.unread_until());
    s.line.locked = false;
    s.read(begin + 5ms);
    CHECK_FALSE(s.pacer.unread_until());
}

TEST_CASE("another wake-up in the pause takes what is there, and the pause goes on") {
    Station s;
    s.learn(600);
    const MonoTime begin = at(s.second * 1s);
    s.unread = 1;
    s.read(begin);
    const auto until = s.pacer.unread_until();
    s.unread = 96;
    s.read(begin + 100ms);
    CHECK(s.pacer.unread_until() == until);
    CHECK(s.pieces.back().arrival == begin + 100ms);
    s.read(begin + 150ms); // nothing there
    CHECK(s.pacer.unread_until() == until);
    s.read(*until - 1ns);
    CHECK(s.pacer.unread_until() == until);
    s.read(*until);
    CHECK_FALSE(s.pacer.unread_until());
}

TEST_CASE("a receiver whose first byte doesn't time its label is always listened to") {
    Station s;
    for (; s.second < 30; ++s.second) {
        s.burst(at(s.second * 1s), 600);
        s.line.last_label = at(s.second * 1s + 200ms);
    }
    CHECK(s.wakes == 61);
}

TEST_CASE("a receiver that is never silent is always listened to") {
    Station s;
    const auto wakes = [&](Nanos gap) {
        MonoTime begin = at(1s);
        for (int i = 0; i < 20; ++i) {
            s.burst(begin, 100);
            begin = begin + length(100) + gap;
        }
        return s.wakes;
    };
    CHECK(wakes(99ms) == 11);
    s = {};
    CHECK(wakes(BurstPacer::silence) < 7);
}

TEST_CASE("more bytes than a driver keeps are not left to it") {
    const auto wakes = [](std::size_t bytes) {
        Station s;
        for (; s.second < 50; s.second += 4)
            s.burst(at(s.second * 1s), bytes);
        return s.wakes;
    };
    CHECK(wakes(BurstPacer::most_bytes) < 8);
    CHECK(wakes(BurstPacer::most_bytes + 1) > 200);
}

TEST_CASE("a short burst isn't worth a pause") {
    const auto wakes = [](std::size_t bytes) {
        Station s;
        s.learn(bytes, 20);
        return s.wakes;
    };
    CHECK(wakes(39) == 5);
    CHECK(wakes(70) < 6);
}

TEST_CASE("another line begins anew") {
    Station s;
    s.learn(600);
    s.pacer.forget();
    s.line.last_label.reset();
    s.learn(600, 1);
    CHECK(s.wakes == 61);
}
