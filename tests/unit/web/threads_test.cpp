#include "daemon/web/threads.hpp"

#include <atomic>
#include <doctest/doctest.h>
#include <future>

using ppsd::web::Threads;

TEST_CASE("work that waits doesn't hold up other work, up to the most threads") {
    Threads threads{2};
    std::promise<void> gate;
    std::shared_future<void> open{gate.get_future()};
    std::promise<void> second;
    threads.run([open] { open.wait(); });
    threads.run([&] { second.set_value(); }); // in a thread of its own
    second.get_future().wait();
    threads.run([open] { open.wait(); });
    std::atomic<bool> third = false;
    threads.run([&] { third = true; }); // both are busy
    CHECK_FALSE(third);
    gate.set_value();
    threads.finish();
    CHECK(third);
}
