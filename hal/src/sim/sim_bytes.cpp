// The simulated receiver's serial line: bytes come as fast as the baud rate lets them.
#include "backends.hpp"
#include "sim/burst.hpp"
#include "sim/timer.hpp"
#include "sim/world.hpp"

#include <algorithm>
#include <array>

namespace hal {
namespace {

using sim::Fault;

class SimBytes final : public ByteSource {
  public:
    SimBytes(const std::string& name, const sim::Settings& settings, unsigned baud, Clock& clock,
             MonoTime start)
        : name_{name}, settings_{settings}, byte_time_{10 * Nanos{1s} / baud}, clock_{clock},
          world_{settings, start, clock.offset().to_real(start)}, timer_{name},
          second_{world_.first_from(clock.now())} {
        make_burst();
        timer_.arm(next_chunk());
    }

    [[nodiscard]] int fd() const noexcept override { return timer_.fd(); }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return {}; }

    [[nodiscard]] std::optional<ByteChunk> read() noexcept override {
        const MonoTime now = clock_.now();
        if (now < next_chunk()) {
            timer_.arm(next_chunk());
            return std::nullopt;
        }
        const auto length = std::min(chunk_.size(), burst_.size() - sent_);
        std::copy_n(burst_.begin() + static_cast<std::ptrdiff_t>(sent_), length, chunk_.begin());
        sent_ += length;
        if (sent_ == burst_.size()) {
            second_ = second_ + 1;
            make_burst();
        }
        return ByteChunk{{chunk_.data(), length}, now};
    }

  private:
    /// When the next chunk's first byte is through the wire.
    [[nodiscard]] MonoTime next_chunk() const noexcept {
        return begin_ + static_cast<std::int64_t>(sent_ + 1) * byte_time_;
    }

    void make_burst() {
        sent_ = 0;
        burst_ =
            settings_.has(Fault::no_sentences) ? std::string{"\n"} : sim::burst(second_, settings_);
        const bool late = settings_.has(Fault::late_label) && second_.posix() % 20 == 0;
        begin_ = world_.begin_of(second_) + settings_.delay + (late ? Nanos{450ms} : Nanos{0});
    }

    std::string name_;
    sim::Settings settings_;
    Nanos byte_time_; ///< start bit, eight bits, stop bit
    Clock& clock_;
    sim::World world_;
    sim::Timer timer_;
    UtcSecond second_;
    std::string burst_;
    std::size_t sent_ = 0;
    MonoTime begin_;
    std::array<char, 32> chunk_{};
};

} // namespace

std::unique_ptr<ByteSource> open_sim_bytes(const std::string& name, std::string_view settings,
                                           unsigned baud, Clock& clock, MonoTime start) {
    return std::make_unique<SimBytes>(name, sim::parse_settings(name, settings), baud, clock,
                                      start);
}

} // namespace hal
