// How a file begins that is to be recorded into.
#pragma once

#include <cstdint>
#include <string_view>

namespace hal {

enum class Beginning : std::uint8_t {
    sound,   ///< a recording, an empty file, or a recording that was torn in its first line
    damaged, ///< it was a recording: its head is missing or can't be read
    foreign, ///< somebody's file of another kind
};

/// start: the file's first bytes, from the first on that isn't zero; zeros: whether there were any
/// before. A recording is known by its head, or by a line that has a time, anywhere in it.
[[nodiscard]] Beginning judge_beginning(std::string_view start, bool zeros);

} // namespace hal
