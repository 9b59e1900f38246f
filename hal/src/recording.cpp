#include "hal/recording.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>
#include <limits>

namespace hal::recording {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// No clock ever says more, and differences of what is within them fit into int64.
constexpr std::int64_t largest_mono = 1'000'000'000'000'000'000;
constexpr std::int64_t largest_real = 8'000'000'000'000'000'000;
constexpr std::int64_t largest_second = 8'000'000'000;
// One stamped on CLOCK_REALTIME before that was set from 1970, say.
constexpr std::int64_t earliest_edge = -4'000'000'000'000'000'000;
constexpr std::int64_t largest_bound = 1'000'000'000;
constexpr unsigned largest_rate = 100'000'000;

template <class... Args>
void put(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
}

void put_escaped(std::string& text, std::string_view bytes) {
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '\\')
            text += "\\\\";
        else if (c == '\r')
            text += "\\r";
        else if (c == '\n')
            text += "\\n";
        else if (code >= ' ' && code <= '~')
            text += c;
        else
            text.append({'\\', 'x', hex_digits[code / 16], hex_digits[code % 16]});
    }
    text += '\n';
}

constexpr std::string_view word_of(Stamping stamping) {
    switch (stamping) {
    case Stamping::awaited:
        return "awaited";
    case Stamping::stand_in:
        return "stand-in";
    case Stamping::polled:
        return "polled";
    case Stamping::interrupt:
        break;
    }
    return "edge";
}

struct Appender {
    std::string& text;

    void operator()(const Malformed&) const {}
    void operator()(const Begin& begin) const {
        put(text, "{}{} {} {}\n", magic, begin.format, begin.run, begin.part);
    }
    void operator()(const Program& program) const {
        text += "program ";
        put_escaped(text, program.version);
    }
    void operator()(const Option& option) const {
        put(text, "option {} ", option.key);
        put_escaped(text, option.value);
    }
    void operator()(const LeapLine& leap) const {
        text += "leap ";
        put_escaped(text, leap.text);
    }
    void operator()(const PulseEdge& edge) const {
        put(text, "{} {} {}", word_of(edge.stamping), edge.time.ns(),
            edge.polarity == Polarity::rising ? 'r' : 'f');
        if (edge.stamping == Stamping::polled) put(text, " {}", edge.bound.count());
        if (edge.interrupt) put(text, " {}", edge.interrupt->ns());
        if (edge.generation) put(text, " {}", *edge.generation);
        text += '\n';
    }
    void operator()(const ByteChunk& chunk) const {
        put(text, "bytes {} ", chunk.arrival.ns());
        put_escaped(text, chunk.bytes);
    }
    void operator()(const LineRate& rate) const {
        put(text, "rate {} {}\n", rate.time.ns(), rate.baud);
    }
    void operator()(const Input& input) const { std::visit(*this, input); }
    void operator()(const SimulatedLabel&) const {}
    void operator()(const ClockStep& step) const { put(text, "step {}\n", step.time.ns()); }
    void operator()(const NewLeapList& list) const {
        put(text, "leap-list {}\n", list.time.ns());
        append_leap_lines(text, list.text);
    }
    void operator()(const Tick& tick) const { put(text, "tick {}\n", tick.time.ns()); }
    void operator()(const Slept& slept) const {
        put(text, "slept {} {}\n", slept.time.ns(), slept.length.count());
    }
    void operator()(const OscillatorNote& raw) const {
        put(text, "raw {} {}\n", raw.time.ns(), raw.raw_minus_mono.count());
    }
    void operator()(const OffsetRead& read) const {
        put(text, "offset {} {} {}\n", read.offset.real_minus_mono.count(), read.offset.generation,
            read.call);
    }
    void operator()(const SyncRead& read) const {
        put(text, "sync {:d} {}\n", read.synchronised, read.call);
    }
    void operator()(const Published& sample) const {
        put(text, "{} {} {} {} {} {}\n", sample.accepted ? "sample" : "refused", name(sample.feed),
            sample.clock.posix(), sample.receive.ns(), sample.leap, sample.precision);
    }
    void operator()(const TakenBack& taken) const {
        put(text, "taken-back {}\n", name(taken.feed));
    }
};

/// A line's fields, from left to right. The first thing that is wrong is kept; what is read after
/// it means nothing.
class Fields {
  public:
    Fields(std::string_view line, std::string& storage) : rest_{line}, storage_{storage} {}

