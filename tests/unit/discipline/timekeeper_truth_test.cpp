// A receiver whose true seconds are known, with every kind of misfortune: whatever a Timekeeper
// hands over must be right. Seeded, in virtual time.
#include "tests/unit/discipline/receiver.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <queue>
#include <random>

using namespace ppsd::discipline;

namespace {

constexpr std::int64_t boot_lasts = 5000; // true seconds
constexpr Nanos burst_lasts = 60ms;       // from a label's arrival to its being complete

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : random_{seed} {}
    bool chance(double p) { return std::bernoulli_distribution{p}(random_); }
    std::int64_t number(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>{low, high}(random_);
    }
    Nanos length(Nanos low, Nanos high) { return Nanos{number(low.count(), high.count())}; }

  private:
    std::mt19937_64 random_;
};

/// A crystal within 100 ppm, which warms up and cools down.
class Crystal {
  public:
    explicit Crystal(Dice& dice) : dice_{dice}, rate_{dice.length(-100us, 100us)} {}
    void next_second() {
        now_ += 1s + rate_;
        if (--left_ > 0) return;
        rate_ = std::clamp(rate_ + dice_.length(-200ns, 200ns), Nanos{-100us}, Nanos{100us});
        left_ = dice_.number(1, 60);
    }
    [[nodiscard]] Nanos now() const { return now_; }

  private:
    Dice& dice_;
    Nanos now_{0};
    Nanos rate_;
    std::int64_t left_ = 50;
};

/// What goes wrong for a while. One at a time; then a while of peace.
enum class Fault { none, no_pulses, no_labels, late_labels, renumbered, no_fix, strays, gap };

struct Event {
    enum class Kind { edge, label, no_fix } kind;
    Nanos when;
    Label label;
    friend bool operator<(const Event& a, const Event& b) {
        return b.when < a.when;
    } // soonest first
};

/// One start of the receiver and of ppsd: some 5000 s around the end of a month.
class Boot {
  public:
    Boot(Dice& dice, Leap leap, bool table)
        : dice_{dice}, crystal_{dice}, leap_{leap}, table_{table},
          tells_60_{!table || dice.chance(0.5)}, keeper_{Timekeeper::Settings{},
                                                         table ? table_with(leap) : LeapTable{}},
          month_ends_{dice.number(100, boot_lasts - 100)}, delay_{dice.length(20ms, 980ms)},
          scatter_{dice.length(0ms, dice.chance(0.2) ? Nanos{150ms} : Nanos{10ms})} {}

    void run() {
        for (second_ = 0; second_ < boot_lasts; ++second_) {
            draw_fault();
            send_pulse();
            send_label();
            crystal_.next_second();
            play_until(crystal_.now() - 400ms);
        }
    }

    std::int64_t handed_over = 0;
    std::int64_t wrong = 0;

  private:
    /// What second pulse n truly is; nothing for :60.
    [[nodiscard]] std::optional<UtcSecond> truth(std::int64_t n) const {
        const auto july = UtcSecond::from_posix(july_2025);
        const std::int64_t since = n - month_ends_;
        switch (leap_) {
        case Leap::deleted:
            return since < 0 ? july + since - 1 : july + since;
        case Leap::inserted:
            if (since == 0) return std::nullopt;
            return since < 0 ? july + since : july + since - 1;
        case Leap::none:
            break;
        }
        return july + since;
    }

    void draw_fault() {
        if (--fault_lasts_ > 0) return;
        if (fault_ != Fault::none) {
            fault_ = Fault::none;
            fault_lasts_ = dice_.number(130, 300);
            return;
        }
        fault_ = static_cast<Fault>(dice_.number(0, 7));
        fault_lasts_ = dice_.number(1, 110);
        late_by_ = dice_.length(0ms, 2500ms);
        constexpr std::int64_t jumps[]{-1, 1, -1, 1, 2, -2, 18, -18, 3600, -619'315'200};
        ahead_ = jumps[dice_.number(0, std::size(jumps) - 1)];
        if (unseen() && !keeper_.locked()) fault_ = Fault::none;
        if (unseen() && leap_untold()) fault_ = Fault::none;
    }

    /// Around a leap second that no table tells of, the receiver's word is all there is.
    [[nodiscard]] bool leap_untold() const {
        return !table_ && std::abs(second_ - month_ends_) < 200;
    }

    /// Where it is so from the start of a train on, nobody can see it.
    [[nodiscard]] bool unseen() const {
        return fault_ == Fault::late_labels || fault_ == Fault::renumbered;
    }

    [[nodiscard]] bool pulse_missing() {
        if (fault_ == Fault::gap) return dice_.chance(0.9);
        if (fault_ == Fault::no_pulses) return true;
        return ++present_ > 2 && dice_.chance(0.01) && (present_ = 0, true);
    }

