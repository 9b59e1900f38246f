// Whether the numbering that was locked on before is still to be believed at once.
#pragma once

#include <cstdint>
#include <optional>

namespace ppsd::discipline {

/// It isn't after `lasting` labels in a row that agreed on another one, nor if it was another one
/// than before itself, and not so many have confirmed it: then each has to last, until one is
/// locked on.
class NumberingDoubt {
  public:
    /// So many labels in a row are more than bursts that come late, or a receiver that errs.
    static constexpr int lasting = 60;

    /// On the numbering of before, or on another one.
    void locked(bool renumbered) noexcept;

    /// A label confirmed what is locked on.
    void confirmed() noexcept;

    /// So many labels said otherwise, that it no longer is.
    void unlocked(int mismatches) noexcept;

    /// A label that, while searching, agrees on another numbering, K.
    void contradicted(std::int64_t k) noexcept;

    [[nodiscard]] bool doubts() const noexcept { return contrary_ >= lasting; }

  private:
    int unproven_ = 0; ///< labels that have still to confirm another numbering than before
    int contrary_ = 0; ///< labels in a row of another one; stays once it makes doubt
    std::optional<std::int64_t> contrary_k_; ///< which; nothing: what the mismatches said
};

} // namespace ppsd::discipline
