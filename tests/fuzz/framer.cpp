// Bytes to frames. What is found doesn't depend on how the bytes were cut into chunks; a good frame
// is a sentence by NMEA's rules, and stands in the input where its arrival says; whatever came
// before, a good sentence on a line of its own is found; and to do without checksums changes
// nothing but those that have none.
#include "daemon/nmea/framer.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/support/nmea_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

using fuzz::require;
using hal::OscTime;
using ppsd::nmea::Checksum;
using ppsd::nmea::Framer;
using ppsd::nmea::Verdict;

namespace {

struct Found {
    Verdict verdict;
    std::string text;
    std::int64_t chunk_at; ///< where the chunk that held its '$' began
};

struct Read {
    std::vector<Found> frames;
    std::string packets; ///< what they said
};

Read read(std::string_view bytes, fuzz::Lengths lengths, Checksum checksum = Checksum::required) {
    Framer framer{checksum};
    Read found;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string chunk{bytes.substr(at, lengths.next())}; // ASan sees where it ends
        framer.push(chunk, {OscTime::from_ns(static_cast<std::int64_t>(at)), {}});
        while (const auto frame = framer.next())
            found.frames.push_back(
                {frame->verdict, std::string{frame->text}, frame->arrival.osc.ns()});
        at += chunk.size();
    }
    while (const auto word = framer.ubx_packets().take_leap_word())
        found.packets +=
            fmt::format("{} {} {} {}\n", static_cast<int>(word->witness), word->count_known,
                        word->gps_minus_utc, word->next ? word->next->in.count() : -1);
    if (const auto early = framer.ubx_packets().take_pulse_early())
        found.packets += fmt::format("{} ns early\n", early->count());
    return found;
}

std::string sum_of(std::string_view text) {
    return fmt::format("{:02x}", ppsd::nmea::test::sum_of(text));
}

std::string lower(std::string_view text) {
    std::string all{text};
    for (char& c : all)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return all;
}

void check_place(std::string_view bytes, const Found& frame) {
    const auto rest = bytes.substr(static_cast<std::size_t>(frame.chunk_at));
    require(rest.starts_with("$" + frame.text), "the text stands where the arrival says",
            frame.text);
    if (frame.verdict != Verdict::used) return;
    const auto after = rest.substr(1 + frame.text.size());
    require(after.size() >= 4 && after[0] == '*' && lower(after.substr(1, 2)) == sum_of(frame.text),
            "a good frame has its checksum", frame.text);
    require(after[3] == '\r' || after[3] == '\n', "a good frame ends its line", frame.text);
    const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '$' && c != '*'; };
    require(std::ranges::all_of(frame.text, plain), "a good frame is plain text", frame.text);
}

bool same(const Found& a, const Found& b) {
    return a.verdict == b.verdict && a.text == b.text;
}

// Where a checksum may be missing, a frame that has none is one that wanted it; the others are the
// same.
bool same_but_for_checksum(const Found& required, const Found& optional) {
    const bool missing = required.verdict == Verdict::no_checksum;
    return required.text == optional.text &&
           optional.verdict == (missing ? Verdict::used : required.verdict);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const unsigned seed = input.last_byte();
    const std::string bytes = std::string{input.text()} + "\n$GPXXX,1*52\r\n";

    const auto [singly, packets] = read(bytes, {0, 1});
    for (const Found& frame : singly)
        check_place(bytes, frame);
    require(!singly.empty() && same(singly.back(), {Verdict::used, "GPXXX,1", 0}),
            "a good sentence is found after anything");

    for (const unsigned most : {1U << 30U, 40U}) {
        const auto [cut, cut_packets] = read(bytes, {seed, most});
        require(std::ranges::equal(singly, cut, same) && packets == cut_packets,
                "cuts change nothing");
        for (std::size_t i = 0; i < cut.size(); ++i)
            require(cut[i].chunk_at <= singly[i].chunk_at, "the arrival is that of the '$'");
    }
    require(std::ranges::equal(singly, read(bytes, {0, 1}, Checksum::optional).frames,
                               same_but_for_checksum),
            "only what lacks a checksum is taken otherwise");
    return 0;
}
