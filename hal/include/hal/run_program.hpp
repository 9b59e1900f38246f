// What another program says.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hal {

struct ProgramEnd {
    int code = -1;   ///< its exit code; -1: it didn't start, was killed, or took too long
    std::string out; ///< on its standard output
};

enum class RunAs : std::uint8_t {
    question, ///< what it says on its standard error is dropped; Ctrl-C reaches it
    work      ///< what must not be cut off: Ctrl-C doesn't reach it, and its errors are shown
};

/// Runs a program, sought in PATH, without standard input; kills it after `longest`.
[[nodiscard]] ProgramEnd run_program(const std::vector<std::string>& words, Nanos longest,
                                     RunAs as = RunAs::question);

} // namespace hal
