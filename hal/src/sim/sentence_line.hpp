// The receiver's sentences on their wire: which bursts it sends when, and what spoils them.
#pragma once

#include "hal/sim/virtual_world.hpp"
#include "sim/burst_text.hpp"
#include "sim/receiver.hpp"
#include "sim/serial_line.hpp"

#include <array>
#include <cstddef>

namespace hal::sim {

/// More than ten members: the line's parts, how they are set, and the labels under way.
class SentenceLine {
  public:
    /// Both must outlive it.
    SentenceLine(const Scenario& scenario, const Numbering& numbering, Level level,
                 std::uint64_t seed);

    /// What became of a second's label.
    struct Luck {
        bool disturbed = false;   ///< no label, or one that needn't be believed
        bool may_be_lost = false; ///< the line, not the receiver, is why
        bool names = false;       ///< the receiver has a label with a fix to send
    };

    /// Makes what is sent about the second that begins soon.
    [[nodiscard]] Luck prepare(std::int64_t index, const Parameters& parameters);

    /// When the daemon next learns of something; INT64_MAX ns: nothing is on its way.
    [[nodiscard]] TrueTime next() const noexcept { return next_; }

    /// At the wire: the next bytes.
    [[nodiscard]] std::string_view take_bytes(const Parameters& parameters) noexcept;

    /// At the level of labels: the next one.
    struct PendingLabel {
        TrueTime arrival;
        TrueTime complete;
        Receiver::Saying saying;
        Told told;
    };
    [[nodiscard]] PendingLabel take_label() noexcept;

    /// What the bytes that were taken last began to say; nullptr if they name no second.
    [[nodiscard]] const Told* told() const noexcept { return line_.told(); }

  private:
    static constexpr std::size_t most_labels = 8;

    void configure(const Parameters& parameters);
    [[nodiscard]] TrueTime burst_begin(TrueTime epoch, const Parameters& parameters, Luck& luck);
    void send(TrueTime begin, std::int64_t index, const Receiver::Saying& saying,
              unsigned milliseconds, const Parameters& parameters, Luck& luck);
    void promise_label(TrueTime begin, std::int64_t index, const Receiver::Saying& saying,
                       const Parameters& parameters, Luck& luck);
    /// False: a sentence that names the time was lost, of those that don't fit into `room`.
    [[nodiscard]] bool write(Burst& burst, const Receiver::Saying& saying, unsigned milliseconds,
                             std::size_t room, const Parameters& parameters);
    bool spoil(Burst& burst, const Parameters& parameters) noexcept;
    void schedule(const Parameters& parameters) noexcept;

    const Scenario& scenario_;
    Level level_;
    Receiver receiver_;
    Random random_;
    Random wake_;
    BurstText text_;
    SerialLine line_;
    SentenceSet order_; ///< of this burst
    double talker_ = 0;
    double decimals_ = 2;
    Nanos byte_time_{0};
    std::array<PendingLabel, most_labels> labels_{};
    std::size_t first_label_ = 0;
    std::size_t label_count_ = 0;
    TrueTime next_ = TrueTime::from_ns(INT64_MAX);
    TrueTime last_;
};

} // namespace hal::sim
