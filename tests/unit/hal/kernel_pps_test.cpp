#include "hal/src/backends.hpp"

#include "hal/error.hpp"
#include "tests/unit/hal/ioctls.hpp"
#include "tests/unit/support/fake_clock.hpp"
#include "tests/unit/support/refusal.hpp"
#include "tests/unit/support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdarg>
#include <ctime>
#include <linux/pps.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace hal;
using hal::test::Ioctls;
using ppsd::app::test::contains;
using ppsd::app::test::FakeClock;
using ppsd::app::test::ScratchDir;

extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
    std::va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (Ioctls::current != nullptr)
        if (const auto error = Ioctls::current->answer(request, argument)) {
            if (*error != 0) errno = *error;
            return *error == 0 ? 0 : -1;
        }
    return static_cast<int>(::syscall(SYS_ioctl, fd, request, argument));
}

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

MonoTime real_mono() {
    timespec t{};
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return MonoTime::from_ns(std::int64_t{t.tv_sec} * second_ns + t.tv_nsec);
}

/// A PPS device of the kernel's, with a clock to stamp by.
class Device : public Ioctls {
  public:
    std::optional<int> answer(unsigned long request, void* argument) override {
        if (request == failing) return error;
        switch (request) {
        case PPS_GETCAP:
            *static_cast<int*>(argument) = able;
            return 0;
        case PPS_GETPARAMS:
            *static_cast<pps_kparams*>(argument) = params;
            return 0;
        case PPS_SETPARAMS:
            params = *static_cast<pps_kparams*>(argument);
            ++switched;
            return 0;
        case PPS_FETCH:
            ++fetched;
            static_cast<pps_fdata*>(argument)->info = last;
            return 0;
        default:
            return std::nullopt;
        }
    }

    void assert_at(MonoTime t) { stamp(t, last.assert_sequence, last.assert_tu); }
    void clear_at(MonoTime t) { stamp(t, last.clear_sequence, last.clear_tu); }
    void fail(unsigned long request, int with) {
        failing = request;
        error = with;
    }

    std::unique_ptr<PulseSource> open(EdgeChoice edge = EdgeChoice::automatic) {
        return open_kernel_pps("pps:" + path, path, edge, clock);
    }
    std::string refusal(EdgeChoice edge = EdgeChoice::automatic) {
        return ppsd::app::test::refusal<DeviceError>([&] { return open(edge); });
    }

