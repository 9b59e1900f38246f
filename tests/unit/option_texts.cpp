// Usage: option_texts --write. Writes anew, into the source tree that it was built from, what the
// manual, ppsd.conf and the completion say of the options, from their rows in daemon/settings, and
// what tests/sim/README.md says of the simulated world, from those in hal/sim/key_table.hpp.
#include "daemon/settings/option_texts.hpp"
#include "daemon/simulate/sim_tables.hpp"

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
    write_anew(sim_tables_part);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "option_texts: {}\n", error.what());
    return 1;
}
