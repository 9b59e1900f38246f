// GPIO edges through libgpiod 1.6 (its C library).
#include "backends.hpp"
#include "gpio_chips.hpp"
#include "hal/gpio_lines.hpp"
#include "stamp_clock.hpp"

#include <gpiod.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <utility>

namespace hal {
namespace {

struct CloseChip {
    void operator()(gpiod_chip* chip) const { ::gpiod_chip_close(chip); }
};
/// Owns its lines too: closing it releases them.
using Chip = std::unique_ptr<gpiod_chip, CloseChip>;

/// What the kernel queues for one line at most.
constexpr unsigned queue_length = 16;

int scan(const std::string& path, LineSearch& search) {
    const Chip chip{::gpiod_chip_open(path.c_str())};
    if (!chip) return errno;
    for (unsigned offset = 0; offset < ::gpiod_chip_num_lines(chip.get()); ++offset) {
        gpiod_line* const line = ::gpiod_chip_get_line(chip.get(), offset);
        if (line == nullptr) return errno;
        if (const char* const name = ::gpiod_line_name(line)) search.consider(path, offset, name);
    }
    return 0;
}

gpiod_line* get_line(const std::string& name, const Chip& chip, const GpioOffset& where) {
    const unsigned lines = ::gpiod_chip_num_lines(chip.get());
    if (where.offset >= lines) throw offset_too_high(name, where, lines);
    gpiod_line* const line = ::gpiod_chip_get_line(chip.get(), where.offset);
    if (line == nullptr) throw chip_failed(name, where.chip, errno);
    return line;
}

void request(const std::string& name, gpiod_line* line, EdgeChoice edge) {
    const auto ask = edge == EdgeChoice::rising    ? ::gpiod_line_request_rising_edge_events
                     : edge == EdgeChoice::falling ? ::gpiod_line_request_falling_edge_events
                                                   : ::gpiod_line_request_both_edges_events;
    if (ask(line, gpio_consumer) == 0) return;
    const int err = errno;
    const char* const consumer = ::gpiod_line_consumer(line);
    throw request_failed(name, err, consumer == nullptr ? "" : consumer);
}

class GpiodV1 final : public PollableLine {
  public:
    GpiodV1(std::string name, std::string path, Chip chip, gpiod_line* line, Clock& clock)
        : name_{std::move(name)}, node_{std::move(path)}, chip_{std::move(chip)}, line_{line},
          fd_{::gpiod_line_event_get_fd(line)}, stamps_{clock} {}

    [[nodiscard]] int fd() const noexcept override { return fd_; }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return error_; }
    /// The first uAPI has no sequence numbers: what didn't fit is never heard of.
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return 0; }

    void probe() noexcept override {
        if (node_.gone()) fail(ENODEV);
    }

    // The descriptor of a line's events also gives its level.
    [[nodiscard]] int level() const noexcept override {
        gpiohandle_data data{};
        if (::ioctl(fd_, GPIOHANDLE_GET_LINE_VALUES_IOCTL, &data) != 0) return -errno;
        return data.values[0] != 0 ? 1 : 0;
    }
    [[nodiscard]] int ask_for(std::optional<EdgeChoice>) noexcept override { return 0; }
    [[nodiscard]] bool can_stop_asking() const noexcept override { return false; }

    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        if (next_ == count_) fill();
        if (next_ == count_) return std::nullopt;
        const gpiod_line_event& event = events_[next_++];
        return stamps_.convert(std::int64_t{event.ts.tv_sec} * 1'000'000'000 + event.ts.tv_nsec,
                               event.event_type == GPIOD_LINE_EVENT_RISING_EDGE
                                   ? Polarity::rising
                                   : Polarity::falling);
    }

  private:
    void fill() noexcept {
        next_ = count_ = 0;
        const Readiness ready = error_ ? Readiness::nothing : readiness(fd_);
        if (ready == Readiness::gone) fail(ENODEV);
        if (ready != Readiness::readable) return;
        const int n = ::gpiod_line_event_read_multiple(line_, events_.data(), queue_length);
        if (n < 0) return fail(errno);
        count_ = static_cast<std::size_t>(n);
        stamps_.begin_batch(count_ < queue_length);
    }

    void fail(int err) noexcept {
        if (err != EINTR && err != EAGAIN) error_ = {err, std::generic_category()};
    }

    std::string name_;
    ChipNode node_;
    Chip chip_;
    gpiod_line* line_; ///< chip_'s
    int fd_;           ///< line_'s
    StampConverter stamps_;
    std::array<gpiod_line_event, queue_length> events_{};
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    std::error_code error_;
};

} // namespace

namespace {

std::string text_or_nothing(const char* text) {
    return text == nullptr ? std::string{} : std::string{text};
}

int describe(GpioChipInfo& found) {
    const Chip chip{::gpiod_chip_open(found.path.c_str())};
    if (!chip) return errno;
    found.label = text_or_nothing(::gpiod_chip_label(chip.get()));
    for (unsigned offset = 0; offset < ::gpiod_chip_num_lines(chip.get()); ++offset) {
        gpiod_line* const line = ::gpiod_chip_get_line(chip.get(), offset);
        if (line == nullptr) return errno;
        found.lines.push_back({offset, text_or_nothing(::gpiod_line_name(line)),
                               text_or_nothing(::gpiod_line_consumer(line)),
                               ::gpiod_line_is_used(line),
                               ::gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT});
    }
    return 0;
}

} // namespace

std::vector<GpioChipInfo> gpio_chips() {
    std::vector<GpioChipInfo> all;
    for (const std::string& path : chip_paths()) {
        all.push_back({path, {}, {}, 0});
        all.back().error = describe(all.back());
    }
    return all;
}

std::string_view libgpiod_version() noexcept {
    return ::gpiod_version_string();
}

std::unique_ptr<PollableLine> open_gpio(const std::string& name, std::string_view line,
                                        EdgeChoice edge, Clock& clock, std::string& identity) {
    const GpioOffset where = find_gpio_line(name, line, scan, identity);
    Chip chip{::gpiod_chip_open(where.chip.c_str())};
    if (!chip) throw chip_failed(name, where.chip, errno);
    gpiod_line* const wanted = get_line(name, chip, where);
    request(name, wanted, edge);
    keep_identity(name, where.chip, identity);
    return std::make_unique<GpiodV1>(name, where.chip, std::move(chip), wanted, clock);
}

} // namespace hal
