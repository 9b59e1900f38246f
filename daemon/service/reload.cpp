#include "daemon/service/reload.hpp"

#include "daemon/service/check_config.hpp"

#include <set>

namespace ppsd::app {

namespace {

std::string text_of(const Options& options, const std::string& key) {
    const auto setting = options.settings.find(key);
    return setting == options.settings.end() ? "not set" : setting->second.text;
}

std::set<std::string> changed_keys(const Options& before, const Options& now) {
    std::set<std::string> changed;
    for (const Options* options : {&before, &now})
        for (const auto& [key, setting] : options->settings)
            if (text_of(before, key) != text_of(now, key)) changed.insert(key);
    return changed;
}

/// Also where it isn't set any more.
void copy_setting(const Options& from, Options& to, const std::string& key) {
    to.settings.erase(key);
    if (const auto setting = from.settings.find(key); setting != from.settings.end())
        to.settings.insert(*setting);
}

} // namespace

const Options& Reload::operator()() {
    try {
        take_over(parse_command_line(arguments_).options);
    } catch (const std::exception& error) {
        log_.line(LogLevel::error, "SIGHUP: {}; the settings stay as they were", error.what());
    }
    return running_;
}

void Reload::take_over(const Options& fresh) {
    const auto changed = changed_keys(running_, fresh);
    log_.line(LogLevel::notice, "SIGHUP: the configuration was read again{}",
              changed.empty() ? ", and nothing in it has changed" : "");
    for (const auto& key : changed) {
        const bool at_once = key == "log-level" || key == "leap-file";
        log_.line(at_once ? LogLevel::notice : LogLevel::warning, "{}: {}, was {}{}", key,
                  text_of(fresh, key), text_of(running_, key),
                  at_once ? "" : "; this waits until ppsd is started again");
    }
    take_leap_file(fresh);
    copy_setting(fresh, running_, "log-level");
    log_.set_threshold(running_.log_level = fresh.log_level);
}

void Reload::take_leap_file(const Options& fresh) {
    if (const auto problem = problem_of_leap_file(fresh.leap_file))
        return log_.line(LogLevel::warning, "{}; the former list stays", *problem);
    copy_setting(fresh, running_, "leap-file");
    running_.leap_file = fresh.leap_file;
}

} // namespace ppsd::app
