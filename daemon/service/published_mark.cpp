#include "daemon/service/published_mark.hpp"

#include "hal/unique_fd.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ppsd::app {

using hal::UniqueFd;

namespace {

constexpr const char* file_name = "/published";

UniqueFd open_mark(const std::string& folder) {
    const std::string path = folder + file_name;
    return UniqueFd{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)};
}

bool is_set(const std::string& folder) {
    struct stat status {};
    return ::lstat((folder + file_name).c_str(), &status) == 0 && status.st_size > 0;
}

bool any_set(const std::string& all) {
    if (is_set(all)) return true;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{all, ignored})
        if (entry.is_directory(ignored) && is_set(entry.path().string())) return true;
    return false;
}

} // namespace

std::string runtime_folder() {
    const char* const given = std::getenv("RUNTIME_DIRECTORY");
    if (given == nullptr || *given == '\0') return run_folder;
    const std::string folders{given};
    return folders.substr(0, folders.find(':'));
}

PublishedMark::PublishedMark(std::string folder, const std::string& all)
    : folder_{std::move(folder)}, folder_made_{::mkdir(folder_.c_str(), 0755) == 0},
      usable_{static_cast<bool>(open_mark(folder_))}, there_{!usable_ || is_set(folder_) ||
                                                             any_set(all)} {}

void PublishedMark::set() noexcept {
    if (!usable_ || std::exchange(set_, true)) return;
    const UniqueFd mark = open_mark(folder_);
    [[maybe_unused]] const auto best_effort = ::write(mark.get(), "\n", 1);
}

void PublishedMark::give_to(uid_t user, gid_t group) const noexcept {
    [[maybe_unused]] int best_effort = ::lchown((folder_ + file_name).c_str(), user, group);
    if (folder_made_) best_effort = ::lchown(folder_.c_str(), user, group);
}

} // namespace ppsd::app
