#include "hal/run_program.hpp"

#include <doctest/doctest.h>

using namespace hal;

TEST_CASE("a program's output and its code") {
    const auto end = run_program({"sh", "-c", "echo one; echo two; echo three >&2; exit 7"}, 1min);
    CHECK(end.code == 7);
    CHECK(end.out == "one\ntwo\n");
}

TEST_CASE("it has no standard input") {
    CHECK(run_program({"cat"}, 1min).code == 0);
}

TEST_CASE("one that isn't there has no code") {
    const auto end = run_program({"there-is-no-such-program"}, 1min);
    CHECK(end.code != 0);
    CHECK(end.out.empty());
}

TEST_CASE("one that takes too long is killed; what it said is kept") {
    const auto end = run_program({"sh", "-c", "echo said; exec sleep 1000"}, 300ms);
    CHECK(end.code == -1);
    CHECK(end.out == "said\n");
    CHECK(run_program({"sh", "-c", "exec >&-; exec sleep 1000"}, 300ms).code == -1);
}
