#include "ntpdshm/reader.hpp"

#include <array>
#include <cstdint>

namespace ntpdshm {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t ntpd_max_age_s = 5;

Verdict judge_readiness(const Snapshot& s, const Circumstances& c) noexcept {
    if (s.valid == 0 && !c.assume_valid) return Verdict::not_valid;
    if (s.mode != 0 && s.mode != 1) return Verdict::bad_mode;
    if (s.mode == 1 && s.count != s.count_after) return Verdict::clash;
    return Verdict::taken;
}

std::int64_t difference(std::int64_t a, std::int64_t b) noexcept {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(a, b, &result)) return a < b ? INT64_MIN : INT64_MAX;
    return result;
}

Verdict judge_chrony(const Snapshot& s, const Circumstances& c) noexcept {
    if (s.clock_ns() < 0 || s.receive_ns() < 0) return Verdict::before_1970;
    const std::int64_t age = difference(c.now_ns, s.receive_ns());
    if (age < 0) return Verdict::future;
    if (age > (second << (c.chrony_poll + 1))) return Verdict::stale;
    if (s.leap < leap_no_warning || s.leap > leap_del_second) return Verdict::bad_leap;
    if (s.receive_ns() <= c.last_receive_ns) return Verdict::not_newer;
    return Verdict::taken;
}

Verdict judge_ntpd(const Snapshot& s, const Circumstances& c, std::int64_t max_delta) noexcept {
    const std::int64_t age = difference(c.now_ns / second, s.receive_sec);
    if (age < 0) return Verdict::future;
    if (age > ntpd_max_age_s) return Verdict::stale;
    const bool borrow = s.receive_ns() % second < s.clock_ns() % second;
    const std::int64_t delta = difference(difference(s.receive_sec, s.clock_sec), borrow ? 1 : 0);
    if (max_delta > 0 && (delta > max_delta || delta < -max_delta)) return Verdict::too_far;
    if (s.leap == leap_not_in_sync) return Verdict::bad_leap;
    return Verdict::taken;
}

} // namespace

Verdict judge(Program program, const Snapshot& s, const Circumstances& c) noexcept {
    const Verdict readiness = judge_readiness(s, c);
    if (readiness != Verdict::taken) return readiness;
    switch (program) {
    case Program::chrony:
        return judge_chrony(s, c);
    case Program::ntp:
        return judge_ntpd(s, c, c.ntp_max_delta_s);
    case Program::ntpsec:
        return judge_ntpd(s, c, 0);
    }
    return readiness;
}

std::string_view name(Program program) noexcept {
    static constexpr std::array<std::string_view, 3> names{"chrony", "ntp", "ntpsec"};
    return names.at(static_cast<std::size_t>(program));
}

std::string_view name(Verdict verdict) noexcept {
    static constexpr std::array<std::string_view, 10> names{
        "ok",     "not valid", "bad mode", "clash",   "pre-1970",
        "future", "stale",     "bad leap", "too far", "not newer"};
    return names.at(static_cast<std::size_t>(verdict));
}

} // namespace ntpdshm
