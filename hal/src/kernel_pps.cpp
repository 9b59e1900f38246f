// Edges of a kernel PPS device, /dev/ppsN: RFC 2783's calls as Linux has them (linux/pps.h).
#include "backends.hpp"
#include "hal/error.hpp"
#include "hal/unique_fd.hpp"
#include "poll_plan.hpp"
#include "pps_edges.hpp"
#include "stamp_clock.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/pps.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <utility>

namespace hal {
namespace {

PpsLast last_edge(std::uint32_t sequence, const pps_ktime& stamp) noexcept {
    return {sequence, RealTime::from_ns(std::int64_t{stamp.sec} * 1'000'000'000 + stamp.nsec)};
}

struct Told {
    PpsLast assert, clear;
};

/// errno is set where nothing is told.
std::optional<Told> fetch(int fd) noexcept {
    pps_fdata data{}; // a timeout of zero: what is there now
    if (::ioctl(fd, PPS_FETCH, &data) != 0) return std::nullopt;
    return Told{last_edge(data.info.assert_sequence, data.info.assert_tu),
                last_edge(data.info.clear_sequence, data.info.clear_tu)};
}

UniqueFd open_device(const std::string& name, const std::string& path) {
    UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (fd) return fd;
    const int err = errno;
    throw DeviceError(
        name, err,
        err == EACCES ? "run as root, or let udev give the device to a group of ppsd's user"
                      : "look at /dev/pps* and at the device tree: dtoverlay=pps-gpio makes it");
}

int wanted_captures(EdgeChoice edge) noexcept {
    return edge == EdgeChoice::rising    ? PPS_CAPTUREASSERT
           : edge == EdgeChoice::falling ? PPS_CAPTURECLEAR
                                         : PPS_CAPTUREBOTH;
}

void require_able(const std::string& name, int fd, int captures) {
    int able = 0;
    if (::ioctl(fd, PPS_GETCAP, &able) != 0) throw DeviceError(name, errno, "is it a PPS device?");
    if ((able & captures) == captures) return;
    throw DeviceError(name, EOPNOTSUPP,
                      captures == PPS_CAPTUREBOTH
                          ? "it captures one edge only, so edge = auto can't compare two; set edge "
                            "= rising for its assert or falling for its clear"
                          : "it doesn't capture this edge; set the other one with edge");
}

/// Only root may switch a capture on; one that is on already serves everybody.
void switch_on(const std::string& name, int fd, int captures) {
    pps_kparams params{};
    if (::ioctl(fd, PPS_GETPARAMS, &params) != 0)
        throw DeviceError(name, errno, "is it a PPS device?");
    if ((params.mode & captures) == captures) return;
    params.api_version = PPS_API_VERS;
    params.mode |= captures;
    if (::ioctl(fd, PPS_SETPARAMS, &params) != 0)
        throw DeviceError(name, errno,
                          "a capture that edge needs is off, and root may switch it on; "
                          "edge = rising usually needs none");
}

UniqueFd make_timer(const std::string& name) {
    UniqueFd timer{::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)};
    if (!timer)
        throw DeviceError(name, errno, "no timer could be had; look at the limits on files");
    return timer;
}

class KernelPps final : public PulseSource {
  public:
    KernelPps(std::string name, UniqueFd device, UniqueFd timer, PpsEdges edges, Clock& clock)
        : name_{std::move(name)}, device_{std::move(device)}, timer_{std::move(timer)},
          edges_{edges}, clock_{clock}, stamps_{clock} {
        arm();
    }

    [[nodiscard]] int fd() const noexcept override { return timer_.get(); }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return error_; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return edges_.missed(); }
    /// The device's own poll() says "readable" always, on kernels before 6.14.
    [[nodiscard]] bool prompt() const noexcept override { return false; }

    [[nodiscard]] std::optional<PulseEdge> read() noexcept override {
        if (auto waiting = std::exchange(second_, std::nullopt)) return waiting;
        if (error_) return std::nullopt;
        const auto told = fetch(device_.get());
        if (!told) {
            if (errno != EINTR) error_ = {errno, std::generic_category()};
            return std::nullopt;
        }
        return take(edges_.next(told->assert, told->clear));
    }

  private:
    std::optional<PulseEdge> take(const PpsEdges::New& found) noexcept {
        if (found[0]) stamps_.begin_batch(true);
        const auto first = convert(found[0]);
        second_ = convert(found[1]);
        if (!first) arm(); // nothing more for now
        return first;
    }

    std::optional<PulseEdge> convert(const std::optional<PpsStamp>& stamp) noexcept {
        if (!stamp) return std::nullopt;
        const PulseEdge edge = stamps_.convert_real(stamp->time, stamp->polarity);
        plan_.saw(edge.time, edge.polarity);
        return edge;
    }

    /// Setting it anew also takes back that it has expired.
    void arm() noexcept {
        const std::int64_t at = plan_.next(clock_.now()).ns();
        itimerspec when{};
        when.it_value.tv_sec = static_cast<time_t>(at / 1'000'000'000);
        when.it_value.tv_nsec = static_cast<long>(at % 1'000'000'000);
        ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
    }

    std::string name_;
    UniqueFd device_;
    UniqueFd timer_;
    PpsEdges edges_;
    Clock& clock_;
    StampConverter stamps_;
    PollPlan plan_;
    std::optional<PulseEdge> second_;
    std::error_code error_;
};

} // namespace

void check_kernel_pps(const std::string& name, std::string_view path) {
    if (path.empty()) throw UsageError("\"" + name + "\" names no device; say pps:/dev/pps0");
}

std::unique_ptr<PulseSource> open_kernel_pps(const std::string& name, std::string_view path,
                                             EdgeChoice edge, Clock& clock) {
    check_kernel_pps(name, path);
    UniqueFd device = open_device(name, std::string{path});
    const int captures = wanted_captures(edge);
    require_able(name, device.get(), captures);
    switch_on(name, device.get(), captures);
    const auto now = fetch(device.get());
    if (!now) throw DeviceError(name, errno, "is it a PPS device?");
    return std::make_unique<KernelPps>(name, std::move(device), make_timer(name),
                                       PpsEdges{edge, now->assert, now->clear}, clock);
}

} // namespace hal
