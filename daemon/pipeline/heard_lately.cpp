#include "daemon/pipeline/heard_lately.hpp"

#include <utility>

namespace ppsd::app {

using namespace hal;

void HeardLately::bytes(std::size_t size, OscTime arrival) noexcept {
    if (!since_) since_ = arrival;
    if (const Nanos length = arrival - *since_; length >= span) {
        before_ = length < 2 * span ? now_ : Span{};
        now_ = {};
        since_ = arrival;
    }
    now_.bytes += size;
    now_.labels = 0;
}

void HeardLately::packets(nmea::Protocol protocol, std::uint64_t so_far) noexcept {
    auto& counted = packets_[static_cast<std::size_t>(protocol)];
    now_.packets.add(protocol, so_far - std::exchange(counted, so_far));
}

void HeardLately::label() noexcept {
    before_ = now_ = {};
    now_.labels = 1;
}

NoLabel HeardLately::why_no_label() const noexcept {
    NmeaCounters verdicts = before_.verdicts;
    ProtocolCounters packets = before_.packets;
    auto why = app::why_no_label(verdicts += now_.verdicts, packets += now_.packets,
                                 before_.labels + now_.labels, before_.bytes + now_.bytes);
    why.sentence = no_fix_by_;
    return why;
}

} // namespace ppsd::app
