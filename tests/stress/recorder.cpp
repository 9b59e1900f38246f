// The flight recorder's two threads as fast as they can, while the file is moved away from under
// them and opened again. TSan (in the tsan preset) follows the hand-over; what is in the files
// shows that each line is there once, in order, and that a part is missing wherever lines are.
//   stress_recorder LINES
#include "hal/record_file.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::string_view head = "ppsd-recording 2 5 ";

class Folder {
  public:
    Folder() {
        if (!::mkdtemp(name_.data())) std::abort();
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(name_, ignored);
    }
    [[nodiscard]] std::string path(const std::string& file) const { return name_ + "/" + file; }

  private:
    std::string name_ = "/tmp/ppsd-recorder-stress-XXXXXX";
};

struct Tally {
    std::uint64_t lines = 0, parts = 0, gaps = 0, faults = 0, news = 0;
};

/// The files in the order in which they were written.
std::vector<std::string> record(const Folder& folder, std::uint64_t lines, Tally& tally) {
    using namespace std::chrono_literals;
    const std::string path = folder.path("rec");
    std::vector<std::string> moved;
    std::uint64_t part = 0;
    const auto make_head = [&](std::string& text, bool lost) {
        if (lost) ++part;
        text += std::string{head} + std::to_string(part++) + "\n";
    };
    hal::RecordFile file{path, UINT64_MAX / 2, make_head, 50us};
    for (std::uint64_t n = 0; n < lines; ++n) {
        file.put(std::to_string(n) + "\n");
        while (file.news())
            ++tally.news;
        if (n % 20'000 == 19'999) {
            std::error_code error;
            const std::string name = folder.path(std::to_string(moved.size()));
            fs::rename(path, name, error);
            if (!error) moved.push_back(name);
            if (n % 40'000 == 39'999) file.reopen(); // else it finds out
        }
        if (n % 100'000 == 99'999) file.settle(); // after a move that nobody told of: a gap
    }
    moved.push_back(path);
    return moved;
}

/// Counts what a reader would have to be told.
void read(const std::vector<std::string>& files, Tally& tally) {
    std::uint64_t next_part = 0;
    std::uint64_t next = 0;
    bool gap = false;
    std::string line;
    for (const std::string& name : files) {
        std::ifstream file{name};
        while (std::getline(file, line)) {
            if (line.starts_with(head)) {
                const std::uint64_t part = std::stoull(line.substr(head.size()));
                if (part < next_part) ++tally.faults;
                gap = part != next_part;
                tally.gaps += gap ? 1 : 0;
                next_part = part + 1;
                ++tally.parts;
                continue;
            }
            const std::uint64_t n = std::stoull(line);
            if (gap ? n < next : n != next) ++tally.faults;
            gap = false;
            next = n + 1;
            ++tally.lines;
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: stress_recorder LINES\n", stderr);
        return 2;
    }
    try {
        const Folder folder;
        Tally tally;
        read(record(folder, std::stoull(argv[1]), tally), tally);
        std::printf("recorder: %llu lines in %llu parts, %llu of them after a gap, %llu news, "
                    "%llu faults\n",
                    static_cast<unsigned long long>(tally.lines),
                    static_cast<unsigned long long>(tally.parts),
                    static_cast<unsigned long long>(tally.gaps),
                    static_cast<unsigned long long>(tally.news),
                    static_cast<unsigned long long>(tally.faults));
        // All of it is wanted: parts that go on, and some that can't.
        return tally.faults == 0 && tally.gaps > 0 && tally.parts > tally.gaps ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "stress_recorder: %s\n", error.what());
        return 1;
    }
}
