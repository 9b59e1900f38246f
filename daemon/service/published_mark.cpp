#include "daemon/service/published_mark.hpp"

#include "hal/error.hpp"
#include "hal/unique_fd.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ppsd::app {

namespace {

constexpr const char* file_name = "/published";

hal::UniqueFd open_mark(const std::string& folder, const std::optional<hal::Owner>& heir) {
    return std::move(hal::open_own_file(folder + file_name, heir).fd);
}

bool leads_up(std::string_view folder) {
    for (std::string rest{folder}; !rest.empty();) {
        const auto end = rest.find('/');
        if (rest.substr(0, end) == "..") return true;
        rest.erase(0, end == std::string::npos ? end : end + 1);
    }
    return false;
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
    std::string folder = folders.substr(0, folders.find(':'));
    if (!folder.starts_with('/') || leads_up(folder))
        throw hal::UsageError(
            fmt::format("RUNTIME_DIRECTORY = {}: a folder's whole path without .. "
                        "is wanted; unset it, or name one as /run/ppsd",
                        folder));
    return folder;
}

PublishedMark::PublishedMark(std::string folder, const std::string& all,
                             const std::optional<hal::Owner>& heir)
    : folder_{std::move(folder)}, heir_{heir} {
    hal::make_own_folder(folder_, heir_);
    usable_ = static_cast<bool>(open_mark(folder_, heir_));
    there_ = !usable_ || is_set(folder_) || any_set(all);
}

void PublishedMark::set() noexcept {
    if (!usable_ || std::exchange(set_, true)) return;
    const hal::UniqueFd mark = open_mark(folder_, heir_);
    [[maybe_unused]] const auto best_effort = ::write(mark.get(), "\n", 1);
}

} // namespace ppsd::app
