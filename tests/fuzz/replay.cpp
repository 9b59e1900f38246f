// A recording through ppsctl replay. Either an error of one clean line that names a line of the
// file; or it plays to the end. And what a replay writes is a recording, which replays as written.
#include "daemon/record/replay.hpp"
#include "hal/error.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/memory_file.hpp"

#include <filesystem>
#include <memory>

using fuzz::require;
using namespace ppsd::app;

namespace {

std::FILE* nowhere() {
    static std::FILE* const file = std::fopen("/dev/null", "w");
    return file;
}

/// Made anew by each replay that writes.
class Written {
  public:
    Written() { std::filesystem::remove(path_); }
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
    ~Written() { std::filesystem::remove(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_ = "/dev/shm/fuzz-replay." + std::to_string(::getpid());
};

int replay(const std::string& file, bool check, const std::string& write) {
    ReplayOptions options;
    options.file = file;
    options.check = check;
    options.write = write;
    return run_replay(options, nowhere(), nowhere());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::MemoryFile file{{reinterpret_cast<const char*>(data), size}};
    try {
        (void)replay(file.path(), true, {});
        const Written written;
        require(replay(file.path(), false, written.path()) == 0, "what plays can be written");
        require(replay(written.path(), true, {}) == 0, "what is written replays as it was written");
    } catch (const hal::UsageError& error) {
        const std::string message{error.what()};
        require(fuzz::is_one_clean_line(message), "an error is one clean line", message);
        require(message.starts_with(file.path() + ":"), "an error names its line", message);
    }
    return 0;
}
