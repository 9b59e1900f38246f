// Whether the system clock may follow a ppsd that has run since the boot: a file that says so.
#pragma once

#include "hal/own_file.hpp"

#include <optional>
#include <string>

namespace ppsd::app {

/// The folder of ppsd and its instances, emptied at boot.
inline constexpr const char* run_folder = "/run/ppsd";

/// $RUNTIME_DIRECTORY's first folder (systemd: of an instance, /run/ppsd/NAME), else /run/ppsd.
/// Throws hal::UsageError for one that isn't a whole path, or leads up again (..).
[[nodiscard]] std::string runtime_folder();

/// The file `published` in a folder that is emptied at boot. It is made at once, empty, since later
/// ppsd may be a user who may not; it holds a byte once ppsd has published what no independent
/// clock agreed with (clock_check.hpp). It outlives ppsd.
///
/// Where it can't be opened for writing, an earlier ppsd could not have made it either: then
/// there() is true, and the clock is no evidence. ppsd runs on, and never falls silent by a clock
/// that it may have set itself.
class PublishedMark {
  public:
    /// Makes the folder, if it is missing. Marks in `all` and in the folders in it count as well:
    /// those of other instances. heir: whom what is made shall belong to.
    explicit PublishedMark(std::string folder = runtime_folder(),
                           const std::string& all = run_folder,
                           const std::optional<hal::Owner>& heir = {});

    /// Whether it could be opened for writing.
    [[nodiscard]] bool usable() const noexcept { return usable_; }

    /// As it was when this was made.
    [[nodiscard]] bool there() const noexcept { return there_; }

    /// From now on it is there. Once is enough; what can't be written is ignored.
    void set() noexcept;

  private:
    std::string folder_;
    std::optional<hal::Owner> heir_;
    bool usable_ = false;
    bool there_ = true;
    bool set_ = false;
};

} // namespace ppsd::app
