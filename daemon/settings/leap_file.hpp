// The list of leap seconds, from a file.
#pragma once

#include "daemon/discipline/leap_table.hpp"
#include "daemon/text/log.hpp"
#include "hal/time.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ppsd::app {

/// An empty table, and a warning in the log, if the file can't be read or isn't such a list.
[[nodiscard]] discipline::LeapTable load_leap_file(const std::string& path, const Log& log);

/// Its text, if it is such a list; else empty. No word in the log.
[[nodiscard]] std::string leap_list_in(const std::string& path);

/// Looks every hour whether the file is another one: tzdata's updates bring a newer list, and ppsd
/// runs for years.
class LeapFile {
  public:
    static constexpr hal::Nanos look_every = std::chrono::hours{1};

    /// now: it was just read.
    LeapFile(std::string path, hal::MonoTime now);

    /// Its text, if it is time to look, it has changed, and it is a leap-seconds.list. Otherwise
    /// the list that is known stays, with a warning if the file isn't one any more.
    [[nodiscard]] std::optional<std::string> newer(hal::MonoTime now, const Log& log);

    /// It is that file from now on, and newer() looks at it at once.
    void follow(const std::string& path);

    [[nodiscard]] hal::MonoTime look_at() const noexcept { return look_at_; }

  private:
    struct Stamp {
        std::filesystem::file_time_type time;
        std::uintmax_t size = 0;
        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    [[nodiscard]] std::optional<Stamp> stamp() const;

    std::string path_;
    std::optional<Stamp> stamp_; ///< nothing: there is no such file
    hal::MonoTime look_at_;
};

} // namespace ppsd::app
