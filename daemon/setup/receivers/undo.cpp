#include "daemon/setup/receivers/undo.hpp"

#include "daemon/setup/receivers/bytes.hpp"
#include "hal/error.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

namespace ppsd::receivers {

UndoNote undo_note(const Known& known, const Outcome& plan, const std::string& port, bool save) {
    UndoNote note{
        port, std::string{known.protocol->name()}, known.identity.model, plan.rate.before, save,
        {}};
    for (const Change& change : plan.changes)
        if (change.before) note.items.push_back({change.setting, *change.before});
    return note;
}

UndoNote joined(const UndoNote& earlier, const UndoNote& later) {
    if (earlier.port != later.port || earlier.protocol != later.protocol ||
        earlier.model != later.model)
        return later;
    UndoNote all = earlier;
    all.saved = earlier.saved || later.saved;
    for (const auto& item : later.items) {
        const bool known = std::ranges::any_of(
            all.items, [&](const UndoItem& one) { return one.setting.key == item.setting.key; });
        if (!known) all.items.push_back(item);
    }
    return all;
}

Outcome undo_plan(const UndoNote& note, const Known& known) {
    Outcome plan;
    for (const auto& item : std::views::reverse(note.items)) {
        const auto now = known.values.find(item.setting.key);
        const bool told = now != known.values.end();
        if (told && now->second == item.before) continue;
        plan.changes.push_back(
            {item.setting, told ? std::optional{now->second} : std::nullopt, item.before, {}, {}});
    }
    plan.rate.before = known.heard.baud;
    plan.rate.after = note.baud;
    if (plan.rate.before != plan.rate.after) plan.rate.result = RateChange::Result::planned;
    return plan;
}

Wishes undo_wishes() {
    Wishes wishes;
    wishes.survey = true;
    wishes.cable_ns = 0;
    return wishes;
}

std::string undo_text(const UndoNote& note) {
    nlohmann::ordered_json json{{"port", note.port},   {"protocol", note.protocol},
                                {"model", note.model}, {"baud", note.baud},
                                {"saved", note.saved}, {"before", nlohmann::json::array()}};
    for (const auto& item : note.items)
        json["before"].push_back({{"key", item.setting.key},
                                  {"what", item.setting.what},
                                  {"value", hex_of(item.before)}});
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

UndoNote parse_undo(const std::string& text) {
    try {
        const auto json = nlohmann::json::parse(text);
        UndoNote note{json.at("port"), json.at("protocol"), json.at("model"),
                      json.at("baud"), json.at("saved"),    {}};
        for (const auto& item : json.at("before"))
            note.items.push_back({{item.at("key"), item.at("what")},
                                  bytes_from_hex(item.at("value").get<std::string>())});
        return note;
    } catch (const nlohmann::json::exception&) {
        throw hal::UsageError("it is no file that ppsctl receiver --set has written");
    }
}

} // namespace ppsd::receivers
