// A folder of the test's own, gone when it is over.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace hal::test {

class ScratchDir {
  public:
    ScratchDir() { REQUIRE(::mkdtemp(folder_.data()) != nullptr); }
    ScratchDir(const ScratchDir&) = delete;
    ScratchDir& operator=(const ScratchDir&) = delete;
    ~ScratchDir() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    [[nodiscard]] std::string path(std::string_view name) const {
        return folder_ + "/" + std::string{name};
    }
    /// Makes a file, and gives its path.
    [[nodiscard]] std::string file(std::string_view name, std::string_view text) const {
        std::ofstream{path(name), std::ios::binary} << text;
        return path(name);
    }
    /// What a file holds; "" if there is none.
    [[nodiscard]] std::string text(std::string_view name) const {
        std::ifstream file{path(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return std::filesystem::exists(path(name));
    }

  private:
    std::string folder_ = std::filesystem::temp_directory_path() / "ppsd-hal-XXXXXX";
};

} // namespace hal::test