    void send_pulse() {
        const Nanos edge = crystal_.now() + dice_.length(0ns, 20us);
        if (!pulse_missing()) {
            play({Event::Kind::edge, edge, {}});
            pulses_.push_back({edge, second_});
            if (pulses_.size() > 64) pulses_.pop_front();
            if (dice_.chance(0.01)) play({Event::Kind::edge, edge + dice_.length(1ns, 20ms), {}});
        }
        const double strays = fault_ == Fault::strays ? 0.8 : 0.003;
        while (dice_.chance(strays))
            play({Event::Kind::edge, edge + dice_.length(21ms, 890ms), {}});
    }

    void send_label() {
        const auto second = truth(second_);
        const bool silent = fault_ == Fault::no_labels || dice_.chance(0.01);
        if (silent || (!second && !tells_60_)) return;
        Label label{second.value_or(UtcSecond::from_posix(july_2025)), 0ns, {}, !second};
        if (fault_ == Fault::renumbered) label.second = label.second + ahead_;
        if (dice_.chance(0.002) && !leap_untold())
            label.second = label.second + dice_.number(-3, 3);
        Nanos after = delay_ + dice_.length(-scatter_, scatter_);
        if (fault_ == Fault::late_labels) after += late_by_;
        last_arrival_ = std::max(crystal_.now() + after, last_arrival_ + 1ms);
        label.arrival = Receiver::stamp(last_arrival_);
        const auto kind = fault_ == Fault::no_fix ? Event::Kind::no_fix : Event::Kind::label;
        play({kind, last_arrival_ + burst_lasts, label});
        if (dice_.chance(0.002)) play({kind, last_arrival_ + burst_lasts + 300ms, label});
    }

    void play(const Event& event) { events_.push(event); }

    void play_until(Nanos now) {
        while (!events_.empty() && events_.top().when <= now) {
            const Event event = events_.top();
            events_.pop();
            take_all(event.when);
            take(event);
            take_all(event.when);
        }
    }

    void take_all(Nanos now) {
        while (const auto pulse = keeper_.take(at(now)))
            check(*pulse);
    }

    void take(const Event& event) {
        if (event.kind == Event::Kind::no_fix) return keeper_.lose_fix();
        if (event.kind == Event::Kind::label) {
            (void)keeper_.add_label(event.label, at(event.when));
            return;
        }
        const auto outcome = keeper_.add_edge(Receiver::stamp(event.when));
        if (outcome.new_phase && unseen()) fault_ = Fault::none;
    }

    void check(const LabelledPulse& pulse) {
        ++handed_over;
        const bool again = pulse.time <= last_handed_over_;
        last_handed_over_ = pulse.time;
        if (!again && right(pulse)) return;
        ++wrong;
        CAPTURE(second_);
        CAPTURE(month_ends_);
        CAPTURE(static_cast<int>(fault_));
        CAPTURE(delay_);
        CAPTURE(scatter_);
        CAPTURE(again);
        CAPTURE(pulse.second.posix());
        const auto* nearest = &pulses_.front();
        for (const auto& each : pulses_)
            if (std::chrono::abs(Receiver::stamp(each.edge).mono - pulse.time) <
                std::chrono::abs(Receiver::stamp(nearest->edge).mono - pulse.time))
                nearest = &each;
        CAPTURE(pulse.time - Receiver::stamp(nearest->edge).mono);
        CAPTURE((truth(nearest->n) ? pulse.second - *truth(nearest->n) : 99999));
        FAIL_CHECK("a wrong second was handed over");
    }

    [[nodiscard]] bool right(const LabelledPulse& pulse) const {
        for (const auto& [edge, n] : pulses_) {
            const Nanos off = pulse.time - Receiver::stamp(edge).mono;
            if (off <= 2ms && off >= -2ms) return pulse.second == truth(n);
        }
        return false;
    }

    struct TruePulse {
        Nanos edge;
        std::int64_t n;
    };

    Dice& dice_;
    Crystal crystal_;
    Leap leap_;
    bool table_;
    bool tells_60_;
    Timekeeper keeper_;
    std::int64_t month_ends_;
    Nanos delay_;
    Nanos scatter_;
    std::int64_t second_ = 0;
    Fault fault_ = Fault::none;
    std::int64_t fault_lasts_ = 100;
    Nanos late_by_{0};
    std::int64_t ahead_ = 0;
    int present_ = 0;
    Nanos last_arrival_{-1h};
    MonoTime last_handed_over_;
    std::deque<TruePulse> pulses_;
    std::priority_queue<Event> events_;
};

} // namespace

TEST_CASE("truth: through all misfortunes, no second is wrong") {
    constexpr int boots = 42;
    std::int64_t handed_over = 0;
    for (int i = 0; i < boots; ++i) {
        CAPTURE(i);
        Dice dice{static_cast<std::uint64_t>(i)};
        const auto leap = static_cast<Leap>(i % 3);
        Boot boot{dice, leap, i % 2 == 0};
        boot.run();
        REQUIRE(boot.wrong == 0);
        handed_over += boot.handed_over;
    }
    CHECK(handed_over > boots * boot_lasts / 3);
}
