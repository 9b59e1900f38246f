#include "hal/src/sim/serial_line.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace hal;
using namespace hal::sim;

namespace {

constexpr TrueTime at(Nanos since) {
    return TrueTime{} + since;
}

void send(SerialLine& line, std::string_view text, TrueTime wanted, Nanos byte_time = 1ms,
          std::size_t pause_at = Burst::nowhere) {
    Burst* burst = line.free_burst();
    REQUIRE(burst != nullptr);
    burst->size = text.copy(burst->text.data(), text.size());
    burst->pause_at = pause_at;
    burst->pause = 200ms;
    burst->named_at = 5;
    line.queue(wanted, byte_time);
}

} // namespace

TEST_CASE("bytes take their time, and come in chunks") {
    SerialLine line;
    CHECK(line.empty());
    send(line, "0123456789", at(1s));
    CHECK(line.next_chunk(4) == at(1s + 4ms));
    CHECK(line.take_chunk(4) == "0123");
    CHECK(line.next_chunk(4) == at(1s + 8ms));
    CHECK(line.take_chunk(4) == "4567");
    CHECK(line.next_chunk(4) == at(1s + 10ms)); // the rest
    CHECK(line.take_chunk(4) == "89");
    CHECK(line.empty());
}

TEST_CASE("a burst waits until the line is free") {
    SerialLine line;
    send(line, "0123456789", at(1s));
    send(line, "ab", at(1s + 5ms));
    send(line, "c", at(3s));
    CHECK(line.take_chunk(64) == "0123456789");
    CHECK(line.next_chunk(64) == at(1s + 12ms));
    CHECK(line.take_chunk(64) == "ab");
    CHECK(line.next_chunk(64) == at(3s + 1ms));
}

TEST_CASE("the transmitter's buffer is full at 32 bursts") {
    SerialLine line;
    for (int i = 0; i < 32; ++i)
        send(line, "x", at(0s));
    CHECK(line.free_burst() == nullptr);
    CHECK(line.take_chunk(1) == "x");
    CHECK(line.free_burst() != nullptr);
}

TEST_CASE("a pause inside a burst ends a chunk, and holds up what follows") {
    SerialLine line;
    send(line, "0123456789", at(1s), 1ms, 6);
    send(line, "ab", at(1s), 1ms);
    CHECK(line.take_chunk(4) == "0123");
    CHECK(line.next_chunk(4) == at(1s + 6ms));
    CHECK(line.take_chunk(4) == "45");
    CHECK(line.next_chunk(64) == at(1s + 210ms));
    CHECK(line.take_chunk(64) == "6789");
    CHECK(line.next_chunk(64) == at(1s + 212ms));
}

TEST_CASE("a receiver's pause is over when it is over, though the line is behind") {
    SerialLine line;
    send(line, std::string(150, 'x'), at(1s));
    send(line, "0123456789", at(1s), 1ms, 6);
    send(line, std::string(300, 'x'), at(1s));
    send(line, "0123456789", at(1s + 10ms), 1ms, 6);
    (void)line.take_chunk(150);
    (void)line.take_chunk(6);
    CHECK(line.next_chunk(64) == at(1s + 210ms)); // as if it had begun at 1 s
    (void)line.take_chunk(64);
    (void)line.take_chunk(300);
    (void)line.take_chunk(6);
    CHECK(line.next_chunk(64) == at(1s + 520ms)); // no pause is left
}

TEST_CASE("the chunk with its first byte is the one that names the second") {
    SerialLine line;
    send(line, "0123456789", at(1s));
    (void)line.take_chunk(5);
    CHECK(line.told() == nullptr);
    (void)line.take_chunk(1);
    CHECK(line.told() != nullptr);
    (void)line.take_chunk(4);
    CHECK(line.told() == nullptr);
}

TEST_CASE("how many bytes still wait") {
    SerialLine line;
    CHECK(line.waiting(at(0s)) == 0);
    send(line, "0123456789", at(1s));
    CHECK(line.waiting(at(1s + 4ms)) == 6);
    CHECK(line.waiting(at(1s + 10ms)) == 0);
    CHECK(line.waiting(at(2s)) == 0);
}
