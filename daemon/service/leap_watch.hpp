// A newer list of leap seconds reaches the pipeline while ppsd runs.
#pragma once

#include "daemon/record/intake.hpp"
#include "daemon/service/event_loop.hpp"
#include "daemon/settings/leap_file.hpp"
#include "daemon/text/log.hpp"

#include <string>
#include <utility>

namespace ppsd::app {

class LeapWatch final : public Timed {
  public:
    /// now: the file was just read. The intake and the log must outlive it.
    LeapWatch(std::string path, hal::MonoTime now, Intake& intake, const Log& log)
        : path_{std::move(path)}, file_{path_, now}, intake_{intake}, log_{log} {}

    /// It is that file from now on, and it is looked at once.
    void follow(const std::string& path) {
        path_ = path;
        file_.follow(path);
    }

    [[nodiscard]] std::optional<hal::MonoTime> deadline() const override { return file_.look_at(); }

    void tick(hal::MonoTime now) override {
        const auto list = file_.newer(now, log_);
        if (!list) return;
        log_.line(LogLevel::notice, "{}: changed, and read again", path_);
        intake_.on(hal::NewLeapList{now, *list});
    }

  private:
    std::string path_;
    LeapFile file_;
    Intake& intake_;
    const Log& log_;
};

} // namespace ppsd::app
