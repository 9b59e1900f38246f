// A clock that is told what it says.
#pragma once

#include "hal/clock.hpp"

#include <functional>
#include <optional>

namespace ppsd::app::test {

using namespace hal;

/// 2027-01-15T08:00:00Z: the first true second of every test.
inline constexpr UtcSecond first_second = UtcSecond::from_posix(1'800'000'000);
/// When that is on CLOCK_MONOTONIC, unless a test moves it.
inline constexpr MonoTime first_mono = MonoTime::from_ns(1'000'000'000'000);

class FakeClock final : public Clock {
  public:
    /// A system clock that is `ahead` of true time.
    explicit FakeClock(Nanos ahead = Nanos{0}) {
        offset_.real_minus_mono =
            Nanos{first_second.posix() * 1'000'000'000 - first_mono.ns()} + ahead;
    }
    FakeClock(MonoTime now, const ClockOffset& offset) : now_{now}, offset_{offset} {}

    [[nodiscard]] MonoTime now() noexcept override { return now_; }
    [[nodiscard]] ClockOffset offset() noexcept override { return offset_; }
    [[nodiscard]] int step_fd() const noexcept override { return -1; }
    void acknowledge_step() noexcept override {}
    [[nodiscard]] bool synchronised() noexcept override { return synchronised_; }

    [[nodiscard]] Nanos slept() noexcept override { return slept_; }
    [[nodiscard]] std::optional<Stamp> stamp() noexcept override {
        if (!raw_minus_mono) return std::nullopt;
        return Stamp{OscTime::from_ns((now_ + raw_minus_mono(now_)).ns()), now_};
    }

    void set(MonoTime now) { now_ = now; }
    void synchronise() { synchronised_ = true; }
    void step(Nanos by) {
        offset_.real_minus_mono += by;
        ++offset_.generation;
    }
    /// As the kernel has it: CLOCK_REALTIME goes on meanwhile.
    void sleep(Nanos length) {
        slept_ += length;
        step(length);
    }

    /// How the oscillator stands; empty: it can't be read.
    std::function<Nanos(MonoTime)> raw_minus_mono = [](MonoTime) { return Nanos{7'000'000'000}; };

  private:
    MonoTime now_;
    ClockOffset offset_;
    Nanos slept_{0};
    bool synchronised_ = false;
};

} // namespace ppsd::app::test
