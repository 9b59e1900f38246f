#include "daemon/setup/receivers/session.hpp"

#include "daemon/setup/rate_hunt.hpp"
#include "daemon/setup/receivers/texts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace ppsd::receivers {

using hal::MonoTime;
using hal::Nanos;
using namespace std::chrono_literals;

namespace {

constexpr Nanos step = 20ms;
constexpr Nanos patience = 1500ms;  // for an answer: behind a second's burst
constexpr Nanos full_patience = 4s; // on a full line: behind all that waits to be sent
constexpr unsigned tries = 2;       // a command or its answer may be lost
// A question waits for a pause, so that no answer makes the next second's sentences late: one early
// in the second, or the beginning of one.
constexpr Nanos pause = 40ms;
constexpr Nanos early = 700ms; // after a burst's beginning
constexpr Nanos beginning = 80ms;
constexpr Nanos longest_wait = 1200ms;
constexpr Nanos burst_gap = 300ms;
constexpr Nanos settle = 100ms; // until a new rate holds
constexpr Nanos rate_patience = 3200ms;

constexpr std::array<std::string_view, 2> many{"GSA", "GSV"};

/// The time that a sentence names, in ms; nothing: it names none.
std::optional<long> named_ms(const Packet& packet) {
    if (packet.wire != Wire::text || packet.body.size() < 6 || packet.body[0] != 'G') return {};
    const auto fields = fields_of(packet.body);
    const auto type = fields[0].substr(std::min<std::size_t>(2, fields[0].size()));
    const std::size_t place = type == "GLL" ? 5 : 1;
    if (type != "RMC" && type != "GGA" && type != "ZDA" && type != "GLL") return {};
    if (fields.size() <= place || fields[place].size() < 6) return {};
    const auto clock = static_cast<long>(number_in(std::string_view{fields[place]}.substr(0, 6)));
    const auto seconds = clock / 10000 * 3600L + clock / 100 % 100 * 60L + clock % 100;
    const auto rest = fields[place].size() > 7 ? fields[place].substr(7, 3) : "";
    const std::array scale{0L, 100L, 10L, 1L};
    return seconds * 1000 + static_cast<long>(number_in(rest)) * scale[rest.size()];
}

/// The shortest time between two fixes.
class FixTimes {
  public:
    void add(const Packet& packet) {
        const auto ms = named_ms(packet);
        if (!ms) return;
        if (last_ && *ms > *last_) shortest_ = std::min(shortest_.value_or(1000), *ms - *last_);
        last_ = ms;
    }
    [[nodiscard]] std::optional<long> shortest() const { return shortest_; }

  private:
    std::optional<long> last_; ///< of the day, ms
    std::optional<long> shortest_;
};

/// How many of each sentence come in a second, by the times that they name. Of GSA and GSV a fix
/// has several.
void note_heard(Known& known, std::optional<long> fix_ms) {
    double most = 0;
    std::map<std::string, double> counts;
    for (const auto& [name, count] : known.heard.sentences) {
        if (name.size() != 5) continue;
        const auto type = name.substr(2);
        counts[type] += static_cast<double>(count);
        if (std::ranges::find(many, type) == many.end()) most = std::max(most, counts[type]);
    }
    const double fixes = fix_ms ? 1000.0 / static_cast<double>(*fix_ms) : 1;
    for (const auto& [type, count] : counts) {
        const double share = most > 0 ? std::min(1.0, count / most) : 1;
        known.values["heard:" + type] = fmt::format("{}", std::lround(fixes * share));
    }
}

bool is_fix_sentence(const Packet& packet) {
    return packet.wire == Wire::text && packet.body.size() > 6 && packet.body[0] == 'G' &&
           packet.body[5] == ',' && packet.body.substr(2, 3) != "TXT";
}

bool answers_command(const Answer& answer, const std::string& command) {
    return answer.key.empty() || answer.key == command;
}

} // namespace

bool Outcome::complete() const noexcept {
    const bool rate_fine =
        rate.result == RateChange::Result::none || rate.result == RateChange::Result::done;
    return rate_fine && (saved == Saved::not_asked || saved == Saved::yes) &&
           std::ranges::all_of(changes,
                               [](const Change& c) { return c.result == Change::Result::done; });
}

Session::Session(Line& line, hal::UtcSecond not_before,
                 std::function<void(const std::string&)> progress)
    : line_{line}, not_before_{not_before}, progress_{std::move(progress)}, last_byte_{line.now()} {
}

Known Session::ask(const Wishes& wishes, Nanos longest) {
    Known known;
    hear(known, longest);
    if (known.heard.baud == 0) return known;
    identify(known);
    if (known.protocol == nullptr) return known;
    known.settings = known.protocol->settings(wishes);
    ask_condition(known);
    ask_settings(known);
    return known;
}

