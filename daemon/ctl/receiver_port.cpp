#include "daemon/ctl/receiver_port.hpp"

#include "daemon/nmea/line_rates.hpp"
#include "daemon/pipeline/rate_follower.hpp"
#include "hal/error.hpp"
#include "hal/open.hpp"
#include "hal/port_settings.hpp"
#include "hal/wait.hpp"

#include <array>
#include <cerrno>
#include <optional>

namespace ppsd::app {
namespace {

constexpr unsigned first_rate = 9600;
constexpr hal::Nanos taken_within =
    std::chrono::milliseconds{500}; // what is written, by the driver

class ReceiverPort final : public receivers::Line {
  public:
    /// rate: a ppsd has the line, at that one; nothing: it is not known.
    ReceiverPort(const std::string& path, std::optional<unsigned> rate, hal::Clock& clock)
        : clock_{clock}, kept_{path}, source_{open(path)}, may_hunt_{!rate}, rate_{rate.value_or(
                                                                                 first_rate)} {}

    [[nodiscard]] std::string read(hal::Nanos longest) override {
        const std::array fds{source_->fd()};
        hal::wait_readable(fds, longest);
        std::string bytes;
        while (const auto chunk = source_->read())
            bytes += chunk->bytes;
        if (source_->error())
            throw hal::DeviceError(source_->name(), source_->error().value(),
                                   "is the receiver still plugged in?");
        return bytes;
    }
    [[nodiscard]] bool write(std::string_view bytes) override {
        for (const auto until = clock_.now() + taken_within; !bytes.empty();) {
            bytes.remove_prefix(source_->write(bytes));
            if (!bytes.empty() && clock_.now() > until) return false;
        }
        return true;
    }
    [[nodiscard]] unsigned rate() const override { return rate_; }
    [[nodiscard]] bool set_rate(unsigned baud) override {
        if (may_hunt_ && baud != rate_ && !source_->set_rate(baud)) return false;
        rate_ = baud;
        return true;
    }
    [[nodiscard]] bool may_hunt() const override { return may_hunt_; }
    // ppsd has to find out; with noise between, and all rates tried, that takes so long.
    [[nodiscard]] hal::Nanos follows_within() const override {
        constexpr hal::Nanos all = RateFollower::noise_for +
                                   nmea::line_rates.size() * RateFollower::listening +
                                   RateFollower::promising;
        return may_hunt_ ? hal::Nanos{0} : all;
    }
    [[nodiscard]] hal::MonoTime now() override { return clock_.now(); }

  private:
    // Settings of a port that couldn't be opened are another's.
    std::unique_ptr<hal::ByteSource> open(const std::string& path) {
        try {
            return hal::Opener{clock_}.bytes("uart:" + path, first_rate);
        } catch (...) {
            kept_.forget();
            throw;
        }
    }

    hal::Clock& clock_;
    hal::PortSettings kept_;
    std::unique_ptr<hal::ByteSource> source_;
    bool may_hunt_;
    unsigned rate_;
};

} // namespace

std::unique_ptr<receivers::Line> open_receiver_port(const std::string& path, hal::Clock& clock) {
    return std::make_unique<ReceiverPort>(path, std::nullopt, clock);
}

std::unique_ptr<receivers::Line> open_shared_receiver(const std::string& path, unsigned baud,
                                                      hal::Clock& clock) {
    return std::make_unique<ReceiverPort>(path, baud, clock);
}

} // namespace ppsd::app
