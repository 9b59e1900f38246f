// A simulated receiver that can be asked and set, in its maker's protocol: for tests of what does
// that. It knows no protocol of ours: its framing is written by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace hal::sim {

/// Answers, refuses, loses commands, changes its rate, and forgets on power-off what wasn't saved.
/// Comes as from the factory: 9600 baud, six sentences with each fix, a pulse of its own.
class AnsweringReceiver {
  public:
    AnsweringReceiver() = default;
    AnsweringReceiver(const AnsweringReceiver&) = delete;
    AnsweringReceiver& operator=(const AnsweringReceiver&) = delete;
    virtual ~AnsweringReceiver() = default;

    /// What it answers to bytes that came at that rate; at another they are noise.
    [[nodiscard]] std::string hear(std::string_view bytes, unsigned baud);
    /// What it sends in that second of POSIX time, RMC and the others, at its rate().
    [[nodiscard]] std::string say(std::int64_t second);
    /// The part of it that comes with one of its fixes, from 0 on.
    [[nodiscard]] std::string say(std::int64_t second, unsigned fix);
    [[nodiscard]] virtual unsigned fixes_per_second() const = 0;

    [[nodiscard]] unsigned rate() const;
    virtual void set_rate(unsigned baud);
    /// Off and on again.
    void power_cycle() { now_ = saved_; }
    /// Refuses each command that sets this, by its key in settings().
    void refuse(const std::string& key) { refused_.insert(key); }
    /// Loses the next so many commands.
    void lose(unsigned commands) { lost_ = commands; }

    using Settings = std::map<std::string, std::string>;
    [[nodiscard]] const Settings& settings() const noexcept { return now_; }

  protected:
    /// Takes a command from the front of the bytes, and answers: how many bytes it is; 0: none yet.
    virtual std::size_t take(std::string_view bytes, std::string& answer) = 0;
    /// In one fix out of so many; 0: in none.
    [[nodiscard]] virtual unsigned interval(std::string_view sentence) const = 0;
    /// What it sends beside its sentences, with each fix.
    [[nodiscard]] virtual std::string packets() const { return {}; }

    /// What is set now, and after a power cycle. "rate": the line's, in digits.
    Settings now_{{"rate", "9600"}};
    Settings saved_;
    [[nodiscard]] bool refuses(const std::string& key) const { return refused_.contains(key); }
    [[nodiscard]] bool loses() { return lost_ > 0 && lost_-- > 0; }
    /// As from the factory.
    void set_up(const Settings& settings);

  private:
    std::set<std::string> refused_;
    unsigned lost_ = 0;
    std::string heard_;
    std::int64_t fixes_ = 0;
};

/// By "ublox8", "ublox9", "casic", "mediatek", "airoha", "quectel", "skytraq", "allystar",
/// "unicore"; nullptr for another word.
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_answering_receiver(std::string_view kind);

// Of these the factory is made.
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_ublox8();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_ublox9();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_allystar();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_casic();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_skytraq();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_mediatek();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_airoha();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_quectel();
[[nodiscard]] std::unique_ptr<AnsweringReceiver> make_unicore();

/// "$text*hh"
[[nodiscard]] std::string with_checksum(const std::string& text);

} // namespace hal::sim
