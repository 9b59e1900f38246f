// A segment that anybody may write to, as the reader, ppsctl watch and the writer find it. A look
// ends; whatever is there gives one clean line, and "taken" only for a time that is near; and what
// the writer writes doesn't depend on what was there before.
#include "daemon/outputs/watched_unit.hpp"
#include "ntpdshm/writer.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/unit/support/ipc.hpp"

#include <fmt/format.h>

#include <cstring>

using fuzz::require;
using namespace ntpdshm;

namespace {

constexpr std::int64_t now_ns = 1'800'000'000'123'456'789;

/// One of each layout, under keys of this process's own, and gone with it.
Segment open(LayoutChoice layout) {
    const int unit = 2 + static_cast<int>(layout);
    return Segment::open(unit, layout, ppsd::app::test::private_base());
}

struct Unit {
    explicit Unit(LayoutChoice choice)
        : writer{open(choice)}, watched{Reader{open(choice)}}, reader{open(choice)} {
        // Attached, it lives as long as we do.
        ppsd::app::test::remove_segment(reader.segment().key());
    }
    Writer writer;
    ppsd::app::WatchedUnit watched;
    Reader reader;
};

/// In seconds, as no int64 of nanoseconds can say it.
long double seconds_of(std::int64_t sec, std::int32_t usec, std::int32_t nsec, bool fine) {
    return static_cast<long double>(sec) +
           static_cast<long double>(fine ? nsec : usec) / (fine ? 1e9L : 1e6L);
}

void check_verdicts(const Snapshot& s) {
    Circumstances about;
    about.now_ns = now_ns;
    about.assume_valid = true;
    const bool fine = s.has_nanoseconds();
    const auto received = seconds_of(s.receive_sec, s.receive_usec, s.receive_nsec, fine);
    const auto clock = seconds_of(s.clock_sec, s.clock_usec, s.clock_nsec, fine);
    const auto age = static_cast<long double>(now_ns) / 1e9L - received;
    const std::string text = fmt::format("received {} clock {}", s.receive_sec, s.clock_sec);
    if (judge(Program::chrony, s, about) == Verdict::taken) {
        require(age >= -0.001L && age <= 32.001L, "chrony takes what is 0 to 32 s old", text);
        require(s.leap >= 0 && s.leap <= 2, "chrony takes leap 0 to 2", text);
        require(clock >= 0, "chrony takes times since 1970", text);
    }
    for (const Program program : {Program::ntp, Program::ntpsec}) {
        if (judge(program, s, about) != Verdict::taken) continue;
        const auto whole = static_cast<long double>(now_ns / 1'000'000'000) -
                           static_cast<long double>(s.receive_sec);
        require(whole >= 0 && whole <= 5, "ntpd takes what is 0 to 5 s old", text);
        const auto apart = received - clock;
        require(program == Program::ntpsec || (apart > -14402 && apart < 14402),
                "ntp.org's takes what is less than 4 hours off", text);
    }
}

void check_look(Unit& unit, std::int32_t bump) {
    const auto row = unit.watched.look(5'000'000'000 + bump, now_ns);
    if (row) require(fuzz::is_one_clean_line(*row) && row->size() < 400, "a row", *row);
}

void check_write(Unit& unit, fuzz::Input& input) {
    const Sample sample{now_ns - input.byte(), now_ns + input.byte() * 1000, input.byte() % 4,
                        -static_cast<int>(input.byte() % 31), 0};
    const bool fits = now_ns / 1'000'000'000 <= last_second(unit.writer.segment().layout());
    if (unit.writer.write(sample) != WriteResult::written) return require(!fits, "it fits");
    const Snapshot s = unit.reader.peek();
    require(s.valid == 1 && s.mode == 1 && s.whole() && !s.odd(), "a whole sample of mode 1");
    require(s.clock_ns() == sample.clock_ns && s.receive_ns() == sample.receive_ns &&
                s.leap == sample.leap && s.precision == sample.precision &&
                s.nsamples == sample.nsamples,
            "what was written, whatever was there");
    unit.writer.invalidate();
    require(unit.reader.peek().valid == 0, "taken back");
}

void check(Unit& unit, fuzz::Input& input) {
    auto* const memory = static_cast<char*>(unit.reader.segment().memory());
    const std::size_t bytes = unit.reader.segment().layout() == Layout::time64 ? 96 : 80;
    for (int i = 0; !input.empty() && i < 20; ++i) {
        const std::string_view raw = input.bytes(bytes);
        std::memcpy(memory, raw.data(), raw.size());
        check_verdicts(unit.reader.peek());
        check_look(unit, i);
        const auto taken = unit.reader.take(now_ns);
        if (std::holds_alternative<Sample>(taken))
            require(unit.reader.peek().valid == 0, "what was taken is marked so");
        if (raw.size() < bytes || raw.back() % 2 != 0) check_write(unit, input);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Unit time32{LayoutChoice::time32};
    static Unit time64{LayoutChoice::time64};
    fuzz::Input input{data, size};
    check(input.last_byte() % 2 == 0 ? time64 : time32, input);
    return 0;
}
