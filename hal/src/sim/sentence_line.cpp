#include "sim/sentence_line.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hal::sim {
namespace {

// What the daemon waits for in silence before a burst is over (daemon/pipeline/label_input.cpp).
constexpr Nanos burst_gap = 100ms;
constexpr std::size_t usual_sentence = 66; // bytes
constexpr Nanos transmitter_patience = 1s;
constexpr std::int64_t rollover = std::int64_t{1024} * 7 * 86400; // seconds

std::string_view nth_word(std::string_view words, int n) {
    for (; n > 0; --n)
        words.remove_prefix(words.find(' ') + 1);
    return words.substr(0, words.find(' '));
}

BurstText text_for(const Parameters& parameters) {
    constexpr std::string_view talkers = info("nmea.talker").unit;
    return {nth_word(talkers, static_cast<int>(parameters["nmea.talker"])),
            static_cast<int>(parameters["nmea.decimals"])};
}

bool names_time(SentenceType type) {
    using enum SentenceType;
    return type == rmc || type == gga || type == gns || type == gll || type == zda;
}

Nanos to_nanos(double ns) {
    return Nanos{static_cast<std::int64_t>(ns)};
}

} // namespace

SentenceLine::SentenceLine(const Scenario& scenario, const Numbering& numbering, Level level,
                           std::uint64_t seed)
    : scenario_{scenario}, level_{level}, receiver_{numbering, Random{seed, 11}}, random_{seed, 12},
      wake_{seed, 13}, text_{text_for(scenario.base)}, talker_{scenario.base["nmea.talker"]},
      decimals_{scenario.base["nmea.decimals"]} {}

void SentenceLine::configure(const Parameters& parameters) {
    byte_time_ = to_nanos(1e10 / parameters["nmea.baud"]);
    order_ = scenario_.sentence_sets[static_cast<std::size_t>(parameters["nmea.sentences"])];
    if (parameters["nmea.talker"] == talker_ && parameters["nmea.decimals"] == decimals_) return;
    talker_ = parameters["nmea.talker"];
    decimals_ = parameters["nmea.decimals"];
    text_ = text_for(parameters);
}

SentenceLine::Luck SentenceLine::prepare(std::int64_t index, const Parameters& parameters) {
    configure(parameters);
    Luck luck;
    const auto saying = receiver_.say(index, parameters);
    luck.disturbed = saying.slip || saying.silent || saying.certainty != Certainty::fix;
    luck.names = !saying.silent && saying.certainty == Certainty::fix;
    if (saying.silent) return luck;
    const int rate = level_ == Level::wire ? static_cast<int>(parameters["nmea.rate"]) : 1;
    for (int i = 0; i < rate; ++i) {
        const TrueTime epoch = begin_of_index(index) + i * Nanos{1s} / rate;
        const auto milliseconds = static_cast<unsigned>(i * 1000 / rate);
        const TrueTime begin = burst_begin(epoch, parameters, luck);
        send(begin, index, saying, milliseconds, parameters, luck);
    }
    return luck;
}

TrueTime SentenceLine::burst_begin(TrueTime epoch, const Parameters& parameters, Luck& luck) {
    double delay = parameters["nmea.delay"];
    if (const double jitter = parameters["nmea.delay-jitter"]; jitter > 0)
        delay += jitter * random_.normal();
    if (const double wander = parameters["nmea.wander"]; wander > 0)
        delay += wander * std::sin(2 * std::numbers::pi * static_cast<double>(epoch.ns()) * 1e-9 /
                                   parameters["nmea.wander-period"]);
    if (random_.chance(parameters["nmea.late"])) {
        delay += parameters["nmea.late-by"];
        luck.disturbed = true;
    }
    return epoch + to_nanos(delay * 1e9);
}

void SentenceLine::send(TrueTime begin, std::int64_t index, const Receiver::Saying& saying,
                        unsigned milliseconds, const Parameters& parameters, Luck& luck) {
    if (level_ == Level::label) {
        promise_label(begin, index, saying, parameters, luck);
        return;
    }
    Burst* burst = line_.free_burst();
    if (!burst) {
        luck.disturbed = true;
        luck.may_be_lost |= milliseconds == 0;
        return;
    }
    const auto buffer = static_cast<std::size_t>(parameters["nmea.buffer"]);
    const std::size_t room = buffer - std::min(buffer, line_.waiting(begin));
    const bool fits = write(*burst, saying, milliseconds, room, parameters);
    if (spoil(*burst, parameters) || !fits) {
        luck.disturbed = true;
        luck.may_be_lost |= milliseconds == 0; // the others name no whole second
    }
    if (burst->size == 0) return;
    const bool idle = line_.empty();
    line_.queue(begin, byte_time_);
    if (burst->start - begin > transmitter_patience) luck.disturbed = true;
    if (!luck.names) burst->named_at = Burst::nowhere;
    burst->told = {index,
                   saying.second.posix,
                   !luck.disturbed,
                   luck.may_be_lost,
                   std::chrono::milliseconds{milliseconds},
                   saying.second.leap_second};
    if (idle) schedule(parameters);
}

