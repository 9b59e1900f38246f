// What another program says.
#pragma once

#include "hal/time.hpp"

#include <string>
#include <vector>

namespace hal {

struct ProgramEnd {
    int code = -1;   ///< its exit code; -1: it didn't start, was killed, or took too long
    std::string out; ///< on its standard output; what it says on its standard error is dropped
};

/// Runs a program, sought in PATH, without standard input; kills it after `longest`.
[[nodiscard]] ProgramEnd run_program(const std::vector<std::string>& words, Nanos longest);

} // namespace hal
