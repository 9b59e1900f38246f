// A receiver's bytes from their source into the pipeline.
#pragma once

#include "daemon/pipeline/pipeline.hpp"
#include "daemon/record/intake.hpp"
#include "daemon/service/burst_pacer.hpp"
#include "daemon/service/line_follower.hpp"
#include "daemon/service/port.hpp"
#include "daemon/service/pulse_reader.hpp"
#include "hal/byte_source.hpp"
#include "hal/clock.hpp"

#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

namespace ppsd::app {

class ByteReader final : public Timed {
  public:
    /// They must outlive it. The pipeline is asked for its last label, and for what was whole.
    ByteReader(Port<hal::ByteSource> port, const LineFollower& follower, PulseReader& pulses,
               Intake& intake, const Pipeline& pipeline, hal::Clock& clock)
        : port_{std::move(port)}, follower_{follower}, pulses_{pulses}, intake_{intake},
          pipeline_{pipeline}, clock_{clock} {}

    [[nodiscard]] Port<hal::ByteSource>& port() noexcept { return port_; }
    [[nodiscard]] const Port<hal::ByteSource>& port() const noexcept { return port_; }

    /// Of the line: the option's, or the one that was followed.
    [[nodiscard]] unsigned rate() const noexcept { return follower_.rate(); }

    /// `other` gets all bytes, each after the pipeline has had it.
    void share_with(std::function<void(std::string_view)> other) { other_ = std::move(other); }

    /// To the receiver: what its driver takes at once; nothing while its device is gone.
    void send(std::string_view bytes) {
        if (port_.get()) std::ignore = port_.get()->write(bytes);
    }

    /// What has come since the source was opened is thrown away where nobody knows when it came.
    void start(EventLoop& loop);

    /// What the receiver sends is not looked at before that; nothing: it is listened to.
    [[nodiscard]] std::optional<hal::MonoTime> unread_until() const noexcept {
        return pacer_.unread_until();
    }

    [[nodiscard]] std::optional<hal::MonoTime> deadline() const override;
    void tick(hal::MonoTime now) override;

  private:
    void read();
    void set_rate(std::optional<unsigned> baud);

    Port<hal::ByteSource> port_;
    LineFollower follower_;
    PulseReader& pulses_;
    Intake& intake_;
    const Pipeline& pipeline_;
    hal::Clock& clock_;
    EventLoop* loop_ = nullptr; ///< once started
    std::function<void(std::string_view)> other_;
    BurstPacer pacer_;
    bool more_ = false; ///< than were read at one wake-up
};

} // namespace ppsd::app
