#include "daemon/ctl/receiver_text.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ppsd::app {

using receivers::Known;
using receivers::Outcome;
using receivers::RateChange;

namespace {

void add(std::string& text, std::string_view what, const std::string& value) {
    if (!value.empty()) text += fmt::format("{:<16} {}\n", what, value);
}

std::string leap_text(const receivers::Condition& condition) {
    if (!condition.leap_seconds) return condition.leap_from_sky ? "not yet known" : "";
    std::string text = fmt::format("GPS less UTC {} s", *condition.leap_seconds);
    if (condition.leap_from_sky)
        text += *condition.leap_from_sky ? ", from the sky" : ", not from the sky";
    if (!condition.leap_source.empty()) text += fmt::format(" ({})", condition.leap_source);
    return text;
}

/// "5 RMC, 0.1 GSV a second".
std::string sent_text(const HeardFacts& heard) {
    if (heard.seconds <= 0) return "";
    std::string text;
    for (const auto& [name, count] : heard.sentences)
        text += fmt::format("{}{:.3g} {}", text.empty() ? "" : ", ",
                            static_cast<double>(count) / heard.seconds, name);
    for (const auto& [name, count] : heard.packets)
        text += fmt::format("{}{:.3g} {} packets", text.empty() ? "" : ", ",
                            static_cast<double>(count) / heard.seconds, name);
    return text.empty() ? "" : text + " a second";
}

std::string value_text(const Known& known, const std::string& key,
                       const std::optional<std::string>& value) {
    return value ? known.protocol->text(key, *value) : "not told";
}

std::string change_text(const Known& known, const receivers::Change& change) {
    const auto& [key, what] = change.setting;
    const auto before = value_text(known, key, change.before);
    const auto after = known.protocol->text(key, change.after);
    switch (change.result) {
    case receivers::Change::Result::planned:
        return fmt::format("would set {}: {} (is {})\n", what, after, before);
    case receivers::Change::Result::done:
        return fmt::format("{}: {} (was {})\n", what, after, before);
    case receivers::Change::Result::refused:
        return fmt::format("{}: the receiver refuses {}; it holds {}\n", what, after,
                           change.holds ? value_text(known, key, change.holds) : before);
    case receivers::Change::Result::unanswered:
        break;
    }
    return fmt::format("{}: no answer to {}; what holds is not known\n", what, after);
}

std::string rate_text(const RateChange& rate) {
    switch (rate.result) {
    case RateChange::Result::none:
        return "";
    case RateChange::Result::planned:
        return fmt::format("would set the line: {} baud (is {})\n", rate.after, rate.before);
    case RateChange::Result::done:
        return fmt::format("line: {} baud (was {}); write `baud = {}` into /etc/ppsd.conf\n",
                           rate.after, rate.before, rate.after);
    case RateChange::Result::unable:
        return fmt::format("line: {} baud can't be set here; {} holds\n", rate.after, rate.before);
    case RateChange::Result::held:
        return fmt::format("line: nothing came at {} baud; {} holds (some receivers change it only "
                           "at the next start, and only if it is saved)\n",
                           rate.after, rate.before);
    case RateChange::Result::lost:
        break;
    }
    return fmt::format("line: nothing comes at {} baud, nor at {}; ppsctl detect finds the rate\n",
                       rate.after, rate.before);
}

} // namespace

std::string receiver_text(const Known& known, const std::string& port) {
    std::string text;
    add(text, "port",
        known.heard.baud == 0 ? port : fmt::format("{}, {} baud", port, known.heard.baud));
    if (known.protocol == nullptr) {
        add(text, "receiver",
            known.heard.baud == 0 ? "not understood: " + known.heard.problem
                                  : "unknown: it answers to none of the protocols in ppsctl(1)");
        add(text, "sends", sent_text(known.heard));
        return text;
    }
    const auto& identity = known.identity;
    add(text, "receiver", identity.maker + (identity.model.empty() ? "" : " " + identity.model));
    add(text, "firmware", identity.firmware);
    add(text, "hardware", identity.hardware);
    add(text, "constellations", identity.constellations);
    add(text, "protocol", std::string{known.protocol->name()});
    add(text, "antenna", known.condition.antenna);
    add(text, "jamming", known.condition.jamming);
    add(text, "leap seconds", leap_text(known.condition));
    add(text, "sends", sent_text(known.heard));
    if (known.heard.load) add(text, "line", fmt::format("{:.0f} % full", *known.heard.load * 100));
    for (const auto& [key, what] : known.settings)
        if (const auto value = known.values.find(key); value != known.values.end())
            text += fmt::format("  {}: {}\n", what, known.protocol->text(key, value->second));
    return text;
}

std::string receiver_json(const Known& known, const std::string& port) {
    nlohmann::ordered_json json{{"port", port}, {"baud", known.heard.baud}};
    if (known.protocol != nullptr) {
        json["protocol"] = known.protocol->name();
        json["maker"] = known.identity.maker;
        json["model"] = known.identity.model;
        json["firmware"] = known.identity.firmware;
        json["hardware"] = known.identity.hardware;
        json["constellations"] = known.identity.constellations;
        json["antenna"] = known.condition.antenna;
        json["jamming"] = known.condition.jamming;
        if (known.condition.leap_seconds) json["leap_seconds"] = *known.condition.leap_seconds;
        if (known.condition.leap_from_sky) json["leap_from_sky"] = *known.condition.leap_from_sky;
        for (const auto& [key, what] : known.settings)
            if (const auto value = known.values.find(key); value != known.values.end())
                json["settings"][what] = known.protocol->text(key, value->second);
    }
    if (known.heard.load) json["load"] = *known.heard.load;
    for (const auto& [name, count] : known.heard.sentences)
        json["sends"][name] = static_cast<double>(count) / known.heard.seconds;
    if (known.heard.baud == 0) json["problem"] = known.heard.problem;
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string outcome_text(const Known& known, const Outcome& outcome) {
    std::string text;
    for (const receivers::Change& change : outcome.changes)
        text += change_text(known, change);
    text += rate_text(outcome.rate);
    if (text.empty()) text = "nothing to change\n";
    switch (outcome.saved) {
    case Outcome::Saved::not_asked:
        break;
    case Outcome::Saved::yes:
        text += "saved\n";
        break;
    case Outcome::Saved::refused:
        text += "not saved: the receiver refuses; a power cycle brings back what was\n";
        break;
    case Outcome::Saved::unable:
        text += "not saved: this receiver can't; it keeps its settings while it has power\n";
        break;
    }
    return text;
}

} // namespace ppsd::app
