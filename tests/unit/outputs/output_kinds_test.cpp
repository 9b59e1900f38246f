#include "daemon/outputs/output_kinds.hpp"

#include <doctest/doctest.h>

using namespace ppsd::app;

namespace {

std::string text_of(const char* text) {
    const auto parsed = parse_outputs(text);
    return parsed.problem.empty() ? outputs_text(parsed.outputs) : "problem: " + parsed.problem;
}

bool is_refused(const char* text, const char* part) {
    const auto problem = parse_outputs(text).problem;
    CAPTURE(problem);
    return problem.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("any number of outputs, and one way to write each") {
    CHECK(text_of("shm:1") == "shm:1");
    CHECK(text_of(" shm:001 ,\tsock:/run//a ") == "shm:1, sock:/run/a");
    CHECK(text_of("sock:/a,sock:/b,shm:0,shm:255") == "sock:/a, sock:/b, shm:0, shm:255");
}

TEST_CASE("what is no output names what would be one") {
    for (const char* text : {"", " ", "shm", "1", "none", "tcp:1", ":1", "shm:1,", ",shm:1",
                             "SHM:1", "shm :1", "shm:1,,shm:2", "shm:1, none"}) {
        CAPTURE(text);
        CHECK(is_refused(text, "shm:1 or sock:/run/chrony.ppsd.sock is wanted"));
    }
    for (const char* text : {"shm:256", "shm:-1", "shm:", "shm:x", "shm:1x", "shm: 1", "shm:+1"}) {
        CAPTURE(text);
        CHECK(is_refused(text, "a unit from 0 to 255 is wanted"));
    }
    CHECK(is_refused("shm:1, sock:run", "sock:run: a path that begins with /"));
}

TEST_CASE("one output twice, however it is written") {
    CHECK(is_refused("shm:1, shm:2, shm:01", "shm:1 is there twice"));
    CHECK(is_refused("sock:/run/a, sock:/run/./a", "sock:/run/a is there twice"));
    CHECK(parse_outputs("sock:/run/a, sock:/run/b").problem.empty());
}

TEST_CASE("what the machine's ntpd and chronyd read without being told") {
    const auto is_machines = [](const char* text) {
        const OutputSpec spec = parse_outputs(text).outputs.at(0);
        return spec.kind->is_machines(spec.place);
    };
    CHECK(is_machines("shm:0"));
    CHECK(is_machines("shm:1"));
    CHECK_FALSE(is_machines("shm:2"));
    CHECK(is_machines("sock:/run/chrony.ppsd.sock"));
}

TEST_CASE("units") {
    CHECK(shm_unit(shm_output(7)) == 7);
    CHECK(shm_output(7) == parse_outputs("shm:7").outputs.at(0));
    CHECK_FALSE(shm_unit(parse_outputs("sock:/7").outputs.at(0)));
}