    [[nodiscard]] std::string_view word() {
        if (ended_) fail("a field is missing");
        const auto end = rest_.find(' ');
        const std::string_view taken = rest_.substr(0, end);
        ended_ = end == std::string_view::npos;
        rest_.remove_prefix(ended_ ? rest_.size() : end + 1);
        return taken;
    }

    template <class Int>
    [[nodiscard]] Int number(Int low = std::numeric_limits<Int>::min(),
                             Int high = std::numeric_limits<Int>::max()) {
        const std::string_view digits = word();
        Int value{};
        const char* const end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, value);
        if (error == std::errc::result_out_of_range || value < low || value > high)
            fail("a number is out of its range");
        else if (error != std::errc{} || stop != end)
            fail("a number is wanted");
        return value;
    }

    [[nodiscard]] MonoTime time() {
        return MonoTime::from_ns(number<std::int64_t>(0, largest_mono));
    }

    [[nodiscard]] Feed feed() {
        const auto taken = word();
        if (taken != "pps" && taken != "nmea") fail("pps or nmea is wanted");
        return taken == "pps" ? Feed::pps : Feed::nmea;
    }

    /// All that is left, as it was before it was escaped.
    [[nodiscard]] std::string_view text() {
        if (ended_) fail("its text is missing");
        ended_ = true;
        storage_.clear();
        while (!rest_.empty()) {
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c < ' ' || c > '~') fail("only printable ASCII is wanted");
            storage_ += c == '\\' ? escaped() : c;
        }
        return storage_;
    }

    [[nodiscard]] bool more() const { return !ended_; }
    void fail(std::string_view why) {
        if (why_.empty()) why_ = why;
    }

    [[nodiscard]] Line result(const Line& line) {
        if (!ended_) fail("there is more than belongs to it");
        return why_.empty() ? line : Malformed{why_};
    }

  private:
    [[nodiscard]] char escaped() {
        constexpr std::string_view wrong = "after a \\ comes \\, r, n or x and two of 0-9a-f";
        const char kind = rest_.empty() ? ' ' : rest_.front();
        if (!rest_.empty()) rest_.remove_prefix(1);
        switch (kind) {
        case '\\':
            return '\\';
        case 'r':
            return '\r';
        case 'n':
            return '\n';
        case 'x':
            break;
        default:
            return fail(wrong), ' ';
        }
        const auto high = rest_.empty() ? rest_.npos : hex_digits.find(rest_[0]);
        const auto low = rest_.size() < 2 ? rest_.npos : hex_digits.find(rest_[1]);
        if (high == rest_.npos || low == rest_.npos) return fail(wrong), ' ';
        rest_.remove_prefix(2);
        return static_cast<char>(static_cast<unsigned char>(high * 16 + low));
    }

    std::string_view rest_;
    std::string& storage_;
    std::string_view why_;
    bool ended_ = false;
};

Line parse_begin(Fields& fields) {
    const auto format = fields.number<unsigned>();
    if (format < oldest_version || format > version)
        return Malformed{"not version 1 or 2 of the format",
                         "use the ppsctl that belongs to the ppsd which wrote it"};
    const auto run = fields.number<std::int64_t>();
    return fields.result(Begin{run, fields.number<std::uint64_t>(), format});
}

Line parse_program(Fields& fields) {
    return fields.result(Program{fields.text()});
}

Line parse_option(Fields& fields) {
    const auto key = fields.word();
    if (key.empty()) fields.fail("an option's name is wanted");
    return fields.result(Option{key, fields.text()});
}

Line parse_leap(Fields& fields) {
    return fields.result(LeapLine{fields.text()});
}

PulseEdge edge_in(Fields& fields, Stamping stamping) {
    PulseEdge edge;
    edge.stamping = stamping;
    edge.time = MonoTime::from_ns(fields.number<std::int64_t>(earliest_edge, largest_mono));
    const auto polarity = fields.word();
    if (polarity != "r" && polarity != "f") fields.fail("r or f is wanted");
    edge.polarity = polarity == "r" ? Polarity::rising : Polarity::falling;
    return edge;
}

Line parse_stamped(Fields& fields, Stamping stamping) {
    PulseEdge edge = edge_in(fields, stamping);
    if (fields.more()) edge.generation = fields.number<std::uint32_t>();
    return fields.result(edge);
}

Line parse_edge(Fields& fields) {
    return parse_stamped(fields, Stamping::interrupt);
}

Line parse_awaited(Fields& fields) {
    return parse_stamped(fields, Stamping::awaited);
}

Line parse_stand_in(Fields& fields) {
    return parse_stamped(fields, Stamping::stand_in);
}

