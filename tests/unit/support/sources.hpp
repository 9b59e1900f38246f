// Sources that give what a test puts into them.
#pragma once

#include "hal/byte_source.hpp"
#include "hal/pulse_source.hpp"
#include "hal/unique_fd.hpp"

#include <cerrno>
#include <deque>
#include <set>
#include <string>
#include <sys/eventfd.h>
#include <vector>

namespace ppsd::app::test {

/// What a test and the source that was opened share. Its descriptor is always readable.
struct Device {
    bool there = true; ///< false: opening it fails, and it tells whoever has it open
    int opened = 0;
    int listened_from = 0; ///< times that what came before was thrown away
    std::deque<hal::PulseEdge> edges;
    std::deque<hal::ByteChunk> chunks;
    bool prompt = true;
    bool tells = true; ///< that it went; else only who probes it hears of it
    int probes = 0;
    std::uint64_t lost = 0;                ///< edges
    std::optional<hal::MonoTime> gives_up; ///< an awaited edge
    std::set<unsigned> can;                ///< rates; none: it is no line
    std::vector<unsigned> rates;           ///< that were set
};

template <class Base>
class DeviceSource : public Base {
  public:
    explicit DeviceSource(Device& device) : device_{device} { ++device.opened; }
    [[nodiscard]] int fd() const noexcept override { return fd_.get(); }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override {
        if (device_.there || !(device_.tells || probed_)) return {};
        return {ENODEV, std::generic_category()};
    }

  protected:
    template <class Item>
    std::optional<Item> next(std::deque<Item>& items) noexcept {
        if (items.empty()) return std::nullopt;
        const Item item = items.front();
        items.pop_front();
        return item;
    }

    Device& device_;
    bool probed_ = false;

  private:
    hal::UniqueFd fd_{::eventfd(1, EFD_NONBLOCK)};
    std::string name_ = "fake:";
};

class FakePulses final : public DeviceSource<hal::PulseSource> {
  public:
    using DeviceSource::DeviceSource;
    [[nodiscard]] std::optional<hal::PulseEdge> read() noexcept override {
        return next(device_.edges);
    }
    [[nodiscard]] bool prompt() const noexcept override { return device_.prompt; }
    [[nodiscard]] std::optional<hal::MonoTime> gives_up() const noexcept override {
        return device_.gives_up;
    }
    void probe() noexcept override {
        ++device_.probes;
        probed_ = true;
    }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return device_.lost; }
};

class FakeBytes final : public DeviceSource<hal::ByteSource> {
  public:
    using DeviceSource::DeviceSource;
    [[nodiscard]] std::optional<hal::ByteChunk> read() noexcept override {
        return next(device_.chunks);
    }
    void forget_unread() noexcept override { ++device_.listened_from; }
    [[nodiscard]] bool set_rate(unsigned baud) noexcept override {
        if (!device_.can.contains(baud)) return false;
        device_.rates.push_back(baud);
        return true;
    }
};

} // namespace ppsd::app::test
