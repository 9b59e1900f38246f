#include "hal/src/polled_pulses.hpp"

#include "tests/unit/hal/fake_line.hpp"
#include "tests/unit/support/fake_clock.hpp"

#include <doctest/doctest.h>

#include <linux/capability.h>
#include <sched.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace hal;
using hal::test::FakeLine;
using hal::test::Wire;
using ppsd::app::test::FakeClock;

namespace {

/// While it lives, one processor is all that there is.
class OneProcessor {
  public:
    OneProcessor() {
        REQUIRE(::sched_getaffinity(0, sizeof before_, &before_) == 0);
        cpu_set_t one;
        CPU_ZERO(&one);
        while (!CPU_ISSET(static_cast<std::size_t>(cpu_), &before_))
            ++cpu_;
        CPU_SET(static_cast<std::size_t>(cpu_), &one);
        REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
    }
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;
    ~OneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }

  private:
    int cpu_ = 0;
    cpu_set_t before_{};
};

/// While it lives, this thread has no right to real-time priority, even if it is root's.
class NoPriority {
  public:
    NoPriority() {
        REQUIRE(::getrlimit(RLIMIT_RTPRIO, &limit_) == 0);
        const rlimit none{0, limit_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_RTPRIO, &none) == 0);
        REQUIRE(::syscall(SYS_capget, &header_, rights_) == 0);
        const auto nice = rights_[0].effective & 1U << CAP_SYS_NICE;
        rights_[0].effective &= ~nice;
        REQUIRE(::syscall(SYS_capset, &header_, rights_) == 0);
        rights_[0].effective |= nice;
    }
    NoPriority(const NoPriority&) = delete;
    NoPriority& operator=(const NoPriority&) = delete;
    ~NoPriority() {
        ::syscall(SYS_capset, &header_, rights_);
        ::setrlimit(RLIMIT_RTPRIO, &limit_);
    }

  private:
    rlimit limit_{};
    __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct rights_[2]{};
};

struct Fixture {
    std::unique_ptr<PulseSource> opened(const PollRequest& request) {
        return with_poller(std::make_unique<FakeLine>(wire), EdgeChoice::rising, request, clock);
    }
    Wire wire;
    FakeClock clock;
    PollRequest wanted{.wanted = true, .cpu = {}};
    PollRequest always{.wanted = true, .always = true, .cpu = {}};
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "with poller: where polling isn't wanted the line is as it was") {
    const auto source = opened({});
    CHECK_FALSE(source->awaits());
    CHECK(source->stamped_how().empty());
}

TEST_CASE_FIXTURE(Fixture, "with poller: one processor is enough where edges can be switched off") {
    const OneProcessor one;
    CHECK(opened(always)->awaits());
    wire.can_stop_asking = false;
    const auto refused = opened(wanted);
    CHECK_FALSE(refused->awaits());
    CHECK(refused->stamped_how() ==
          "by interrupts: with libgpiod 1.6 polling needs a second processor");
    CHECK(opened(always)->awaits());
}

TEST_CASE_FIXTURE(Fixture, "with poller: without the right to priority only what always polls") {
    const NoPriority none;
    const auto refused = opened(wanted);
    CHECK_FALSE(refused->awaits());
    CHECK(refused->stamped_how().starts_with("by interrupts: processor "));
    CHECK(refused->stamped_how().find("raise LimitRTPRIO=") != std::string_view::npos);
    const auto polled = opened(always);
    CHECK(polled->awaits());
    CHECK(polled->stamped_how().starts_with(
        "by polling once they are followed, but not as wanted: "));
}

TEST_CASE_FIXTURE(Fixture, "with poller: a processor that isn't there") {
    wanted.cpu = CPU_SETSIZE - 1;
    const auto refused = opened(wanted);
    CHECK_FALSE(refused->awaits());
    CHECK(refused->stamped_how().find("set poll-cpu to another one") != std::string_view::npos);
}
