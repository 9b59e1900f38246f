// A talk with a receiver: who it is, how it is set, setting it, and setting it back. All that it
// does to a machine goes through a Line.
#pragma once

#include "daemon/setup/facts.hpp"
#include "daemon/setup/receivers/protocol.hpp"
#include "hal/time.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::app {
class RateHunt;
}

namespace ppsd::receivers {

/// The way to the receiver and back: its port, or a ppsd that has it.
class Line {
  public:
    Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    virtual ~Line() = default;

    /// What comes within so long, as soon as something does; "": nothing.
    [[nodiscard]] virtual std::string read(hal::Nanos longest) = 0;
    /// False: it is gone.
    [[nodiscard]] virtual bool write(std::string_view bytes) = 0;
    [[nodiscard]] virtual unsigned rate() const = 0;
    /// False: it can't be, and stays.
    [[nodiscard]] virtual bool set_rate(unsigned baud) = 0;
    /// Whether rates may be tried out on it.
    [[nodiscard]] virtual bool may_hunt() const = 0;
    /// How long it takes until set_rate() holds.
    [[nodiscard]] virtual hal::Nanos follows_within() const { return hal::Nanos{0}; }
    [[nodiscard]] virtual hal::MonoTime now() = 0;
};

/// What is known of a receiver. protocol: nullptr: it answers to none.
struct Known {
    app::HeardFacts heard;
    const Protocol* protocol = nullptr;
    Identity identity;
    Condition condition;
    std::vector<Setting> settings;
    Values values; ///< of those that it tells, and "heard:"
};

/// One setting that was to be changed.
struct Change {
    enum class Result : std::uint8_t {
        planned,
        done,      ///< it answers with the new value, or can't be asked and accepted it
        refused,   ///< what was before holds
        unanswered ///< not even what holds now
    };
    Setting setting;
    std::optional<std::string> before; ///< nothing: it doesn't tell
    std::string after;
    std::optional<std::string> holds; ///< what it says now, if it is neither
    Result result = Result::planned;
};

/// What happened to the line's rate.
struct RateChange {
    enum class Result : std::uint8_t {
        none,
        planned,
        done,
        unable, ///< the receiver can't be told, or the port can't do it
        held,   ///< nothing came at the new rate; the old one holds
        lost    ///< nothing comes at either
    };
    unsigned before = 0;
    unsigned after = 0;
    Result result = Result::none;
};

struct Outcome {
    std::vector<Change> changes; ///< what was as wanted is not among them
    RateChange rate;
    enum class Saved : std::uint8_t { not_asked, yes, refused, unable } saved = Saved::not_asked;
    /// Whether all is as it was wished.
    [[nodiscard]] bool complete() const noexcept;
};

class Session {
  public:
    /// not_before: an earlier date is a rollover. progress: what is being done.
    Session(Line& line, hal::UtcSecond not_before,
            std::function<void(const std::string&)> progress);

    /// Listens, at whatever rate it is, then asks. wishes: which settings are of interest.
    [[nodiscard]] Known ask(const Wishes& wishes, hal::Nanos longest);

    /// What would be changed.
    [[nodiscard]] static Outcome plan(const Known& known, const Wishes& wishes, unsigned baud);
    /// Changes it; also saves it.
    void apply(const Known& known, Outcome& outcome, bool save);

  private:
    void hear(Known& known, hal::Nanos longest);
    void follow(app::RateHunt& hunt);
    void identify(Known& known);
    void ask_condition(Known& known);
    [[nodiscard]] bool introduce(Known& known, const Protocol& protocol);
    void ask_settings(Known& known);
    void ask_setting(Known& known, const Setting& setting, const std::string& question);
    void change(const Known& known, Change& change);
    void change_rate(const Known& known, RateChange& rate);
    void save(const Known& known, Outcome& outcome);

    /// Sends it where the line is quiet, and passes on what comes until `done` or a while is over.
    bool converse(std::string_view bytes, const std::function<bool(const Packet&)>& done);
    void wait_for_quiet();
    void note(const Packet& packet);
    [[nodiscard]] bool hears_anything();
    [[nodiscard]] std::optional<std::string> value_of(const Protocol& protocol,
                                                      const std::string& key);

    Line& line_;
    hal::UtcSecond not_before_;
    std::function<void(const std::string&)> progress_;
    PacketReader packets_;
    std::optional<hal::MonoTime> burst_; ///< when the last second's sentences began to come
    std::optional<hal::MonoTime> sentence_;
    hal::MonoTime last_byte_;
    bool full_ = false; ///< there was no pause when the last one was waited for
};

} // namespace ppsd::receivers
