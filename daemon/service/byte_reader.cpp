#include "daemon/service/byte_reader.hpp"

#include "daemon/service/drain.hpp"
#include "daemon/text/sooner.hpp"

namespace ppsd::app {

using namespace hal;

namespace {

// At one wake-up; far more than comes in a second, so that a flood here starves nothing else.
constexpr std::size_t most_bytes = 64 * 1024;

} // namespace

void ByteReader::start(EventLoop& loop) {
    loop_ = &loop;
    port_.watch(loop, Rank::bytes, [this] { read(); });
    if (port_.get()) port_.get()->forget_unread();
}

void ByteReader::read() {
    pulses_.catch_up();
    const bool left_alone = pacer_.unread_until().has_value();
    std::size_t bytes = 0;
    more_ = drain(*port_.get(), most_bytes, [this, &bytes](ByteChunk chunk) {
        bytes += chunk.bytes.size();
        chunk.arrival = pacer_.arrival(chunk.arrival);
        intake_.on(chunk);
        if (other_) other_(chunk.bytes);
        if (port_.get()->may_wait()) pacer_.add(chunk, pipeline_.last_label());
        return chunk.bytes.size();
    });
    if (port_.close_if_gone(clock_.now())) {
        more_ = false;
        return pacer_.forget();
    }
    if (bytes > 0) set_rate(follower_.read(*port_.get(), bytes, clock_.now(), pipeline_.whole()));
    pacer_.looked(clock_.now());
    const bool leave_alone = pacer_.unread_until().has_value();
    if (leave_alone != left_alone) loop_->listen(port_.get()->fd(), !leave_alone);
}

void ByteReader::set_rate(std::optional<unsigned> baud) {
    if (baud) intake_.on(LineRate{clock_.now(), *baud});
}

std::optional<MonoTime> ByteReader::deadline() const {
    if (more_) return MonoTime{};
    auto next = pacer_.unread_until();
    sooner(next, port_.deadline());
    return next;
}

// Nothing may be published that unread bytes would contradict.
void ByteReader::tick(MonoTime now) {
    if (more_ || pacer_.unread_until()) read();
    if (port_.open_again(now)) set_rate(follower_.opened());
}

} // namespace ppsd::app
