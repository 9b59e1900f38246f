// A regular pulse and a hostile receiver, through the daemon's pipeline, in virtual time. The input
// is two bytes a second: what the pulse does, and what the receiver says. A sample's receive time
// is that of an edge; its second is what lock-count labels have said about that edge; where samples
// number the edges in another way than before, that many labels have said so since; none after "no
// fix" and before the next label; each feed goes forward only; and no tick is asked for in vain.
#include "daemon/pipeline/pipeline.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/support/fakes.hpp"
#include "tests/unit/support/sentences.hpp"
#include "tests/unit/support/ubx_packets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

using fuzz::require;
using namespace ppsd::app;
using namespace hal;
using ppsd::app::test::FakeClock;
using ppsd::app::test::RecordingOutput;

namespace {

constexpr UtcSecond not_before = UtcSecond::from_posix(1'767'225'600); // 2026-01-01
constexpr Nanos second = 1s;

PipelineSettings settings_from(fuzz::Input& input) {
    const unsigned a = input.byte();
    const unsigned b = input.byte();
    PipelineSettings settings;
    settings.edge = ppsd::discipline::EdgeRule::rising;
    settings.not_before = not_before;
    settings.delays.line = Nanos{static_cast<int>(a & 3U) * 100};
    settings.keeper.lock_count = 2 + static_cast<int>(a >> 2U & 7U);
    settings.keeper.holdover = std::chrono::seconds{b & 15U};
    if ((a & 0x80U) != 0) settings.keeper.nmea_delay = Nanos{(b >> 4U) * 100'000'000};
    return settings;
}

struct Heard {
    UtcSecond second;
    MonoTime arrival;
    MonoTime known; ///< when it was complete
};

class World {
  public:
    explicit World(fuzz::Input& input)
        : input_{input}, settings_{settings_from(input)}, delay_{Nanos{input.byte()} * 4'000'000},
          pps_{clock_}, nmea_{clock_}, pipeline_{settings_, clock_, {&pps_, &nmea_}, {}, log_} {
        clock_.set(test::first_mono - 500ms);
        pps_.on_publish = [this] { check_pps(); };
        nmea_.on_publish = [this] { check_nmea(); };
    }

    void run() {
        for (; !input_.empty() && n_ < 400; ++n_)
            one_second(input_.byte(), input_.byte());
        run_until(begin() + 30s); // holdover, and after it
    }

  private:
    [[nodiscard]] MonoTime begin() const { return test::first_mono + n_ * second; }
    [[nodiscard]] UtcSecond now() const { return test::first_second + (n_ + off_); }

    void one_second(unsigned what, unsigned how) {
        pulse(what & 7U, how);
        receiver(what >> 3U & 15U, how);
        if ((what & 0x80U) != 0 && how == 255) clock_.step(700ms);
    }

    void pulse(unsigned what, unsigned how) {
        if (what == 5) return;
        edge(begin() + Nanos{how});
        if (what == 6) edge(begin() + Nanos{how} * 3'000'000);
        if (what == 7) edge(begin() + 1ms);
    }

    void receiver(unsigned what, unsigned how) {
        const auto by = static_cast<std::int8_t>(how);
        const MonoTime due = begin() + delay_;
        switch (what) {
        case 8:
            return bytes(due, test::rmc(now() + by));
        case 9:
            return bytes(due, test::rmc(now(), "V"));
        case 10:
            return bytes(due, packet(how));
        case 11:
            return bytes(due, input_.bytes(how));
        case 12:
            return bytes(due + Nanos{how} * 8'000'000, test::rmc(now()));
        case 13:
            bytes(due, test::rmc(now()));
            return bytes(due + Nanos{how} * 1'000'000, test::rmc(now() + 1));
        case 14:
            off_ += by;
            break;
        case 15:
            return bytes(due, test::gga(now(), "0"));
        default:
            break;
        }
        bytes(due, test::rmc(now()));
    }

    [[nodiscard]] std::string packet(unsigned how) const {
        if (how % 2 != 0) return leap_packet(how / 2);
        return how % 4 == 0 ? "" : ppsd::nmea::test::tim_tp(static_cast<std::int32_t>(how) * 997);
    }

    /// The count is known or isn't; and the next leap second is in July, or never.
    [[nodiscard]] std::string leap_packet(unsigned how) const {
        constexpr UtcSecond july = UtcSecond::from_posix(1'814'400'000); // 2027-07-01
        return ppsd::nmea::test::timels({.source = how % 4 == 0 ? 0 : 2,
                                         .change = how / 4 % 4 == 0   ? 0
                                                   : how / 4 % 4 == 1 ? -1
                                                                      : 1,
                                         .in = static_cast<std::int32_t>(july - now())});
    }

    void edge(MonoTime t) {
        if (t <= clock_.now()) return; // the line gives edges in their order
        run_until(t);
        edges_.push_back(t - settings_.delays.line);
        wake_up(t);
        pipeline_.on(PulseEdge{t, Polarity::rising, {}});
        tick(t);
    }

    void bytes(MonoTime t, const std::string_view text) {
        t = std::max(t, clock_.now());
        run_until(t);
        if (text.empty()) return;
        listen({text, t});
        wake_up(t);
        pipeline_.on(ByteChunk{text, t});
        tick(t);
    }

    void run_until(MonoTime t) {
        for (auto due = pipeline_.deadline(); due && *due <= t; due = pipeline_.deadline()) {
            const MonoTime when = std::max(*due, clock_.now());
            ear_.give_if_idle(OscTime::from_ns(when.ns()),
                              [&](const auto& event) { note(event, when); });
            tick(when);
        }
        clock_.set(t);
    }

    void wake_up(MonoTime t) {
        if (clock_.offset() != pipeline_.known_offset()) pipeline_.on(ClockStep{t});
        pipeline_.on(OscillatorNote{t, 0ns});
    }

    void tick(MonoTime t) {
        clock_.set(t);
        wake_up(t);
        pipeline_.on(Tick{t});
        const auto next = pipeline_.deadline();
        require(!next || *next > t, "no tick is asked for in vain");
    }

    // What the pipeline hears is heard here as well, just before it.
    void listen(const ByteChunk& chunk) {
        const Stamp arrival{OscTime::from_ns(chunk.arrival.ns()), chunk.arrival};
        ear_.add(chunk.bytes, arrival, [&](const auto& event) { note(event, chunk.arrival); });
    }
    void note(const LabelInput::Event& event, MonoTime when) {
        if (event.contradicts) return;
        fix_ = !event.no_fix;
        if (event.no_fix) return;
        heard_.push_back(
            {event.label.second, event.label.arrival.mono - event.label.fraction, when});
        leap_seconds_ |= event.label.leap_second;
    }

    /// Labels since `since` that can mean this second by the edge at t.
    [[nodiscard]] auto votes(UtcSecond s, MonoTime t, MonoTime since) const {
        return std::ranges::count_if(heard_, [&](const Heard& label) {
            const Nanos delay = label.arrival - (t + (label.second - s) * second);
            return label.known >= since && can_be(delay);
        });
    }

    /// Half a second about the usual delay while it locks, and then 0.4 s about what it learned.
    [[nodiscard]] bool can_be(Nanos delay) const {
        const Nanos from_usual = delay - settings_.keeper.nmea_delay.value_or(500ms);
        return from_usual > -950ms && from_usual < 950ms;
    }

    void check_pps() {
        const auto [sample, at, shown] = pps_.records().back();
        const MonoTime t = shown;
        const std::string text = fmt::format("second {} at {} ns", sample.clock.posix(), t.ns());
        const auto is_this = [&](MonoTime edge) {
            return std::chrono::abs(t - edge) <= ppsd::nmea::UbxPackets::most_early;
        };
        require(std::ranges::any_of(edges_, is_this),
                "the receive time is an edge's, but for what the receiver says of it", text);
        require(at - t >= 20ms && at - t <= 4s, "20 ms to 4 s after it", text);
        require(fix_, "none after \"no fix\"", text);
        require(sample.leap == 0, "no leap second without a list", text);
        require(sample.precision >= -30 && sample.precision <= 0, "a precision", text);
        check_second(sample.clock, t, text);
        last_pps_ = Heard{sample.clock, t, at};
    }

    void check_second(UtcSecond s, MonoTime t, const std::string& text) {
        if (leap_seconds_) return; // K moves by one, and has been said to
        const auto needed = settings_.keeper.lock_count;
        require(votes(s, t, MonoTime{}) >= needed, "lock-count labels have said so", text);
        if (!last_pps_) return;
        require(t > last_pps_->arrival, "it goes forward", text);
        const auto apart = std::chrono::round<std::chrono::seconds>(t - last_pps_->arrival);
        if (s - last_pps_->second == apart.count()) return;
        require(votes(s, t, last_pps_->known) >= needed,
                "another numbering is lock-count labels' since", text);
    }

    void check_nmea() {
        const auto [sample, at, t] = nmea_.records().back();
        const std::string text = fmt::format("second {} at {} ns", sample.clock.posix(), t.ns());
        require(fix_, "none after \"no fix\", of the sentences' time", text);
        require(at - t >= 20ms && at - t <= 2s, "20 ms to 2 s after it", text);
        require(!last_nmea_ || t > *last_nmea_, "the sentences' time goes forward", text);
        require(std::ranges::any_of(heard_,
                                    [&, when = t](const Heard& label) {
                                        const Nanos delay = label.arrival - when;
                                        return label.second == sample.clock &&
                                               (can_be(delay) || delay == 0ns);
                                    }),
                "a label has said so", text);
        last_nmea_ = t;
    }

    fuzz::Input& input_;
    const PipelineSettings settings_;
    const Nanos delay_;
    const Log log_{LogLevel::error, false};
    FakeClock clock_;
    RecordingOutput pps_;
    RecordingOutput nmea_;
    LabelInput ear_{not_before, log_};
    std::vector<MonoTime> edges_;
    std::vector<Heard> heard_;
    std::optional<Heard> last_pps_;
    std::optional<MonoTime> last_nmea_;
    std::int64_t n_ = 0;
    std::int64_t off_ = 0;
    bool fix_ = false;
    bool leap_seconds_ = false;
    Pipeline pipeline_; // last: it refers to what is above
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    World{input}.run();
    return 0;
}
