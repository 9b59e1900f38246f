#include "daemon/setup/plan_draft.hpp"

#include "daemon/setup/text_edits.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace ppsd::app {

bool is_pps0(std::string_view line) {
    return begins_with_words(line, {"refclock", "PPS", "/dev/pps0"});
}

std::string PlanDraft::text(const std::string& path) const {
    const auto found = files.find(path);
    return found == files.end() ? std::string{} : found->second;
}

std::string PlanDraft::unit(const std::string& name) const {
    const auto found = facts.configured.units.find(name);
    return found == facts.configured.units.end() ? std::string{} : found->second;
}

void PlanDraft::write(const std::string& path, const std::string& wanted,
                      const std::string& reason) {
    if (wanted == text(path)) return;
    const auto same = std::ranges::find_if(plan.changes, [&](const Change& change) {
        return change.kind == Change::Kind::file && change.target == path;
    });
    files[path] = wanted;
    if (same == plan.changes.end()) {
        plan.changes.push_back({Change::Kind::file, path, reason, wanted});
        return;
    }
    same->text = wanted;
    same->reason += "; " + reason;
}

void PlanDraft::service(Change::Kind kind, const std::string& name, const std::string& reason) {
    plan.changes.push_back({kind, name, reason, {}});
}

void PlanDraft::stop_gpsd(const std::string& reason) {
    for (const char* const name : {"gpsd.socket", "gpsd.service"})
        if (!unit(name).empty()) service(Change::Kind::stop, name, reason);
}

void PlanDraft::start(const std::string& name, const std::string& reason) {
    if (unit(name) == "masked") {
        plan.advice.push_back(
            fmt::format("{0} is masked: `sudo systemctl unmask {0}`, then run setup again", name));
        return;
    }
    const bool active = facts.configured.active.contains(name);
    const bool changed = std::ranges::any_of(plan.changes, [&](const Change& change) {
        return change.kind == Change::Kind::file && reader_of(change.target) == name;
    });
    const bool unread = std::ranges::any_of(
        facts.configured.unread, [&](const auto& path) { return reader_of(path) == name; });
    if (unit(name) != "enabled" || !active) service(Change::Kind::start, name, reason);
    if (active && (changed || unread))
        service(Change::Kind::restart, name, "so that it reads its new lines");
}

void PlanDraft::stop(const std::string& advice) {
    plan.advice.push_back(advice);
    plan.next = Next::person;
}

std::string reader_of(std::string_view path) {
    if (is_chrony(path)) return "chrony.service";
    if (path == ppsd_conf) return "ppsd.service";
    if (path == "/etc/ntpsec/ntp.conf") return "ntpsec.service";
    return path == "/etc/ntp.conf" ? "ntp.service" : "";
}

} // namespace ppsd::app
