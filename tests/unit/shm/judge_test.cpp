#include "ntpdshm/reader.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>

using namespace ntpdshm;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t t0 = 1'700'000'000;
constexpr auto all = {Program::chrony, Program::ntp, Program::ntpsec};

Snapshot good() {
    Snapshot s;
    s.mode = 1;
    s.count = s.count_after = 2;
    s.clock_sec = s.receive_sec = t0;
    s.valid = 1;
    return s;
}

Circumstances at(std::int64_t now_ns) {
    Circumstances c;
    c.now_ns = now_ns;
    return c;
}

} // namespace

TEST_CASE("each reader takes a good sample") {
    for (Program program : all)
        CHECK(judge(program, good(), at(t0 * second + second)) == Verdict::taken);
}

TEST_CASE("readiness: valid, mode, clash") {
    for (Program program : all) {
        Snapshot s = good();
        s.valid = 0;
        CHECK(judge(program, s, at(t0 * second)) == Verdict::not_valid);
        Circumstances spectator = at(t0 * second);
        spectator.assume_valid = true;
        CHECK(judge(program, s, spectator) == Verdict::taken);
        for (const int mode : {-1, 2}) {
            s = good();
            s.mode = mode;
            CHECK(judge(program, s, at(t0 * second)) == Verdict::bad_mode);
        }
        s = good();
        s.count_after = 3;
        CHECK(judge(program, s, at(t0 * second)) == Verdict::clash);
        s.mode = 0;
        CHECK(judge(program, s, at(t0 * second)) == Verdict::taken);
        s = good();
        s.count = s.count_after = 3;
        CHECK(judge(program, s, at(t0 * second)) == Verdict::taken);
    }
}

TEST_CASE("chrony: age from 0 to 2^(poll+1) seconds, to the nanosecond") {
    const Snapshot s = good();
    CHECK(judge(Program::chrony, s, at(t0 * second)) == Verdict::taken);
    CHECK(judge(Program::chrony, s, at(t0 * second - 1)) == Verdict::future);
    CHECK(judge(Program::chrony, s, at((t0 + 32) * second)) == Verdict::taken);
    CHECK(judge(Program::chrony, s, at((t0 + 32) * second + 1)) == Verdict::stale);
    Circumstances c = at((t0 + 8) * second);
    c.chrony_poll = 2;
    CHECK(judge(Program::chrony, s, c) == Verdict::taken);
    c.now_ns += 1;
    CHECK(judge(Program::chrony, s, c) == Verdict::stale);
}

TEST_CASE("ntpd: age from 0 to 5 whole seconds") {
    Snapshot s = good();
    s.receive_usec = 999'999;
    s.receive_nsec = 999'999'000;
    for (Program program : {Program::ntp, Program::ntpsec}) {
        CHECK(judge(program, s, at(t0 * second)) == Verdict::taken);
        CHECK(judge(program, s, at(t0 * second - 1)) == Verdict::future);
        CHECK(judge(program, s, at((t0 + 6) * second - 1)) == Verdict::taken);
        CHECK(judge(program, s, at((t0 + 6) * second)) == Verdict::stale);
    }
}

TEST_CASE("leap") {
    struct Row {
        std::int32_t leap;
        bool chrony, ntpd;
    };
    for (const Row& row : {Row{-1, false, true}, Row{0, true, true}, Row{1, true, true},
                           Row{2, true, true}, Row{3, false, false}, Row{4, false, true}}) {
        Snapshot s = good();
        s.leap = row.leap;
        const auto expect = [](bool taken) { return taken ? Verdict::taken : Verdict::bad_leap; };
        CHECK(judge(Program::chrony, s, at(t0 * second)) == expect(row.chrony));
        CHECK(judge(Program::ntp, s, at(t0 * second)) == expect(row.ntpd));
        CHECK(judge(Program::ntpsec, s, at(t0 * second)) == expect(row.ntpd));
    }
}

TEST_CASE("ntp.org's limit on the difference, 4 hours unless lifted") {
    for (const std::int64_t sign : {-1, 1}) {
        Snapshot s = good();
        s.clock_sec = t0 + sign * 4 * 3600;
        CHECK(judge(Program::ntp, s, at(t0 * second)) == Verdict::taken);
        s.clock_sec += sign;
        CHECK(judge(Program::ntp, s, at(t0 * second)) == Verdict::too_far);
        CHECK(judge(Program::ntpsec, s, at(t0 * second)) == Verdict::taken);
        CHECK(judge(Program::chrony, s, at(t0 * second)) == Verdict::taken);
        Circumstances flag1 = at(t0 * second);
        flag1.ntp_max_delta_s = 0;
        CHECK(judge(Program::ntp, s, flag1) == Verdict::taken);
    }
}

TEST_CASE("ntp.org's limit counts whole seconds, one less where the fraction borrows") {
    Snapshot s = good();
    s.clock_usec = 500'000; // behind the received second's fraction, which is 0
    s.clock_nsec = 500'000'000;
    for (const auto& [ahead, verdict] : {std::pair{4 * 3600 + 1, Verdict::taken},
                                         {4 * 3600 + 2, Verdict::too_far},
                                         {-4 * 3600 + 1, Verdict::taken},
                                         {-4 * 3600, Verdict::too_far}}) {
        s.clock_sec = t0 - ahead;
        CHECK(judge(Program::ntp, s, at(t0 * second)) == verdict);
    }
}

TEST_CASE("chrony alone: newer than the last, after 1970") {
    const Snapshot s = good();
    Circumstances c = at(t0 * second);
    c.last_receive_ns = t0 * second;
    CHECK(judge(Program::chrony, s, c) == Verdict::not_newer);
    CHECK(judge(Program::ntp, s, c) == Verdict::taken);
    c.last_receive_ns -= 1;
    CHECK(judge(Program::chrony, s, c) == Verdict::taken);
    Snapshot old = good();
    old.clock_sec = -1;
    CHECK(judge(Program::chrony, old, at(t0 * second)) == Verdict::before_1970);
    old.clock_sec = 0;
    CHECK(judge(Program::chrony, old, at(t0 * second)) == Verdict::taken);
    old.clock_nsec = -1; // chrony counts it in before it looks
    CHECK(judge(Program::chrony, old, at(t0 * second)) == Verdict::before_1970);
}

TEST_CASE("names") {
    CHECK(name(Program::chrony) == "chrony");
    CHECK(name(Program::ntpsec) == "ntpsec");
    CHECK(name(Verdict::taken) == "ok");
    CHECK(name(Verdict::future) == "future");
    CHECK(name(Verdict::not_newer) == "not newer");
}

TEST_CASE("a second beyond what nanoseconds can say comes not round to now") {
    // 2^55 s are a multiple of 2^64 ns.
    for (const std::int64_t far :
         {std::int64_t{1} << 55, -(std::int64_t{1} << 55), INT64_MAX - t0}) {
        Snapshot s = good();
        s.clock_sec = s.receive_sec = t0 + far;
        for (const Program program : all)
            CHECK(judge(program, s, at(t0 * second)) != Verdict::taken);
        CHECK(s.receive_ns() == (far > 0 ? INT64_MAX : INT64_MIN));
    }
}

TEST_CASE("two times that are further apart than an int64 says are too far apart for ntp.org's") {
    Snapshot s = good();
    s.clock_sec = INT64_MIN;
    CHECK(judge(Program::ntp, s, at(t0 * second)) == Verdict::too_far);
    s.clock_sec = INT64_MAX;
    CHECK(judge(Program::ntp, s, at(t0 * second)) == Verdict::too_far);
}
