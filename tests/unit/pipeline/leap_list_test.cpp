#include "daemon/pipeline/leap_list.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ppsd::app;
using hal::UtcSecond;
using ppsd::discipline::Leap;

namespace {

constexpr std::int64_t december_2016 = 1'480'550'400; // 2016-12-01T00:00:00Z

// The two first leap seconds there were; expires on 2017-06-28.
const std::string real_list = "#\tIn the following text, the symbol '#' introduces a comment\n"
                              "#$\t 3676924800\n"
                              "#@\t3707596800\n"
                              "2272060800\t10\t# 1 Jan 1972\n"
                              "2287785600\t11\t# 1 Jul 1972\n"
                              "2303683200 12 # 1 Jan 1973\n"
                              "\n"
                              "#h\t 62cf8c5d 8bbb6dcc c61e3b56 c308343e 869bb80d\n";

UtcSecond utc(std::int64_t posix) {
    return UtcSecond::from_posix(posix);
}

Leap announced(const std::string& list, std::int64_t posix) {
    return parse_leap_list(list).value().announced_at(utc(posix));
}

} // namespace

TEST_CASE("a list as it is published") {
    const auto table = parse_leap_list(real_list);
    REQUIRE(table);
    CHECK(table->expires() == utc(3'707'596'800 - 2'208'988'800));
    // 1972-06-30T23:59:59Z and 1972-12-01T00:00:00Z
    CHECK(table->announced_at(utc(78'796'799)) == Leap::inserted);
    CHECK(table->announced_at(utc(92'016'000)) == Leap::inserted);
}

TEST_CASE("line ends of DOS, blanks, no newline at the end") {
    CHECK(announced("#@ 3707596800\r\n3644697600 36\r\n\r\n  \t\n3692217600\t37 # x\r\n",
                    december_2016) == Leap::inserted);
    CHECK(announced("#@ 3707596800\n  3644697600   36\n3692217600 37", december_2016) ==
          Leap::inserted);
}

TEST_CASE("what is no such list") {
    const auto refused = [](const std::string& text) { return !parse_leap_list(text); };
    CHECK(refused(""));
    CHECK(refused("# nothing but a comment\n"));
    CHECK(refused("#@ 3707596800\n"));                               // no entry
    CHECK(refused("3644697600 36\n3692217600 37\n"));                // no expiry
    CHECK(refused("#@\n3644697600 36\n"));                           // an empty one
    CHECK(refused("#@ soon\n3644697600 36\n"));                      // a wrong one
    CHECK(refused("#@ 3707596800\n3692217600 37\n3644697600 36\n")); // not in order
    CHECK(refused("#@ 3707596800\n3692217600 36\n3692217600 37\n")); // twice
    CHECK(refused("#@ 3707596800\n3644697600 36\n3692217600 36\n")); // nothing changes
    CHECK(refused("#@ 3707596800\n3644697600 35\n3692217600 37\n")); // a line is missing
    CHECK(refused("#@ 3707596800\n3644697600\n"));                   // no difference
    CHECK(refused("#@ 3707596800\n3644697600 # 36\n"));              // nor here
    CHECK(refused("#@ 3707596800\n3644697600 36.5\n"));              // not whole
    CHECK(refused("#@ 3707596800\n3644697600x 36\n"));               // not a number
    CHECK(refused("#@ 3707596800\n-3644697600 36\n"));               // before 1900
    CHECK(refused("#@ 3707596800\n3644697600 -36\n"));               // 1972 began with 10
    CHECK(refused("#@ 3707596800\n99999999999999999999 36\n"));      // beyond int64
    CHECK(refused("#@ -9223372036854775808\n3644697600 36\n"));      // as far as int64 goes
    CHECK(refused("<html><body>404 Not Found</body></html>\n"));
    CHECK(refused(std::string(64, '\0')));
}

// A nanosecond count of int64 must hold the second as TAI counts it.
TEST_CASE("how far a list may reach") {
    const auto taken = [](const std::string& text) { return parse_leap_list(text).has_value(); };
    CHECK(taken("#@ 11423635200\n11423635200 1000\n")); // 2262-01-01
    CHECK_FALSE(taken("#@ 11423635201\n3644697600 36\n"));
    CHECK_FALSE(taken("#@ 3707596800\n11423635201 36\n"));
    CHECK_FALSE(taken("#@ 3707596800\n3644697600 1001\n"));
    CHECK_FALSE(taken("#@ 3707596800\n3644697600 17795345567\n"));
}