Line parse_polled(Fields& fields) {
    PulseEdge edge = edge_in(fields, Stamping::polled);
    edge.bound = Nanos{fields.number<std::int64_t>(0, largest_bound)};
    if (fields.more())
        edge.interrupt =
            MonoTime::from_ns(fields.number<std::int64_t>(earliest_edge, largest_mono));
    return fields.result(edge);
}

Line parse_bytes(Fields& fields) {
    const MonoTime arrival = fields.time();
    const auto bytes = fields.text();
    if (bytes.empty()) fields.fail("at least one byte is wanted");
    return fields.result(ByteChunk{bytes, arrival});
}

Line parse_rate(Fields& fields) {
    const MonoTime time = fields.time();
    return fields.result(LineRate{time, fields.number<unsigned>(1, largest_rate)});
}

Line parse_step(Fields& fields) {
    return fields.result(ClockStep{fields.time()});
}

Line parse_leap_list(Fields& fields) {
    return fields.result(NewLeapList{fields.time(), {}});
}

Line parse_tick(Fields& fields) {
    return fields.result(Tick{fields.time()});
}

Line parse_slept(Fields& fields) {
    const MonoTime time = fields.time();
    return fields.result(Slept{time, Nanos{fields.number<std::int64_t>(1)}});
}

Line parse_raw(Fields& fields) {
    const MonoTime time = fields.time();
    return fields.result(
        OscillatorNote{time, Nanos{fields.number<std::int64_t>(-largest_mono, largest_mono)}});
}

Line parse_offset(Fields& fields) {
    OffsetRead read;
    read.offset.real_minus_mono =
        Nanos{fields.number<std::int64_t>(-largest_mono, largest_real - largest_mono)};
    read.offset.generation = fields.number<std::uint32_t>();
    read.call = fields.number<std::uint32_t>();
    return fields.result(read);
}

Line parse_sync(Fields& fields) {
    const bool synchronised = fields.number<int>(0, 1) == 1;
    return fields.result(SyncRead{synchronised, fields.number<std::uint32_t>()});
}

Line parse_published(Fields& fields, bool accepted) {
    Published sample;
    sample.accepted = accepted;
    sample.feed = fields.feed();
    sample.clock = UtcSecond::from_posix(fields.number<std::int64_t>(0, largest_second));
    sample.receive = RealTime::from_ns(fields.number<std::int64_t>(-largest_mono, largest_real));
    sample.leap = fields.number(0, 3);
    sample.precision = fields.number(-128, 127);
    return fields.result(sample);
}

Line parse_sample(Fields& fields) {
    return parse_published(fields, true);
}
Line parse_refused(Fields& fields) {
    return parse_published(fields, false);
}

Line parse_taken_back(Fields& fields) {
    return fields.result(TakenBack{fields.feed()});
}

struct Kind {
    std::string_view word;
    Line (*parse)(Fields&);
};

// The most frequent first.
constexpr std::array kinds{
    Kind{"bytes", parse_bytes},       Kind{"tick", parse_tick},
    Kind{"edge", parse_edge},         Kind{"raw", parse_raw},
    Kind{"sample", parse_sample},     Kind{"taken-back", parse_taken_back},
    Kind{"refused", parse_refused},   Kind{"offset", parse_offset},
    Kind{"sync", parse_sync},         Kind{"step", parse_step},
    Kind{"slept", parse_slept},       Kind{"option", parse_option},
    Kind{"leap", parse_leap},         Kind{"leap-list", parse_leap_list},
    Kind{"polled", parse_polled},     Kind{"awaited", parse_awaited},
    Kind{"stand-in", parse_stand_in}, Kind{"rate", parse_rate},
    Kind{"program", parse_program},   Kind{magic.substr(0, magic.size() - 1), parse_begin},
};

} // namespace

void append(std::string& text, const Line& line) {
    std::visit(Appender{text}, line);
}

void append_leap_lines(std::string& text, std::string_view list) {
    while (!list.empty()) {
        const auto end = list.find('\n');
        const std::string_view line = list.substr(0, end);
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
        const bool comment = line.starts_with('#') && !line.starts_with("#@");
        if (!comment && !line.empty()) append(text, LeapLine{line});
    }
}

Line parse(std::string_view line, std::string& storage) {
    Fields fields{line, storage};
    const auto word = fields.word();
    for (const Kind& kind : kinds)
        if (kind.word == word) return kind.parse(fields);
    return Malformed{"no line of a recording begins like that"};
}

} // namespace hal::recording
