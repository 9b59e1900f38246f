// What a receiver answers. Every packet is what its own maker makes of it again, in pieces as
// whole; what is read of it can be set and said by the protocol that read it.
#include "daemon/setup/receivers/packets.hpp"
#include "daemon/setup/receivers/protocol.hpp"
#include "daemon/setup/receivers/undo.hpp"
#include "hal/error.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <vector>

using fuzz::require;
using namespace ppsd::receivers;

namespace {

std::vector<Packet> packets_of(std::string_view bytes, fuzz::Lengths* lengths) {
    PacketReader reader;
    std::vector<Packet> packets;
    while (!bytes.empty()) {
        const auto part = bytes.substr(0, lengths != nullptr ? lengths->next() : bytes.size());
        bytes.remove_prefix(part.size());
        reader.push(part);
        while (auto packet = reader.next())
            packets.push_back(std::move(*packet));
    }
    return packets;
}

bool same(const Packet& a, const Packet& b) {
    return a.wire == b.wire && a.id == b.id && a.body == b.body;
}

std::string made(const Packet& packet) {
    switch (packet.wire) {
    case Wire::ubx:
        return ubx_packet(packet.id, packet.body);
    case Wire::allystar:
        return allystar_packet(packet.id, packet.body);
    case Wire::casic:
        return casic_packet(packet.id, packet.body);
    case Wire::skytraq:
        return skytraq_packet(static_cast<std::uint8_t>(packet.id), packet.body);
    case Wire::text:
        return text_packet(packet.body);
    case Wire::log:
        break;
    }
    return {};
}

void check_protocol(const Protocol& protocol, const Packet& packet, const Wishes& wishes,
                    Values& values) {
    Identity identity;
    Condition condition;
    [[maybe_unused]] const bool known = protocol.recognise(packet, identity);
    protocol.note(packet, condition);
    for (const auto& answer : protocol.read(packet)) {
        if (answer.kind != Answer::Kind::value) continue;
        values[answer.key] = answer.value;
        require(!protocol.text(answer.key, answer.value).empty() || answer.value.empty(),
                "a value can be said", answer.key);
    }
    for (const auto& [key, what] : protocol.settings(wishes)) {
        const auto wanted = protocol.wanted(key, values, wishes);
        if (!wanted) continue;
        require(!protocol.set(key, *wanted).empty(), "what is wanted can be set", key);
        auto after = values;
        after[key] = *wanted;
        require(protocol.wanted(key, after, wishes).has_value(), "and is wanted again", key);
    }
    [[maybe_unused]] const auto rate = protocol.rate(115200, values);
    [[maybe_unused]] const auto save = protocol.save(values, 9600, 0);
}

void check_undo(std::string_view text) {
    try {
        const auto note = parse_undo(std::string{text});
        require(parse_undo(undo_text(note)).items == note.items, "an undo file is read as written");
    } catch (const hal::UsageError&) { // it is none
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    fuzz::Lengths lengths{input.last_byte(), 40};
    Wishes wishes;
    const auto bits = input.last_byte();
    wishes.keep_satellites = (bits & 1U) != 0;
    if ((bits & 2U) != 0) wishes.cable_ns = 50;
    wishes.survey = (bits & 4U) != 0;
    if ((bits & 8U) != 0) wishes.position = Position{47.3, 8.5, 500};
    const auto packets = packets_of(input.text(), nullptr);
    const auto pieces = packets_of(input.text(), &lengths);
    require(packets.size() == pieces.size(), "pieces give the same packets");
    std::vector<Values> values(protocols().size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        require(same(packets[i], pieces[i]), "pieces give the same packets");
        if (packets[i].wire != Wire::log) {
            const auto again = packets_of(made(packets[i]), nullptr);
            require(again.size() == 1 && same(again[0], packets[i]), "made again it is the same");
        }
        for (std::size_t p = 0; p < protocols().size(); ++p)
            check_protocol(*protocols()[p], packets[i], wishes, values[p]);
    }
    check_undo(input.text());
    return 0;
}
