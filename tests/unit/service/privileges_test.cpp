// What changes who we are is in tests/e2e/privileges_test.py: a test program would not get it back.
#include "daemon/service/privileges.hpp"

#include "hal/error.hpp"
#include "tests/unit/support/refusal.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

using namespace ppsd::app;
using namespace ppsd::app::test;

TEST_CASE("a user by name or by number") {
    const auto root = find_user("root");
    REQUIRE(root);
    CHECK(root->id == 0);
    CHECK(root->group == 0);
    const auto zero = find_user("0");
    REQUIRE(zero);
    CHECK(zero->name == "root");
    const auto unknown = find_user("3999999999");
    REQUIRE(unknown);
    CHECK(unknown->name.empty());
    CHECK(unknown->id == 3'999'999'999);
    CHECK(unknown->group == 3'999'999'999);
}

TEST_CASE("what is neither is nobody") {
    for (const char* name :
         {"no-such-user-here", "", "-1", "1.5", "0x10", "4294967295", "4294967296"})
        CHECK_FALSE(find_user(name));
}

TEST_CASE("a user that is asked for must be there; root stays root if that is meant") {
    CHECK(contains(refusal<hal::UsageError>([] { (void)whom_to_become("no-such-user-here"); }),
                   "user = no-such-user-here"));
    if (::geteuid() == 0) CHECK_FALSE(whom_to_become("root"));
}
