#include "daemon/setup/journal.hpp"

#include "hal/error.hpp"

#include <nlohmann/json.hpp>

namespace ppsd::app {

// By name, so that a journal outlives a new kind.
NLOHMANN_JSON_SERIALIZE_ENUM(Change::Kind, {{Change::Kind::file, "file"},
                                            {Change::Kind::stop, "stop"},
                                            {Change::Kind::start, "start"},
                                            {Change::Kind::restart, "restart"},
                                            {Change::Kind::install, "install"}})

std::string journal_text(const Journal& journal) {
    auto list = nlohmann::json::array();
    for (const Done& done : journal.done) {
        nlohmann::json one{{"kind", done.kind},     {"target", done.target},
                           {"after", done.after},   {"enabled", done.enabled},
                           {"active", done.active}, {"before", nullptr}};
        if (done.before) one["before"] = *done.before;
        list.push_back(one);
    }
    try {
        return nlohmann::json{{"boot", journal.boot}, {"done", list}}.dump(1) + "\n";
    } catch (const nlohmann::json::exception&) {
        throw hal::UsageError(journal.done.back().target +
                              ": it is not in UTF-8, so it could not be restored; change it with "
                              "iconv, or by hand as --dry-run shows");
    }
}

std::set<std::string> unread(const Journal& journal) {
    std::set<std::string> files;
    for (const Done& done : journal.done) {
        if (done.kind == Change::Kind::file && !reader_of(done.target).empty())
            files.insert(done.target);
        // What runs already is not started anew.
        if (done.kind == Change::Kind::restart ||
            (done.kind == Change::Kind::start && !done.active))
            std::erase_if(files, [&](const auto& file) { return reader_of(file) == done.target; });
    }
    return files;
}

Journal parse_journal(const std::string& json) {
    try {
        const auto whole = nlohmann::json::parse(json);
        Journal journal;
        journal.boot = whole.at("boot").get<std::string>();
        for (const auto& one : whole.at("done")) {
            Done done;
            done.kind = one.at("kind").get<Change::Kind>();
            done.target = one.at("target").get<std::string>();
            if (!one.at("before").is_null()) done.before = one.at("before").get<std::string>();
            done.after = one.at("after").get<std::string>();
            done.enabled = one.at("enabled").get<bool>();
            done.active = one.at("active").get<bool>();
            journal.done.push_back(std::move(done));
        }
        return journal;
    } catch (const nlohmann::json::exception& error) {
        throw hal::UsageError(std::string{"this is no journal of ppsctl setup: "} + error.what());
    }
}

} // namespace ppsd::app