    FakeClock clock{MonoTime::from_ns(1), {Nanos{1'700'000'000 * second_ns}, 7}};
    int able = PPS_CAPTUREBOTH;
    pps_kparams params{0, PPS_CAPTUREBOTH, {}, {}};
    int switched = 0;
    int fetched = 0;

  private:
    void stamp(MonoTime t, std::uint32_t& sequence, pps_ktime& at) {
        ++sequence;
        const std::int64_t ns = clock.offset().to_real(t).ns();
        at = {ns / second_ns, static_cast<std::int32_t>(ns % second_ns), 0};
    }

    ScratchDir dir_;
    unsigned long failing = 0;
    int error = 0;
    pps_kinfo last{};

  public:
    std::string path = dir_.file("pps0", "");
};

bool wakes(const PulseSource& source, int within_ms) {
    pollfd p{source.fd(), POLLIN, 0};
    return ::poll(&p, 1, within_ms) == 1;
}

} // namespace

TEST_CASE_FIXTURE(Device, "each edge once, the older one first; what was there before is none") {
    assert_at(MonoTime::from_ns(100));
    const auto source = open();
    CHECK_FALSE(source->read());
    clear_at(MonoTime::from_ns(300));
    assert_at(MonoTime::from_ns(2 * second_ns));
    const auto first = source->read();
    const auto second = source->read();
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->time == MonoTime::from_ns(300));
    CHECK(first->polarity == Polarity::falling);
    CHECK(first->generation == 7); // the device stamps CLOCK_REALTIME
    CHECK(second->time == MonoTime::from_ns(2 * second_ns));
    CHECK(second->polarity == Polarity::rising);
    CHECK_FALSE(source->read());
    CHECK(source->overflowed() == 0);
    assert_at(MonoTime::from_ns(3 * second_ns));
    assert_at(MonoTime::from_ns(4 * second_ns));
    CHECK(source->read()->time == MonoTime::from_ns(4 * second_ns));
    CHECK(source->overflowed() == 1);
    CHECK_FALSE(source->error());
}

TEST_CASE_FIXTURE(Device, "after a step, what is read first may be of before it") {
    const auto source = open();
    assert_at(MonoTime::from_ns(100));
    clock.step(0ns);
    CHECK(source->read()->generation == 7);
    assert_at(MonoTime::from_ns(200));
    CHECK(source->read()->generation == 8);
}

TEST_CASE_FIXTURE(Device, "it wakes when it is time to ask, and not before") {
    const auto source = open(); // by its clock that is long past
    CHECK(wakes(*source, 5000));
    CHECK_FALSE(source->prompt());
    clock.set(real_mono() + 1h);
    CHECK_FALSE(source->read());
    CHECK_FALSE(wakes(*source, 0));
    clock.set(MonoTime::from_ns(1));
    CHECK_FALSE(source->read());
    CHECK(wakes(*source, 5000));
    // An edge: the next time to ask is a second later.
    assert_at(real_mono() + 1h);
    REQUIRE(source->read());
    CHECK_FALSE(source->read());
    CHECK_FALSE(wakes(*source, 0));
}

TEST_CASE_FIXTURE(Device, "only the capture that is asked for is needed, and counts") {
    for (const EdgeChoice edge : {EdgeChoice::rising, EdgeChoice::falling}) {
        const bool rising = edge == EdgeChoice::rising;
        able = rising ? PPS_CAPTUREASSERT : PPS_CAPTURECLEAR;
        const auto source = open(edge);
        assert_at(MonoTime::from_ns(100));
        clear_at(MonoTime::from_ns(200));
        CHECK(source->read()->polarity == (rising ? Polarity::rising : Polarity::falling));
        CHECK_FALSE(source->read());
        CHECK(contains(refusal(rising ? EdgeChoice::falling : EdgeChoice::rising),
                       "set the other one"));
        CHECK(contains(refusal(), "set edge = rising for its assert"));
    }
}

TEST_CASE_FIXTURE(Device, "a capture that is off is switched on, one that is on is left alone") {
    params.mode = PPS_CAPTUREASSERT | PPS_OFFSETASSERT;
    (void)open(EdgeChoice::rising);
    CHECK(switched == 0);
    (void)open();
    CHECK(switched == 1);
    CHECK(params.mode == (PPS_CAPTUREBOTH | PPS_OFFSETASSERT));
    CHECK(params.api_version == PPS_API_VERS);
    params.mode = PPS_CAPTUREASSERT;
    fail(PPS_SETPARAMS, EPERM);
    CHECK(contains(refusal(), "Operation not permitted; a capture that edge needs is off"));
    CHECK(refusal(EdgeChoice::rising).empty());
}

TEST_CASE_FIXTURE(Device, "what is no PPS device is refused") {
    for (const unsigned long request : {PPS_GETCAP, PPS_GETPARAMS, PPS_FETCH}) {
        fail(request, ENOTTY);
        CHECK(contains(refusal(), "Inappropriate ioctl for device; is it a PPS device?"));
    }
    path = "/nowhere/pps0";
    CHECK(
        contains(refusal(), "No such file or directory; look at /dev/pps* and at the device tree"));
    CHECK_THROWS_AS(check_kernel_pps("pps:", ""), UsageError);
}

TEST_CASE_FIXTURE(Device, "a device that goes away is an error, an interruption is none") {
    const auto source = open();
    assert_at(MonoTime::from_ns(100));
    fail(PPS_FETCH, EINTR);
    CHECK_FALSE(source->read());
    CHECK_FALSE(source->error());
    fail(PPS_FETCH, ENODEV);
    CHECK_FALSE(source->read());
    CHECK(source->error().value() == ENODEV);
    fail(0, 0);
    const int before = fetched;
    CHECK_FALSE(source->read());
    CHECK(fetched == before);
}
