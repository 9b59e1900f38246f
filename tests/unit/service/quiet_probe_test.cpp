#include "daemon/service/quiet_probe.hpp"

#include "daemon/service/drain.hpp"
#include "hal/pulse_source.hpp"

#include <doctest/doctest.h>

#include <cerrno>

using namespace ppsd::app;
using namespace hal;

namespace {

/// A line of a kernel that doesn't wake who waits when the chip goes.
class SilentLoss final : public PulseSource {
  public:
    bool chip_there = true;
    [[nodiscard]] int fd() const noexcept override { return -1; }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }
    [[nodiscard]] std::error_code error() const noexcept override { return error_; }
    [[nodiscard]] std::optional<PulseEdge> read() noexcept override { return std::nullopt; }
    [[nodiscard]] std::uint64_t overflowed() const noexcept override { return 0; }
    void probe() noexcept override {
        if (!chip_there) error_ = {ENODEV, std::generic_category()};
    }

  private:
    std::string name_ = "gpio:fake";
    std::error_code error_;
};

constexpr MonoTime start = MonoTime::from_ns(7'000'000'000);

} // namespace

TEST_CASE("due 3 s after what was heard last, not before") {
    QuietProbe quiet;
    quiet.heard(start);
    CHECK(quiet.deadline() == start + 3s);
    CHECK_FALSE(quiet.due(start + 3s - 1ns));
    CHECK(quiet.due(start + 3s));
    quiet.heard(start + 3s - 1ns);
    CHECK_FALSE(quiet.due(start + 3s));
}

TEST_CASE("a line that was lost without a word is found out by being asked") {
    SilentLoss line;
    line.probe();
    CHECK_FALSE(line.error());
    line.chip_there = false;
    CHECK_FALSE(drain(line, 8, [](const PulseEdge&) { return std::size_t{1}; }));
    CHECK_FALSE(line.error()); // reading alone says nothing
    line.probe();
    CHECK(line.error().value() == ENODEV);
}
