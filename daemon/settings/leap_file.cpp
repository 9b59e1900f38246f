#include "daemon/settings/leap_file.hpp"

#include "daemon/pipeline/leap_list.hpp"
#include "hal/text_file.hpp"

#include <system_error>
#include <utility>

namespace ppsd::app {

discipline::LeapTable load_leap_file(const std::string& path, const Log& log) {
    const auto [text, error] = hal::read_text_file(path);
    if (error != 0) {
        log.line(LogLevel::warning,
                 "{}: {}; no leap second is known; install tzdata, or "
                 "set leap-file",
                 path, std::generic_category().message(error));
        return {};
    }
    if (auto table = parse_leap_list(text)) return std::move(*table);
    log.line(LogLevel::warning, "{}: not a leap-seconds.list; no leap second is known", path);
    return {};
}

std::string leap_list_in(const std::string& path) {
    auto text = hal::read_text_file(path).text; // what can't be read leaves it empty
    return parse_leap_list(text) ? std::move(text) : std::string{};
}

LeapFile::LeapFile(std::string path, hal::MonoTime now)
    : path_{std::move(path)}, stamp_{stamp()}, look_at_{now + look_every} {}

std::optional<LeapFile::Stamp> LeapFile::stamp() const {
    std::error_code time_error;
    std::error_code size_error;
    const Stamp stamp{std::filesystem::last_write_time(path_, time_error),
                      std::filesystem::file_size(path_, size_error)};
    return time_error || size_error ? std::nullopt : std::optional{stamp};
}

std::optional<std::string> LeapFile::newer(hal::MonoTime now, const Log& log) {
    if (now < look_at_) return std::nullopt;
    look_at_ = now + look_every;
    const auto stamp = this->stamp();
    if (!stamp || stamp == stamp_) return std::nullopt;
    stamp_ = stamp;
    if (auto text = leap_list_in(path_); !text.empty()) return text;
    log.line(LogLevel::warning, "{}: not a leap-seconds.list any more; the former one stays",
             path_);
    return std::nullopt;
}

void LeapFile::follow(const std::string& path) {
    if (path != path_) stamp_.reset();
    path_ = path;
    look_at_ = hal::MonoTime{};
}

} // namespace ppsd::app