void Session::hear(Known& known, Nanos longest) {
    app::RateHunt hunt{line_.now(), not_before_};
    app::RateListener listener{line_.rate(), not_before_};
    FixTimes times;
    const auto began = line_.now();
    if (line_.may_hunt()) std::ignore = line_.set_rate(hunt.rate());
    const auto done = [&](MonoTime now) {
        if (now - began >= longest) return true;
        return line_.may_hunt() ? hunt.settled(now) : listener.understood() && now - began >= 3s;
    };
    while (!done(line_.now())) {
        progress_(fmt::format("listening at {} baud", line_.rate()));
        if (const auto bytes = line_.read(step); !bytes.empty()) {
            hunt.add(bytes, line_.now());
            listener.add(bytes, line_.now());
            packets_.push(bytes);
            while (const auto packet = packets_.next())
                times.add(*packet);
        }
        if (line_.may_hunt()) follow(hunt);
    }
    known.heard = line_.may_hunt() ? hunt.facts(line_.now()) : listener.facts();
    if (!line_.may_hunt()) {
        known.heard.seconds = static_cast<double>((line_.now() - began).count()) * 1e-9;
        if (!listener.understood()) known.heard.baud = 0;
    }
    note_heard(known, times.shortest());
}

void Session::follow(app::RateHunt& hunt) {
    if (!hunt.advance(line_.now())) return;
    for (auto left = nmea::line_rates.size(); left > 0 && !line_.set_rate(hunt.rate()); --left)
        hunt.skip(line_.now());
}

// One that lost the question is asked once more, after all others.
void Session::identify(Known& known) {
    for (unsigned attempt = 0; attempt < tries; ++attempt) {
        std::set<std::string> asked;
        for (const Protocol* protocol : protocols())
            if (asked.insert(protocol->hello()).second && introduce(known, *protocol)) return;
    }
}

bool Session::introduce(Known& known, const Protocol& protocol) {
    progress_(fmt::format("asking who it is: {}", protocol.name()));
    return converse(protocol.hello(), [&](const Packet& packet) {
        for (const Protocol* one : protocols()) {
            if (!one->recognise(packet, known.identity)) continue;
            known.protocol = one;
            return true;
        }
        return false;
    });
}

// Some questions are for other generations, and get no answer or a refusal.
void Session::ask_condition(Known& known) {
    for (const auto& question : known.protocol->questions()) {
        progress_("asking for its condition");
        converse(question, [&](const Packet& packet) {
            const auto before = known.condition;
            known.protocol->note(packet, known.condition);
            Identity more = known.identity;
            if (known.protocol->recognise(packet, more)) known.identity = more;
            const auto answers = known.protocol->read(packet);
            return before.antenna != known.condition.antenna ||
                   before.leap_seconds != known.condition.leap_seconds || !answers.empty();
        });
    }
}

// What answers to one question may be the values of several settings.
void Session::ask_settings(Known& known) {
    std::set<std::string> asked{""};
    for (const auto& setting : known.settings) {
        if (known.values.contains(setting.key)) continue;
        const auto question = known.protocol->ask(setting.key);
        if (asked.insert(question).second) ask_setting(known, setting, question);
        if (known.values.contains(setting.key)) continue;
        if (const auto value = known.protocol->inferred(setting.key, known.values))
            known.values[setting.key] = *value;
    }
}

void Session::ask_setting(Known& known, const Setting& setting, const std::string& question) {
    progress_("asking how it is set: " + setting.what);
    bool answered = false;
    for (unsigned attempt = 0; attempt < tries && !answered; ++attempt)
        answered = converse(question, [&](const Packet& packet) {
            bool mine = false;
            for (auto& answer : known.protocol->read(packet)) {
                mine |= answer.kind == Answer::Kind::refused;
                if (answer.kind != Answer::Kind::value) continue;
                mine |= answer.key == setting.key;
                known.values[answer.key] = std::move(answer.value);
            }
            return mine;
        });
}

Outcome Session::plan(const Known& known, const Wishes& wishes, unsigned baud) {
    Outcome outcome;
    for (const auto& setting : known.settings) {
        const auto wanted = known.protocol->wanted(setting.key, known.values, wishes);
        if (!wanted) continue;
        const auto found = known.values.find(setting.key);
        const bool told = found != known.values.end();
        if (told && found->second == *wanted) continue;
        outcome.changes.push_back(
            {setting, told ? std::optional{found->second} : std::nullopt, *wanted, {}, {}});
    }
    outcome.rate.before = known.heard.baud;
    outcome.rate.after = baud == 0 ? known.heard.baud : baud;
    if (outcome.rate.after != outcome.rate.before)
        outcome.rate.result = RateChange::Result::planned;
    return outcome;
}

void Session::apply(const Known& known, Outcome& outcome, bool save_it) {
    for (Change& one : outcome.changes) {
        progress_("setting " + one.setting.what);
        change(known, one);
    }
    if (outcome.rate.result == RateChange::Result::planned) change_rate(known, outcome.rate);
    if (save_it) save(known, outcome);
}

