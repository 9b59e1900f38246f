// What every protocol for asking and setting a receiver can do. Pure: bytes in, bytes out.
#pragma once

#include "daemon/setup/receivers/packets.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ppsd::receivers {

/// Who answered; "": it didn't tell.
struct Identity {
    std::string maker;
    std::string model;
    std::string firmware;
    std::string hardware;
    std::string constellations; ///< "GPS;GLO"
};

/// How it is, as far as it tells; "": it doesn't.
struct Condition {
    std::string antenna;             ///< "ok", "short", "open"
    std::string jamming;             ///< "none", "some", "critical"
    std::optional<int> leap_seconds; ///< GPS time less UTC
    std::string leap_source;         ///< "GPS", "firmware"
    std::optional<bool> leap_from_sky;
};

struct Position {
    double latitude = 0;  ///< degrees, north positive
    double longitude = 0; ///< degrees, east positive
    double height = 0;    ///< m above the WGS 84 ellipsoid
};

/// What a time server wants of a receiver, beyond one fix a second, RMC and ZDA, and a pulse of
/// 100 ms on UTC while there is a fix.
struct Wishes {
    bool keep_satellites = false;     ///< GSV and GSA each tenth second, or as seldom as it can
    bool survey = false;              ///< find the position and hold it
    std::optional<Position> position; ///< hold this one
    std::optional<int> cable_ns;      ///< delay of the antenna's cable
};

/// A setting and its value, as the receiver itself encodes it: what it answered can be sent back.
/// "heard:RMC" is how many of these come in a second, in digits, for protocols that can't ask.
using Values = std::map<std::string, std::string>;

struct Setting {
    std::string key;  ///< "COMMAND" or "COMMAND:WHICH"
    std::string what; ///< "pulse", "GGA"
};

/// What a packet means for the one who asked.
struct Answer {
    enum class Kind : std::uint8_t { value, accepted, refused } kind{};
    std::string key;   ///< of the setting; of an acknowledgment its COMMAND, or "": the last sent
    std::string value; ///< in a form that is equal if the setting is
};

class Protocol {
  public:
    Protocol() = default;
    Protocol(const Protocol&) = delete;
    Protocol& operator=(const Protocol&) = delete;
    virtual ~Protocol() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Bytes that ask who the receiver is. Other receivers ignore them.
    [[nodiscard]] virtual std::string hello() const = 0;
    /// Whether that packet is the answer of one that speaks this protocol; adds what it says.
    [[nodiscard]] virtual bool recognise(const Packet& packet, Identity& identity) const = 0;

    /// Bytes that ask for its condition, a question each; and what the answers say.
    [[nodiscard]] virtual std::vector<std::string> questions() const { return {}; }
    virtual void note(const Packet& packet, Condition& condition) const;

    /// What can be set, in the order in which it is to be: first what makes the line less full.
    [[nodiscard]] virtual std::vector<Setting> settings(const Wishes& wishes) const = 0;
    /// Bytes that ask for its value; "": it can't be asked. Several keys may have the same.
    [[nodiscard]] virtual std::string ask(const std::string& key) const = 0;
    /// The value of one that can't be asked, or that it didn't tell, from the others and what was
    /// heard; nothing: not known.
    [[nodiscard]] virtual std::optional<std::string> inferred(const std::string& key,
                                                              const Values& values) const;
    /// What it should be; nothing: as it is, or it can't be told without what it is.
    [[nodiscard]] virtual std::optional<std::string>
    wanted(const std::string& key, const Values& values, const Wishes& wishes) const = 0;
    /// Bytes that set it until power is off.
    [[nodiscard]] virtual std::string set(const std::string& key,
                                          const std::string& value) const = 0;
    /// A value for people: "1 Hz, 100 ms, rising, UTC, with a fix".
    [[nodiscard]] virtual std::string text(const std::string& key,
                                           const std::string& value) const = 0;

    [[nodiscard]] virtual std::vector<Answer> read(const Packet& packet) const = 0;

    /// Bytes that set the line's rate; "": it can't be, or the values don't tell how.
    [[nodiscard]] virtual std::string rate(unsigned baud, const Values& values) const = 0;

    /// Commands that make what was set outlast a power cycle; changed: of that. Each ends with an
    /// acknowledgment. If one is refused, those of the next attempt are tried. Empty: no more ways.
    [[nodiscard]] virtual std::vector<std::string> save(const Values& changed, unsigned baud,
                                                        unsigned attempt) const = 0;
};

/// Each protocol, in the order in which receivers are asked for it.
[[nodiscard]] std::span<const Protocol* const> protocols() noexcept;

/// By its name(); nullptr: there is none.
[[nodiscard]] const Protocol* protocol_of(std::string_view name) noexcept;

/// What stands before ':' of a key.
[[nodiscard]] std::string command_of(const std::string& key);
/// What stands after it.
[[nodiscard]] std::string which_of(const std::string& key);

/// "every fix", "off", "every 10th fix".
[[nodiscard]] std::string every_text(unsigned fixes);

struct Ecef {
    double x = 0; ///< m
    double y = 0;
    double z = 0;
};
/// WGS 84 (NIMA TR8350.2).
[[nodiscard]] Ecef ecef_of(const Position& position) noexcept;

/// How long a survey of the position lasts at least, and how good it is then: 5 m are 17 ns.
inline constexpr unsigned survey_seconds = 3600;
inline constexpr unsigned survey_mm = 5000;

} // namespace ppsd::receivers
