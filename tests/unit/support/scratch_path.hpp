// A file of the test's own, gone when it is over.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>

namespace ppsd::app::test {

class ScratchPath {
  public:
    /// A path where nothing is.
    ScratchPath() {
        REQUIRE(::mkdtemp(folder_.data()) != nullptr);
        path_ = folder_ + "/file";
    }
    explicit ScratchPath(std::string_view text) : ScratchPath() {
        std::ofstream{path_, std::ios::binary} << text;
    }
    ScratchPath(const ScratchPath&) = delete;
    ScratchPath& operator=(const ScratchPath&) = delete;
    ~ScratchPath() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string folder_ = std::filesystem::temp_directory_path() / "ppsd-app-XXXXXX";
    std::string path_;
};

/// All of it.
inline std::string file_text(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace ppsd::app::test
