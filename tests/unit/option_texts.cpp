// Usage: option_texts --write. Writes what the manual, ppsd.conf and the completion say of the
// options anew, from their rows in daemon/settings, into the source tree that it was built from.
#include "daemon/settings/option_texts.hpp"

#include <fmt/format.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <string_view>

using namespace ppsd::app;

namespace {

void write_anew(const GeneratedPart& part) {
    const std::string path = fmt::format("{}/{}", PPSD_SOURCE_DIR, part.path);
    std::ifstream file{path};
    const std::string committed{std::istreambuf_iterator<char>{file}, {}};
    const std::string wanted = with_part(committed, part);
    if (wanted == committed) return;
    std::ofstream{path} << wanted;
    fmt::print("{}\n", part.path);
}

} // namespace

int main(int argc, char** argv) try {
    if (argc != 2 || std::string_view{argv[1]} != "--write") {
        fmt::print(stderr, "usage: option_texts --write\n");
        return 2;
    }
    for (const GeneratedPart& part : generated_parts())
        write_anew(part);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "option_texts: {}\n", error.what());
    return 1;
}
