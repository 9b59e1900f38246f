#include "daemon/nmea/framer.hpp"

#include <algorithm>
#include <cstring>

namespace ppsd::nmea {
namespace {

struct Run {
    std::size_t length{0};
    std::uint8_t sum{0};
};

using Word = std::uint64_t;

constexpr Word all(std::uint8_t byte) {
    return 0x0101010101010101U * byte;
}

// "Some byte is zero", "is below n": Anderson, Bit Twiddling Hacks. Exact as a yes or no.
constexpr Word any_zero(Word w) {
    return (w - all(1)) & ~w & all(0x80);
}
constexpr Word any_below(Word w, std::uint8_t n) {
    return (w - all(n)) & ~w & all(0x80);
}

constexpr bool is_text(char c) {
    return c >= ' ' && c <= '~';
}
constexpr bool is_plain(char c) {
    return is_text(c) && c != '$' && c != '*';
}

constexpr bool all_plain(Word w) {
    return ((w & all(0x80)) | any_below(w, ' ') | any_zero(w ^ all(0x7f)) | any_zero(w ^ all('$')) |
            any_zero(w ^ all('*'))) == 0;
}

constexpr std::uint8_t fold(Word w) {
    w ^= w >> 32U;
    w ^= w >> 16U;
    w ^= w >> 8U;
    return static_cast<std::uint8_t>(w);
}

// Eight bytes at a time: most of the line is sentences that are only summed and skipped.
Run plain_run(std::string_view bytes) {
    Run run;
    Word sums = 0;
    for (Word w{}; run.length + sizeof w <= bytes.size(); run.length += sizeof w) {
        std::memcpy(&w, bytes.data() + run.length, sizeof w);
        if (!all_plain(w)) break;
        sums ^= w;
    }
    run.sum = fold(sums);
    for (; run.length < bytes.size() && is_plain(bytes[run.length]); ++run.length)
        run.sum ^= static_cast<std::uint8_t>(bytes[run.length]);
    return run;
}

constexpr std::optional<std::uint8_t> hex(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    return std::nullopt;
}

constexpr bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_line_end(char c) {
    return c == '\r' || c == '\n';
}

bool like_a_sentence(std::string_view text) {
    return text.size() >= 2 && is_capital(text[0]) && is_capital(text[1]);
}

} // namespace

void Framer::push(std::string_view bytes, hal::Stamp arrival) {
    rest_ = bytes;
    arrival_ = arrival;
}

std::optional<Frame> Framer::next() {
    while (!rest_.empty()) {
        std::optional<Frame> frame;
        switch (state_) {
        case State::between:
            pass_between();
            break;
        case State::comment:
            pass_comment();
            break;
        case State::text:
            frame = read_text();
            break;
        case State::checksum:
            frame = read_checksum();
            break;
        }
        if (frame) return frame;
    }
    return std::nullopt;
}

void Framer::pass_between() {
    const char c = rest_.front();
    drop(1);
    others_.add(c);
    ubx_packets_.add(c);
    if (c == '$') begin_sentence();
    if (c == '#' && line_start_) state_ = State::comment;
    line_start_ = c == '\n';
}

void Framer::pass_comment() {
    const auto in_comment = [](char c) { return is_text(c) || c == '\t' || c == '\r'; };
    const auto end = std::ranges::find_if_not(rest_, in_comment);
    if (end != rest_.end()) state_ = State::between;
    drop(static_cast<std::size_t>(end - rest_.begin()));
}

void Framer::begin_sentence() {
    state_ = State::text;
    begun_ = arrival_;
    size_ = 0;
    sum_ = said_ = digits_ = 0;
}

std::optional<Frame> Framer::read_text() {
    const auto run = plain_run(rest_.substr(0, max_text - size_));
    std::memcpy(text_.data() + size_, rest_.data(), run.length);
    size_ += run.length;
    sum_ ^= run.sum;
    drop(run.length);
    if (rest_.empty()) return std::nullopt;
    if (rest_.front() != '*') return end_sentence(why_text_ended(rest_.front()));
    drop(1);
    state_ = State::checksum;
    return std::nullopt;
}

std::optional<Frame> Framer::read_checksum() {
    const char c = rest_.front();
    const auto digit = hex(c);
    if (digits_ == 2 || !digit) return end_sentence(judge_checksum(c));
    said_ = static_cast<std::uint8_t>(said_ << 4U | *digit);
    ++digits_;
    drop(1);
    return std::nullopt;
}

Verdict Framer::why_text_ended(char c) const {
    if (c == '$') return Verdict::cut_short;
    if (!is_line_end(c)) return is_plain(c) ? Verdict::too_long : Verdict::bad_character;
    return checksum_ == Checksum::required ? Verdict::no_checksum : Verdict::used;
}

Verdict Framer::judge_checksum(char c) const {
    return digits_ == 2 && is_line_end(c) && said_ == sum_ ? Verdict::used : Verdict::bad_checksum;
}

// The byte that ended it is not used up: it may be the '$' of the next one, or end the line.
std::optional<Frame> Framer::end_sentence(Verdict verdict) {
    state_ = State::between;
    line_start_ = false;
    const std::string_view text{text_.data(), size_};
    const bool proved = verdict == Verdict::used && digits_ == 2;
    if (!proved && !like_a_sentence(text)) return std::nullopt;
    return Frame{verdict, text, begun_};
}

} // namespace ppsd::nmea
