// Bytes to sentences: finds "$text*hh" and a line end in whatever the receiver sends, and proves
// the checksum (NMEA 0183 5.3: the XOR of what stands between '$' and '*', two hexadecimal digits).
#pragma once

#include "daemon/nmea/other_protocols.hpp"
#include "daemon/nmea/ubx_packets.hpp"
#include "daemon/nmea/verdict.hpp"
#include "hal/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ppsd::nmea {

/// The longest text between '$' and '*'. NMEA 0183 allows 76; receivers have been seen to send 113.
inline constexpr std::size_t max_text = 256;

struct Frame {
    Verdict verdict{Verdict::used}; ///< used, or why it is none: text is then what was read of it
    std::string_view text;          ///< between '$' and '*'; valid until the next call of next()
    hal::Stamp arrival;             ///< of the chunk that held its '$'
};

/// Whether a line that ends without a checksum is a sentence. A damaged one is then not found out:
/// `optional` is for receivers that never send any. A checksum that is there is always checked.
enum class Checksum : std::uint8_t { required, optional };

/// Push a chunk, then pull until nothing comes:
///
///     framer.push(bytes, arrival);
///     while (const auto frame = framer.next()) …
///
/// Sentences may be split over any number of chunks. A sentence is complete with the CR or LF after
/// its checksum. What stands between sentences is passed over: binary packets (which are counted:
/// other_protocols(); some of u-blox are read: ubx_packets()), a '$' that no two capital letters
/// follow, and lines that begin with '#' (comments in recordings, NovAtel's own messages), whatever
/// they hold. Such a line ends at its LF or at a byte that isn't ASCII text, so that a binary
/// packet which happens to hold "\n#" hides no sentence. Allocates nothing; the time taken is
/// proportional to the bytes.
///
/// More than ten members: the chunk's rest, and the sentence that is under way.
class Framer {
  public:
    explicit Framer(Checksum checksum = Checksum::required) : checksum_{checksum} {}

    /// bytes must live until next() returns nothing; what was not pulled by the next push() is
    /// lost.
    void push(std::string_view bytes, hal::Stamp arrival);

    /// The next sentence, good or bad, or nothing: all bytes are used up.
    [[nodiscard]] std::optional<Frame> next();

    /// Forgets the sentence that is under way.
    void begin_anew() { state_ = State::between; }

    [[nodiscard]] const OtherProtocols& other_protocols() const { return others_; }
    [[nodiscard]] UbxPackets& ubx_packets() { return ubx_packets_; }

  private:
    enum class State : std::uint8_t { between, comment, text, checksum };

    void pass_between();
    void pass_comment();
    std::optional<Frame> read_text();
    std::optional<Frame> read_checksum();
    [[nodiscard]] Verdict judge_checksum(char c) const;
    [[nodiscard]] Verdict why_text_ended(char c) const;
    void begin_sentence();
    std::optional<Frame> end_sentence(Verdict verdict);
    void drop(std::size_t count) { rest_.remove_prefix(count); }

    Checksum checksum_;
    OtherProtocols others_;
    UbxPackets ubx_packets_;
    std::string_view rest_; // of the chunk
    hal::Stamp arrival_;    // of the chunk
    State state_{State::between};
    bool line_start_{true};

    std::array<char, max_text> text_{};
    std::size_t size_{0};
    hal::Stamp begun_; // arrival of the '$'
    std::uint8_t sum_{0};
    std::uint8_t said_{0}; // the checksum that the sentence claims
    std::uint8_t digits_{0};
};

} // namespace ppsd::nmea
