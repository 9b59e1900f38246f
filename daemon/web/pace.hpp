// When to ask ppsd next. Pure.
#pragma once

#include "hal/time.hpp"

#include <cstdint>
#include <optional>

namespace ppsd::web {

/// A sample is published once a second, at a moment that depends on the receiver. Whoever asks once
/// a second, but near that moment, sees one sample twice and passes over another: then the
/// questions move away from it.
class Pace {
  public:
    static constexpr hal::Nanos second{1'000'000'000};
    static constexpr hal::Nanos move{300'000'000};

    /// From one question to the next. sample: the second that the last sample names, as the answer
    /// has it; nothing: there is none.
    [[nodiscard]] hal::Nanos next(const std::optional<std::int64_t>& sample) noexcept {
        const bool in_step = !sample || !last_ || *sample == *last_ + 1;
        last_ = sample;
        return in_step ? second : second + move;
    }

  private:
    std::optional<std::int64_t> last_;
};

} // namespace ppsd::web
