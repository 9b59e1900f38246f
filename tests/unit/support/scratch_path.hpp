// A file of the test's own, in a folder of its own, gone when it is over.
#pragma once

#include "tests/unit/support/scratch_dir.hpp"

namespace ppsd::app::test {

class ScratchPath {
  public:
    /// A path where nothing is.
    ScratchPath() = default;
    explicit ScratchPath(std::string_view text) { (void)dir_.file("file", text); }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::string& folder() const { return dir_.folder(); }

  private:
    ScratchDir dir_;
    std::string path_ = dir_.path("file");
};

} // namespace ppsd::app::test
