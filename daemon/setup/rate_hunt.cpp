#include "daemon/setup/rate_hunt.hpp"

#include "daemon/nmea/rollover.hpp"
#include "daemon/nmea/sentence.hpp"
#include "daemon/pipeline/no_label.hpp"
#include "daemon/text/utc_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace ppsd::app {

using hal::MonoTime;
using hal::Nanos;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t enough_sentences = 2; // one may be chance: a checksum is eight bits
constexpr std::uint64_t enough_packets = 3;   // one or two may be chance
// A receiver sends each second; one of ten hears nothing for longer.
constexpr Nanos silence = 3s;
constexpr Nanos burst = 1100ms;        // from the first byte on, at least one burst is over
constexpr Nanos promising = 2500ms;    // the same, if something whole was there: until the next two
constexpr std::uint64_t telling = 400; // bytes that hold a sentence, if they are at the right rate
constexpr std::uint64_t telling_errors = 3;
constexpr Nanos learned = 3s; // at the right rate: which sentences, how full the line is

} // namespace

void RateListener::add(std::string_view bytes, MonoTime now) {
    bytes_ += bytes.size();
    const hal::OscTime osc = hal::OscTime::from_ns(now.ns()); // a few seconds: nobody slews by much
    load_.add(bytes.size(), osc);
    framer_.push(bytes, {osc, now});
    while (const auto frame = framer_.next())
        on_frame(*frame);
}

void RateListener::on_frame(const nmea::Frame& frame) {
    if (frame.verdict != nmea::Verdict::used) {
        counts_.count(frame.verdict);
        ++damaged_;
        return;
    }
    ++sentences_[std::string{frame.text.substr(0, frame.text.find(','))}];
    const auto parsed = nmea::parse(frame.text);
    counts_.count(parsed.verdict);
    if (parsed.verdict != nmea::Verdict::used) return;
    epoch_.push(parsed.sentence, frame.arrival);
    on_events();
}

void RateListener::on_events() {
    while (const auto event = epoch_.next()) {
        if (event->kind != nmea::Event::Kind::label) {
            counts_.count(event->verdict);
            if (event->verdict == nmea::Verdict::no_fix) no_fix_by_ = sentence_name(*event);
            continue;
        }
        const auto& date = event->label.date;
        const auto resolved = nmea::resolve(
            {date.year, date.month, date.day, date.two_digit_year, event->label.time.second},
            not_before_);
        ++labels_;
        label_ = utc_text(resolved.second.posix() * 1'000'000'000 + event->label.time.ns, 0);
        label_arrival_ = event->label.arrival.mono;
    }
}

std::uint64_t RateListener::good() const {
    std::uint64_t good = 0;
    for (const auto& [name, count] : sentences_)
        good += count;
    return good;
}

bool RateListener::has_packets(std::uint64_t least) const {
    for (std::size_t i = 0; i < nmea::protocol_count; ++i)
        if (framer_.other_protocols().count(static_cast<nmea::Protocol>(i)) >= least) return true;
    return false;
}

bool RateListener::understood() const {
    return (good() >= enough_sentences && good() > damaged_) || has_packets(enough_packets);
}

std::string RateListener::problem() const {
    ProtocolCounters packets;
    for (std::size_t i = 0; i < nmea::protocol_count; ++i) {
        const auto protocol = static_cast<nmea::Protocol>(i);
        // At a rate that is right, fewer tell than on a line of which nothing is known.
        const auto count = framer_.other_protocols().count(protocol);
        constexpr std::uint64_t telling_at_any_rate = 5;
        packets.add(protocol, count >= enough_packets ? std::max(count, telling_at_any_rate) : 0);
    }
    auto why = why_no_label(counts_, packets, labels_, bytes_);
    why.sentence = no_fix_by_;
    return why.reason == NoLabel::Reason::none ? std::string{} : explanation(why);
}

HeardFacts RateListener::facts() const {
    HeardFacts facts;
    facts.baud = baud_;
    facts.bytes = bytes_;
    facts.sentences = sentences_;
    facts.good = good();
    facts.bad = damaged_;
    for (std::size_t i = 0; i < nmea::protocol_count; ++i) {
        const auto protocol = static_cast<nmea::Protocol>(i);
        if (const auto count = framer_.other_protocols().count(protocol); count >= enough_packets)
            facts.packets[std::string{name(protocol)}] = count;
    }
    facts.load = load_.load();
    facts.label = label_;
    facts.problem = problem();
    return facts;
}

RateHunt::RateHunt(MonoTime now, hal::UtcSecond not_before)
    : not_before_{not_before}, began_{now}, since_{now}, listener_{line_rates[0], not_before} {}

void RateHunt::listen(MonoTime now) {
    since_ = now;
    burst_.reset();
    framing_errors_ = 0;
    listener_ = RateListener{rate(), not_before_};
}

void RateHunt::add(std::string_view bytes, MonoTime now) {
    if (!burst_) burst_ = now;
    bytes_ += bytes.size();
    listener_.add(bytes, now);
}

void RateHunt::skip(MonoTime now) {
    skipped_ = true;
    ++at_;
    listen(now);
}

bool RateHunt::advance(MonoTime now) {
    if (listener_.understood()) return false;
    // The first burst may have begun before we listened.
    const bool promises = listener_.promising();
    const bool other_speed = framing_errors_ >= telling_errors && !promises;
    const bool said_enough = burst_ && (now - *burst_ >= (promises ? promising : burst) ||
                                        (listener_.bytes() >= telling && !promises));
    // Nothing at this rate, but something at one before: some drivers drop what they can't read.
    const bool mute = bytes_ > 0 && !burst_ && now - since_ >= burst;
    if (!other_speed && !said_enough && !mute) return false;
    ++at_;
    listen(now);
    return true;
}

bool RateHunt::settled(MonoTime now) const {
    if (listener_.understood()) return now - since_ >= learned;
    return bytes_ == 0 && now - began_ >= silence;
}

HeardFacts RateHunt::facts(MonoTime now) const {
    HeardFacts facts = listener_.facts();
    facts.seconds = static_cast<double>((now - since_).count()) * 1e-9;
    if (listener_.understood()) return facts;
    facts = {};
    facts.seconds = static_cast<double>((now - began_).count()) * 1e-9;
    facts.bytes = bytes_;
    facts.problem =
        bytes_ == 0 ? "no bytes received; check the receiver's power, its GND, and the wire from "
                      "its TX to this port's RX"
        : at_ >= line_rates.size()
            ? fmt::format("bytes received, but no NMEA sentence or known packet at {}; check GND, "
                          "and that TX is a 3.3 V UART, not RS-232",
                          skipped_ ? "any baud rate that this port can do" : "4800 to 921600 baud")
            : fmt::format("bytes received, but no NMEA sentence at {} of {} baud rates; "
                          "run ppsctl detect --seconds 30",
                          at_ + 1, line_rates.size());
    return facts;
}

} // namespace ppsd::app
