#include "ntpdshm/ntpd_shm.hpp"

#include "shm/private_unit.hpp"

using namespace ntpdshm;
using namespace ntpdshm::testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;

SysTime at_ns(std::int64_t ns) {
    return SysTime{std::chrono::nanoseconds{ns}};
}

NtpdShm open_shm(LayoutChoice layout) {
    return NtpdShm{5, private_base(), layout};
}

} // namespace

TEST_CASE("a segment made here starts with mode 1, one that was there keeps its mode") {
    RawUnit raw{5};
    CHECK(open_shm(LayoutChoice::time64).mode() == 1);
    raw.put<std::int32_t>(0, 0);
    CHECK(open_shm(LayoutChoice::time64).mode() == 0);
}

TEST_CASE("every field, set by name, is the word at its offset, and is got back") {
    for (const Case& c : cases) {
        RawUnit raw{5};
        NtpdShm shm = open_shm(c.choice);
        shm.mode(11);
        CHECK(shm.clockTimeStampSec(13) == WriteResult::written);
        shm.clockTimeStampUSec(14);
        shm.clockTimeStampNSec(15);
        CHECK(shm.receiveTimeStampSec(16) == WriteResult::written);
        shm.receiveTimeStampUSec(17);
        shm.receiveTimeStampNSec(18);
        shm.leap(19);
        shm.precision(-20);
        shm.nsamples(21);
        shm.valid(22);
        CHECK(raw.at<std::int32_t>(0) == 11);
        CHECK(seconds_at(raw, c, c.clock_sec) == 13);
        CHECK(raw.at<std::int32_t>(c.clock_usec) == 14);
        CHECK(raw.at<std::int32_t>(c.clock_nsec) == 15);
        CHECK(seconds_at(raw, c, c.receive_sec) == 16);
        CHECK(raw.at<std::int32_t>(c.receive_usec) == 17);
        CHECK(raw.at<std::int32_t>(c.receive_nsec) == 18);
        CHECK(raw.at<std::int32_t>(c.leap) == 19);
        CHECK(raw.at<std::int32_t>(c.precision) == -20);
        CHECK(raw.at<std::int32_t>(c.nsamples) == 21);
        CHECK(raw.at<std::int32_t>(c.valid) == 22);
        CHECK(shm.mode() == 11);
        CHECK(shm.clockTimeStampSec() == 13);
        CHECK(shm.clockTimeStampUSec() == 14);
        CHECK(shm.clockTimeStampNSec() == 15);
        CHECK(shm.receiveTimeStampSec() == 16);
        CHECK(shm.receiveTimeStampUSec() == 17);
        CHECK(shm.receiveTimeStampNSec() == 18);
        CHECK(shm.leap() == 19);
        CHECK(shm.precision() == -20);
        CHECK(shm.nsamples() == 21);
        CHECK(shm.valid() == 22);
    }
}

TEST_CASE("count counts updates: half of the word") {
    RawUnit raw{5};
    NtpdShm shm = open_shm(LayoutChoice::time64);
    shm.count(7);
    CHECK(raw.at<std::int32_t>(4) == 14);
    CHECK(shm.count() == 7);
    CHECK(shm.update(at_ns(second)) == WriteResult::written);
    CHECK(shm.count() == 8);
    CHECK(raw.at<std::int32_t>(4) == 16);
    shm.count(shm.count() + 1);
    CHECK(shm.count() == 9);
    raw.put<std::int32_t>(4, 5);
    CHECK(shm.count() == 2);
    CHECK(shm.update(at_ns(second)) == WriteResult::written);
    CHECK(raw.at<std::int32_t>(4) == 8);
}

TEST_CASE("combined stamps are exact to the nanosecond") {
    for (const Case& c : cases) {
        RawUnit raw{5};
        NtpdShm shm = open_shm(c.choice);
        const SysTime clock = at_ns(1'700'000'000 * second + 123'456'789);
        const SysTime receive = at_ns(1'700'000'001 * second + 999'999'999);
        CHECK(shm.clockTimeStamp(clock) == WriteResult::written);
        CHECK(shm.receiveTimeStamp(receive) == WriteResult::written);
        CHECK(shm.clockTimeStamp() == clock);
        CHECK(shm.receiveTimeStamp() == receive);
        CHECK(raw.at<std::int32_t>(c.clock_usec) == 123'456);
        CHECK(raw.at<std::int32_t>(c.receive_usec) == 999'999);
        shm.clockTimeStampUSec(500'000);
        CHECK(shm.clockTimeStamp() == at_ns(1'700'000'000 * second + 500'000'000));
    }
}

TEST_CASE("a second before 1970 goes down, not toward zero") {
    RawUnit raw{5};
    NtpdShm shm = open_shm(LayoutChoice::time64);
    CHECK(shm.clockTimeStamp(at_ns(-1)) == WriteResult::written);
    CHECK(shm.clockTimeStampSec() == -1);
    CHECK(shm.clockTimeStampNSec() == 999'999'999);
    CHECK(shm.clockTimeStamp() == at_ns(-1));
}

TEST_CASE("the layout's last second, and the one after") {
    const std::int64_t last = 2'147'483'647;
    for (const Case& c : cases) {
        const RawUnit raw{5};
        NtpdShm shm = open_shm(c.choice);
        const auto after =
            c.layout == Layout::time64 ? WriteResult::written : WriteResult::out_of_range;
        CHECK(shm.clockTimeStampSec(last) == WriteResult::written);
        CHECK(shm.clockTimeStampSec(last + 1) == after);
        CHECK(shm.receiveTimeStamp(at_ns((last + 1) * second - 1)) == WriteResult::written);
        CHECK(shm.receiveTimeStamp(at_ns((last + 1) * second)) == after);
        CHECK(shm.clockTimeStampSec() == (after == WriteResult::written ? last + 1 : last));
        CHECK(shm.update(at_ns((last + 1) * second), at_ns(0)) == after);
        CHECK(shm.clockTimeStampSec(-last - 1) == WriteResult::written);
        CHECK(shm.clockTimeStampSec(-last - 2) == after);
    }
}

TEST_CASE("update keeps what it isn't given, mode included") {
    RawUnit raw{5};
    NtpdShm shm = open_shm(LayoutChoice::time64);
    shm.mode(0);
    shm.leap(2);
    shm.precision(-6);
    shm.nsamples(4);
    CHECK(shm.update(at_ns(5 * second + 1), at_ns(6 * second + 2)) == WriteResult::written);
    CHECK(shm.mode() == 0);
    CHECK(shm.leap() == 2);
    CHECK(shm.precision() == -6);
    CHECK(shm.nsamples() == 4);
    CHECK(shm.valid() == 1);
    CHECK(shm.clockTimeStamp() == at_ns(5 * second + 1));
    CHECK(shm.receiveTimeStamp() == at_ns(6 * second + 2));
    CHECK(shm.update(at_ns(5 * second), at_ns(6 * second), 1, 0, -7, 5) == WriteResult::written);
    CHECK(shm.mode() == 1);
    CHECK(shm.leap() == 0);
    CHECK(shm.precision() == -7);
    CHECK(shm.nsamples() == 5);
}

TEST_CASE("the receive time is now if left out") {
    const RawUnit raw{5};
    NtpdShm shm = open_shm(LayoutChoice::time64);
    const SysTime before = std::chrono::system_clock::now();
    CHECK(shm.update(at_ns(second)) == WriteResult::written);
    CHECK(shm.receiveTimeStamp() >= before);
    CHECK(shm.receiveTimeStamp() <= SysTime{std::chrono::system_clock::now()});
}
