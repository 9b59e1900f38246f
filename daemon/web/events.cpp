#include "daemon/web/events.hpp"

#include <fmt/format.h>

namespace ppsd::web {
namespace {

std::string level_of(const Snapshot& snapshot) {
    const std::string level = verdict(snapshot).level;
    return level == "unknown" ? "bad" : level;
}

/// What a source is called, with its kind; nothing selected is a name, too.
std::string selected_name(const NtpStatus& ntp) {
    const NtpSource* source = ntp.selected();
    return source ? fmt::format("{} {}", mode_word(source->mode), source->name) : "no source";
}

class Teller {
  public:
    explicit Teller(const Snapshot& now) : now_{now} {}

    void tell(const char* kind, std::string level, std::string text) {
        told.push_back({now_.time, kind, std::move(level), std::move(text)});
    }

    /// State, restart, counters of ppsd.
    void of_ppsd(const std::optional<PpsdStatus>& before) {
        const std::optional<PpsdStatus>& ppsd = now_.ppsd;
        if (!ppsd && before) tell("gap", "bad", "ppsd does not answer: " + now_.ppsd_problem);
        if (!ppsd) return;
        const bool restarted = before && before->pid != ppsd->pid;
        if (restarted) tell("restart", "info", fmt::format("ppsd {} started", ppsd->version));
        if (!before || restarted || before->state != ppsd->state)
            tell("state", level_of(now_), ppsd->state + ": " + ppsd->explanation);
        if (!before || restarted) return;
        if (ppsd->renumbered > before->renumbered)
            tell("renumbered", "warning",
                 "the seconds are counted anew: the receiver consistently names other ones");
        if (ppsd->clock_steps > before->clock_steps)
            tell("step", "warning", "the system clock was set");
        if (ppsd->baud != before->baud && ppsd->baud > 0 && before->baud > 0)
            tell("rate", "warning",
                 fmt::format("the line runs at {} baud now, not {}", ppsd->baud, before->baud));
    }

    void of_ntp(const NtpStatus& before) {
        if (!before.problem.empty() || !now_.ntp.problem.empty()) {
            if (before.problem.empty() != now_.ntp.problem.empty())
                tell("chrony", now_.ntp.problem.empty() ? "info" : "warning",
                     now_.ntp.problem.empty()
                         ? now_.ntp.program + " answers"
                         : before.program + " does not answer: " + now_.ntp.problem);
            return;
        }
        const std::string now = selected_name(now_.ntp);
        if (now != selected_name(before))
            tell("chrony", now_.ntp.selected() ? "info" : "warning",
                 now_.ntp.program + " follows " + now);
    }

    std::vector<Event> told;

  private:
    const Snapshot& now_;
};

} // namespace

std::vector<Event> events_between(const std::optional<Snapshot>& before, const Snapshot& now) {
    Teller teller{now};
    teller.of_ppsd(before ? before->ppsd : std::nullopt);
    if (before) teller.of_ntp(before->ntp);
    return std::move(teller.told);
}

} // namespace ppsd::web
