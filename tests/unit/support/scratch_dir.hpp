// A folder of the test's own, gone when it is over.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace ppsd::app::test {

/// What a file holds; "" if there is none.
inline std::string file_text(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

class ScratchDir {
  public:
    ScratchDir() { REQUIRE(::mkdtemp(folder_.data()) != nullptr); }
    ScratchDir(const ScratchDir&) = delete;
    ScratchDir& operator=(const ScratchDir&) = delete;
    ~ScratchDir() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] std::string path(std::string_view name) const {
        return folder_ + "/" + std::string{name};
    }
    /// Makes a file, and the folders that it is in, and gives its path.
    [[nodiscard]] std::string file(std::string_view name, std::string_view text) const {
        const std::string file = path(name);
        std::filesystem::create_directories(std::filesystem::path{file}.parent_path());
        std::ofstream{file, std::ios::binary} << text;
        return file;
    }
    [[nodiscard]] std::string text(std::string_view name) const { return file_text(path(name)); }
    [[nodiscard]] bool has(std::string_view name) const {
        return std::filesystem::exists(path(name));
    }

  private:
    std::string folder_ = std::filesystem::temp_directory_path() / "ppsd-test-XXXXXX";
};

} // namespace ppsd::app::test
