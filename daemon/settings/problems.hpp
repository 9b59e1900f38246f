// What is wrong with a configuration: thrown where it is found, or gathered to be told at once.
#pragma once

#include "hal/error.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ppsd::app {

class Problems {
  public:
    enum class Kind : bool { thrown, gathered };

    explicit Problems(Kind kind = Kind::thrown) : kind_{kind} {}

    /// Does it. Of what it throws, hal::UsageError is kept where problems are gathered; all else
    /// passes.
    template <class Action>
    void attempt(Action&& action) {
        try {
            std::forward<Action>(action)();
        } catch (const hal::UsageError& error) {
            if (kind_ == Kind::thrown) throw;
            found_.emplace_back(error.what());
        }
    }

    [[nodiscard]] const std::vector<std::string>& found() const noexcept { return found_; }

  private:
    Kind kind_;
    std::vector<std::string> found_; ///< a line each, in the order in which they were found
};

} // namespace ppsd::app
