#include "daemon/web/live.hpp"

#include <doctest/doctest.h>

using namespace ppsd;
using namespace ppsd::web;

TEST_CASE("a listener gets what is sent after he came, each once, as it goes over the wire") {
    Live live;
    live.send("point", "{\"a\":0}\n");
    const std::uint64_t begin = live.sent();
    live.send("point", "{\"a\":1}\n");
    live.send("event", "{\"b\":2}\n");
    const auto news = live.wait(begin, std::chrono::milliseconds{0});
    CHECK(news.text == "event: point\ndata: {\"a\":1}\n\nevent: event\ndata: {\"b\":2}\n\n");
    CHECK(live.wait(news.seen, std::chrono::milliseconds{0}).text.empty());
}

TEST_CASE("whoever is slower than what is kept loses the oldest") {
    Live live;
    for (std::size_t i = 0; i < Live::kept; ++i)
        live.send("x", "\n");
    CHECK(live.wait(0, std::chrono::milliseconds{0}).text.size() == Live::kept * 17);
    live.send("x", "\n");
    CHECK(live.wait(0, std::chrono::milliseconds{0}).text.size() == Live::kept * 17);
}

TEST_CASE("closed: nobody waits any more") {
    Live live;
    CHECK_FALSE(live.wait(0, std::chrono::milliseconds{0}).closed);
    live.close();
    CHECK(live.wait(0, std::chrono::hours{1}).closed);
}
