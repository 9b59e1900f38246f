#include "daemon/outputs/held_lock.hpp"

#include <ntpdshm/segment.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace ppsd::app {

void HeldLock::say_problem() noexcept {
    if (lock_.problem().empty()) return;
    log_.line(LogLevel::warning, "{}", lock_.problem());
    quiet_ = 0;
    lacking_ = !lock_.held();
    pause_ = lacking_ ? minute : 0;
}

void HeldLock::look() noexcept {
    quiet_ = std::min(quiet_ + 1, minute);
    if (lock_.held()) return;
    if (pause_ > 0) {
        --pause_;
        return;
    }
    try {
        take_again();
    } catch (const std::exception& error) {
        lacks(error.what());
    }
}

void HeldLock::take_again() {
    const auto changed_by = lock_.changed_by();
    lock_ = ntpdshm::UnitLock{unit_};
    if (!lock_.held()) return lacks(lock_.problem());
    const std::string unit = ntpdshm::name_of(unit_);
    if (std::exchange(lacking_, false))
        return log_.line(LogLevel::notice, "{}: its lock could be taken now", unit);
    if (quiet_ < minute) return;
    quiet_ = 0;
    log_.line(LogLevel::warning,
              "{}: its lock was {}; taken anew, but a second writer could come in meanwhile", unit,
              changed_by ? "reset by " + *changed_by : std::string{"removed"});
}

void HeldLock::lacks(const std::string& why) {
    pause_ = minute;
    if (std::exchange(lacking_, true)) return;
    log_.line(LogLevel::warning, "{} (its lock was lost)", why);
    quiet_ = 0;
}

} // namespace ppsd::app