void Session::change(const Known& known, Change& one) {
    const Protocol& protocol = *known.protocol;
    const auto command = command_of(one.setting.key);
    bool refused = false;
    bool accepted = false;
    for (unsigned attempt = 0; attempt < tries && !accepted && !refused; ++attempt)
        converse(protocol.set(one.setting.key, one.after), [&](const Packet& packet) {
            for (const auto& answer : protocol.read(packet)) {
                if (answer.kind == Answer::Kind::value || !answers_command(answer, command))
                    continue;
                accepted |= answer.kind == Answer::Kind::accepted;
                refused |= answer.kind == Answer::Kind::refused;
            }
            return accepted || refused;
        });
    const auto holds = value_of(protocol, one.setting.key);
    const bool told =
        !protocol.ask(one.setting.key).empty() && !protocol.inferred(one.setting.key, known.values);
    if (holds ? *holds == one.after : accepted && !told) {
        one.result = Change::Result::done;
        return;
    }
    one.holds = holds;
    one.result = refused || holds ? Change::Result::refused : Change::Result::unanswered;
}

std::optional<std::string> Session::value_of(const Protocol& protocol, const std::string& key) {
    const auto question = protocol.ask(key);
    std::optional<std::string> value;
    for (unsigned attempt = 0; attempt < tries && !question.empty() && !value; ++attempt)
        converse(question, [&](const Packet& packet) {
            for (const auto& answer : protocol.read(packet))
                if (answer.kind == Answer::Kind::value && answer.key == key) value = answer.value;
            return value.has_value();
        });
    return value;
}

// The command is out before the port's rate follows; then sentences must come, or it goes back.
void Session::change_rate(const Known& known, RateChange& rate) {
    const auto command = known.protocol->rate(rate.after, known.values);
    rate.result = RateChange::Result::unable;
    if (command.empty()) return;
    progress_(fmt::format("setting the line to {} baud", rate.after));
    wait_for_quiet();
    if (!line_.write(command)) return;
    const auto bytes = static_cast<std::int64_t>(command.size());
    const auto out = Nanos{bytes * 10'000'000'000 / rate.before} + settle;
    for (const auto until = line_.now() + out; line_.now() < until;)
        std::ignore = line_.read(step);
    if (line_.set_rate(rate.after) && hears_anything()) {
        rate.result = RateChange::Result::done;
        return;
    }
    std::ignore = line_.set_rate(rate.before);
    rate.result = hears_anything() ? RateChange::Result::held : RateChange::Result::lost;
}

bool Session::hears_anything() {
    packets_ = {};
    unsigned heard = 0;
    const auto until = line_.now() + rate_patience + line_.follows_within();
    while (line_.now() < until && heard < 2) {
        packets_.push(line_.read(step));
        while (packets_.next())
            ++heard;
    }
    return heard >= 2;
}

void Session::save(const Known& known, Outcome& outcome) {
    Values changed;
    for (const Change& one : outcome.changes)
        if (one.result == Change::Result::done) changed[one.setting.key] = one.after;
    const bool moved = outcome.rate.result == RateChange::Result::done;
    const auto baud = moved ? outcome.rate.after : outcome.rate.before;
    outcome.saved = Outcome::Saved::unable;
    for (unsigned attempt = 0;; ++attempt) {
        const auto commands = known.protocol->save(changed, baud, attempt);
        if (commands.empty()) return;
        progress_("saving");
        bool all = true;
        for (const auto& command : commands) {
            bool accepted = false;
            for (unsigned tried = 0; tried < tries && !accepted; ++tried)
                converse(command, [&](const Packet& packet) {
                    bool answered = false;
                    for (const auto& answer : known.protocol->read(packet)) {
                        accepted |= answer.kind == Answer::Kind::accepted;
                        answered |= answer.kind != Answer::Kind::value;
                    }
                    return answered;
                });
            all &= accepted;
        }
        outcome.saved = all ? Outcome::Saved::yes : Outcome::Saved::refused;
        if (all) return;
    }
}

bool Session::converse(std::string_view bytes, const std::function<bool(const Packet&)>& done) {
    wait_for_quiet();
    if (!line_.write(bytes)) return false;
    const Nanos wait = full_ ? full_patience : patience;
    for (const auto until = line_.now() + wait; line_.now() < until;) {
        const auto came = line_.read(step);
        if (!came.empty()) last_byte_ = line_.now();
        packets_.push(came);
        while (const auto packet = packets_.next()) {
            note(*packet);
            if (done(*packet)) return true;
        }
    }
    return false;
}

void Session::wait_for_quiet() {
    const auto began = line_.now();
    full_ = true;
    while (line_.now() - began < longest_wait) {
        const auto still = line_.now() - last_byte_;
        full_ &= still < pause;
        if (still >= pause && (!burst_ || line_.now() - *burst_ < early || still < beginning))
            return;
        const auto came = line_.read(step);
        if (!came.empty()) last_byte_ = line_.now();
        packets_.push(came);
        while (const auto packet = packets_.next())
            note(*packet);
    }
}

void Session::note(const Packet& packet) {
    if (!is_fix_sentence(packet)) return;
    if (!sentence_ || line_.now() - *sentence_ > burst_gap) burst_ = line_.now();
    sentence_ = line_.now();
}

} // namespace ppsd::receivers
