// A receiver's text as it would come over the line: a chunk for each line, bursts a second apart.
#pragma once

#include "hal/time.hpp"

#include <optional>
#include <string_view>

namespace fuzz {

/// Line after line; a second's burst begins at each line that begins as the first sentence did,
/// and lasts for less than a second.
class LineReader {
  public:
    struct Timed {
        std::string_view bytes;
        hal::MonoTime arrival;
    };

    LineReader(std::string_view text, hal::MonoTime start) : rest_{text}, now_{start} {}

    std::optional<Timed> next() {
        if (rest_.empty()) return std::nullopt;
        const auto line = rest_.substr(0, rest_.find('\n') + 1);
        const auto taken = line.empty() ? rest_ : line; // npos + 1 is 0
        rest_.remove_prefix(taken.size());
        if (opener_.empty() && taken.starts_with('$')) opener_ = taken.substr(0, 6);
        const bool opens = !opener_.empty() && taken.starts_with(opener_);
        const auto due = second_ + std::chrono::seconds{1};
        if (opens && now_ < due)
            now_ = second_ = due;
        else
            now_ = now_ + std::chrono::milliseconds{5};
        return Timed{taken, now_};
    }

  private:
    std::string_view rest_;
    std::string_view opener_;
    hal::MonoTime now_;
    hal::MonoTime second_ = now_;
};

} // namespace fuzz
