// GPIO edges through libgpiod 2 (its C++ library).
#include "backends.hpp"
#include "gpio_chips.hpp"
#include "hal/gpio_lines.hpp"
#include "seqno_gaps.hpp"

#include <gpiod.hpp>

#include <cerrno>
#include <cstddef>
#include <linux/gpio.h>
#include <new>
#include <stdexcept>
#include <sys/ioctl.h>
#include <system_error>
#include <utility>

namespace hal {
namespace {

/// The errno behind the exception that is being handled: the library turns some into other types.
int current_errno() noexcept {
    try {
        throw;
    } catch (const std::system_error& e) {
        return e.code().value();
    } catch (const std::invalid_argument&) {
        return EINVAL;
    } catch (const std::bad_alloc&) {
        return ENOMEM;
    } catch (...) {
        return EIO;
    }
}

int scan(const std::string& path, LineSearch& search) {
    try {
        const gpiod::chip chip{path};
        const auto lines = static_cast<unsigned>(chip.get_info().num_lines());
        for (unsigned offset = 0; offset < lines; ++offset)
            search.consider(path, offset, chip.get_line_info(offset).name());
        return 0;
    } catch (...) {
        return current_errno();
    }
}

gpiod::chip open_chip(const std::string& name, const GpioOffset& where) {
    std::size_t lines = 0;
    try {
        gpiod::chip chip{where.chip};
        lines = chip.get_info().num_lines();
        if (where.offset < lines) return chip;
    } catch (...) {
        throw chip_failed(name, where.chip, current_errno());
    }
    throw offset_too_high(name, where, lines);
}

gpiod::line_settings settings(std::optional<EdgeChoice> choice) {
    using gpiod::line::edge;
    gpiod::line_settings wanted;
    wanted.set_direction(gpiod::line::direction::INPUT)
        .set_event_clock(gpiod::line::clock::MONOTONIC)
        .set_edge_detection(!choice                         ? edge::NONE
                            : choice == EdgeChoice::rising  ? edge::RISING
                            : choice == EdgeChoice::falling ? edge::FALLING
                                                            : edge::BOTH);
    return wanted;
}

std::string consumer(const gpiod::chip& chip, unsigned offset) {
    try {
        return chip.get_line_info(offset).consumer();
    } catch (...) {
        return {};
    }
}

gpiod::line_request request(const std::string& name, gpiod::chip& chip, unsigned offset,
                            EdgeChoice edge) {
    try {
        return chip.prepare_request()
            .set_consumer(gpio_consumer)
            .add_line_settings(offset, settings(edge))
            .do_request();
    } catch (...) {
        throw request_failed(name, current_errno(), consumer(chip, offset));
    }
}

class GpiodV2 final : public PollableLine {
  public:
    GpiodV2(std::string name, const GpioOffset& where, gpiod::line_request request)
        : name_{std::move(name)}, node_{where.chip}, offset_{where.offset},
          request_{std::move(request)}, fd_{request_.fd()} {}

    [[nodiscard]] int fd() const noexcept override { return fd_; }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return error_; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return gaps_.missed(); }

    void probe() noexcept override {
        if (node_.gone()) fail(ENODEV);
    }

    // The library's own call allocates, and isn't for several threads.
    [[nodiscard]] int level() const noexcept override {
        gpio_v2_line_values values{};
        values.mask = 1;
        if (::ioctl(fd_, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) != 0) return -errno;
        return static_cast<int>(values.bits & 1U);
    }

    [[nodiscard]] int ask_for(std::optional<EdgeChoice> edges) noexcept override {
        try {
            request_.reconfigure_lines(
                gpiod::line_config{}.add_line_settings(offset_, settings(edges)));
            return 0;
        } catch (...) {
            return current_errno();
        }
    }
    [[nodiscard]] bool can_stop_asking() const noexcept override { return true; }

    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        if (error_) return std::nullopt;
        try {
            if (next_ == count_) fill();
            if (next_ == count_) return std::nullopt;
            return take(events_.get_event(next_++));
        } catch (...) {
            fail(current_errno());
            return std::nullopt;
        }
    }

  private:
    void fill() {
        next_ = count_ = 0;
        const Readiness ready = readiness(fd_);
        if (ready == Readiness::gone) fail(ENODEV);
        if (ready == Readiness::readable)
            count_ = static_cast<unsigned>(request_.read_edge_events(events_));
    }

    [[nodiscard]] PulseEdge take(const gpiod::edge_event& event) {
        gaps_.next(static_cast<std::uint32_t>(event.line_seqno()));
        const bool rising = event.type() == gpiod::edge_event::event_type::RISING_EDGE;
        return {MonoTime::from_ns(static_cast<std::int64_t>(event.timestamp_ns().ns())),
                rising ? Polarity::rising : Polarity::falling, std::nullopt};
    }

    void fail(int err) noexcept {
        if (err != EINTR && err != EAGAIN) error_ = {err, std::generic_category()};
    }

    std::string name_;
    ChipNode node_;
    unsigned offset_;
    gpiod::line_request request_;
    int fd_; ///< request_'s
    gpiod::edge_event_buffer events_;
    unsigned next_ = 0;
    unsigned count_ = 0;
    SeqnoGaps gaps_;
    std::error_code error_;
};

} // namespace

std::vector<GpioChipInfo> gpio_chips() {
    std::vector<GpioChipInfo> all;
    for (const std::string& path : chip_paths()) {
        GpioChipInfo& found = all.emplace_back();
        found.path = path;
        try {
            const gpiod::chip chip{path};
            found.label = chip.get_info().label();
            for (unsigned offset = 0; offset < chip.get_info().num_lines(); ++offset) {
                const auto line = chip.get_line_info(offset);
                found.lines.push_back({offset, line.name(), line.consumer(), line.used(),
                                       line.direction() == gpiod::line::direction::OUTPUT});
            }
        } catch (...) {
            found.error = current_errno();
        }
    }
    return all;
}

std::string_view libgpiod_version() noexcept {
    static const std::string version = gpiod::api_version();
    return version;
}

std::unique_ptr<PollableLine> open_gpio(const std::string& name, std::string_view line,
                                        EdgeChoice edge, Clock&, std::string& identity) {
    const GpioOffset where = find_gpio_line(name, line, scan, identity);
    gpiod::chip chip = open_chip(name, where);
    gpiod::line_request lines = request(name, chip, where.offset, edge);
    keep_identity(name, where.chip, identity);
    return std::make_unique<GpiodV2>(name, where, std::move(lines));
}

} // namespace hal