void SentenceLine::promise_label(TrueTime begin, std::int64_t index, const Receiver::Saying& saying,
                                 const Parameters& parameters, Luck& luck) {
    const bool lost = random_.chance(parameters["nmea.bad-checksum"]) ||
                      random_.chance(parameters["nmea.garbage"] * 0.1) ||
                      random_.chance(parameters["nmea.flips"] * usual_sentence);
    if (lost || label_count_ == most_labels) {
        luck.disturbed = luck.may_be_lost = true;
        return;
    }
    const auto chunk = static_cast<std::int64_t>(parameters["nmea.chunk"]);
    const auto bytes = static_cast<std::int64_t>(order_.size() * usual_sentence);
    const Nanos pause = to_nanos(parameters["nmea.pause"] * 1e9);
    Nanos sent = std::min(chunk, bytes) * byte_time_;
    if (pause > 0ns) {
        const auto first = std::ranges::find_if(order_, names_time) - order_.begin();
        if (parameters["nmea.pause-after"] <= static_cast<double>(first)) sent += pause;
    }
    auto& label = labels_[(first_label_ + label_count_++) % most_labels];
    label = {begin + sent,
             begin + bytes * byte_time_ + pause + burst_gap,
             saying,
             {index, saying.second.posix, !luck.disturbed, false, {}, saying.second.leap_second}};
    if (label_count_ == 1) schedule(parameters);
}

bool SentenceLine::write(Burst& burst, const Receiver::Saying& saying, unsigned milliseconds,
                         std::size_t room, const Parameters& parameters) {
    const auto rollovers = static_cast<std::int64_t>(parameters["receiver.rollovers"]);
    text_.set_time(
        {saying.second.posix - rollovers * rollover, saying.second.leap_second, milliseconds});
    if (parameters.is_on("nmea.shuffled"))
        for (std::size_t i = order_.size(); i > 1; --i)
            std::swap(order_[i - 1], order_[random_.bits() % i]);
    const bool varies = parameters.is_on("nmea.gsv-varies");
    burst.size = 0;
    burst.named_at = burst.pause_at = Burst::nowhere;
    burst.pause = to_nanos(parameters["nmea.pause"] * 1e9);
    auto until_pause = static_cast<int>(parameters["nmea.pause-after"]);
    bool named = true;
    for (const SentenceType type : order_) {
        if (varies && type == SentenceType::gsv && random_.chance(0.3)) continue;
        if (until_pause-- == 0) burst.pause_at = burst.size;
        const std::size_t end =
            burst.size + text_.append(type, saying.certainty, burst.text.data() + burst.size);
        if (end > room) {
            named = named && !names_time(type);
            continue;
        }
        if (burst.named_at == Burst::nowhere && names_time(type)) burst.named_at = burst.size;
        burst.size = end;
    }
    return named;
}

// True: its label may be lost.
bool SentenceLine::spoil(Burst& burst, const Parameters& parameters) noexcept {
    bool spoilt = false;
    if (random_.chance(parameters["nmea.bad-checksum"])) {
        spoilt = true;
        for (std::size_t i = 0; i < burst.size; ++i)
            if (burst.text[i] == '*') burst.text[i + 1] = burst.text[i + 1] == '0' ? '1' : '0';
    }
    if (random_.chance(parameters["nmea.garbage"])) {
        spoilt = true;
        const std::size_t length = 1 + random_.bits() % 40;
        const std::size_t at = random_.bits() % (burst.size + 1);
        std::copy_backward(burst.text.begin() + static_cast<std::ptrdiff_t>(at),
                           burst.text.begin() + static_cast<std::ptrdiff_t>(burst.size),
                           burst.text.begin() + static_cast<std::ptrdiff_t>(burst.size + length));
        for (std::size_t i = 0; i < length; ++i)
            burst.text[at + i] = static_cast<char>(random_.bits() & 0xff);
        burst.size += length;
    }
    if (const double flips = parameters["nmea.flips"]; flips > 0)
        for (std::size_t i = 0; i < burst.size; ++i)
            if (random_.chance(flips)) {
                spoilt = true;
                const auto bit = 1U << (random_.bits() & 7);
                burst.text[i] = static_cast<char>(static_cast<unsigned char>(burst.text[i]) ^ bit);
            }
    return spoilt;
}

// Chunks reach the daemon in order, each a little after it is complete.
void SentenceLine::schedule(const Parameters& parameters) noexcept {
    if (level_ == Level::label) {
        next_ = label_count_ > 0 ? std::max(labels_[first_label_].complete, last_) : never;
        return;
    }
    if (line_.empty()) {
        next_ = never;
        return;
    }
    const TrueTime complete = line_.next_chunk(static_cast<std::size_t>(parameters["nmea.chunk"]));
    const Nanos wake = to_nanos(parameters["latency.wake"] * 2 * wake_.unit());
    next_ = std::max(complete + wake, last_);
}

std::string_view SentenceLine::take_bytes(const Parameters& parameters) noexcept {
    last_ = next_;
    const auto bytes = line_.take_chunk(static_cast<std::size_t>(parameters["nmea.chunk"]));
    schedule(parameters);
    return bytes;
}

SentenceLine::PendingLabel SentenceLine::take_label() noexcept {
    last_ = next_;
    const PendingLabel label = labels_[first_label_];
    first_label_ = (first_label_ + 1) % most_labels;
    --label_count_;
    next_ = label_count_ > 0 ? std::max(labels_[first_label_].complete, last_) : never;
    return label;
}

} // namespace hal::sim
