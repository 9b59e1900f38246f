// A line to a simulated receiver, in virtual time: its bytes take as long as they do on a wire.
#pragma once

#include "daemon/setup/receivers/session.hpp"
#include "hal/sim/answering_receiver.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace ppsd::receivers::test {

/// Bytes at another rate than the receiver's are noise. What doesn't fit into its buffer is lost.
class SimulatedLine final : public Line {
  public:
    explicit SimulatedLine(std::string_view kind)
        : receiver{hal::sim::make_answering_receiver(kind)} {}

    [[nodiscard]] std::string read(hal::Nanos longest) override {
        const auto until = now_ + longest;
        while (now_ < until) {
            now_ = now_ + hal::Nanos{1'000'000};
            begin_fix();
            if (auto bytes = sent(); !bytes.empty()) return bytes;
        }
        return {};
    }
    [[nodiscard]] bool write(std::string_view bytes) override {
        written += bytes;
        const bool mute = muted;
        auto answer = receiver->hear(bytes, rate_);
        if (!mute && out_.size() < buffer) out_ += answer;
        return true;
    }
    [[nodiscard]] unsigned rate() const override { return rate_; }
    [[nodiscard]] bool set_rate(unsigned baud) override {
        if (baud > fastest) return false;
        rate_ = baud;
        return true;
    }
    [[nodiscard]] bool may_hunt() const override { return true; }
    [[nodiscard]] hal::MonoTime now() override { return now_; }

    std::unique_ptr<hal::sim::AnsweringReceiver> receiver;
    std::string written;       ///< all that was sent to it
    unsigned fastest = 921600; ///< that the port can do
    bool muted = false;        ///< it doesn't answer

  private:
    static constexpr std::size_t buffer = 2000;
    static constexpr std::int64_t base = 1'790'000'000; // 2026
    static constexpr std::int64_t delay = 100'000'000;

    void begin_fix() {
        const auto fixes = std::int64_t{receiver->fixes_per_second()};
        const auto fix = (now_.ns() - delay) * fixes / 1'000'000'000;
        if (fix == fix_) return;
        fix_ = fix;
        const auto bytes = receiver->say(base + fix / fixes, static_cast<unsigned>(fix % fixes));
        out_ += bytes.substr(0, buffer - std::min(buffer, out_.size()));
    }
    /// What a millisecond carries.
    std::string sent() {
        carried_ += receiver->rate() / 10.0 / 1000.0;
        const auto count = std::min(out_.size(), static_cast<std::size_t>(carried_));
        carried_ -= static_cast<double>(static_cast<std::size_t>(carried_));
        auto bytes = out_.substr(0, count);
        out_.erase(0, count);
        if (rate_ == receiver->rate()) return bytes;
        std::ranges::transform(bytes, bytes.begin(),
                               [](char c) { return static_cast<char>(~c | '\x81'); });
        return bytes;
    }

    hal::MonoTime now_ = hal::MonoTime::from_ns(1'000'000'000);
    std::int64_t fix_ = 0;
    std::string out_;
    double carried_ = 0;
    unsigned rate_ = 9600;
};

} // namespace ppsd::receivers::test
